"""THE TABLE of what followers hear: which moves of an issue are worth a message, and what it asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend.issues.events import IssueMoved
from backend.issues.states import IssueAction, IssueStatus
from backend.messaging.contents import Lane
from backend.notify.presses import IssueButton


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One row. `is_progress`: a newer one takes its place while it has not left. `is_end`: those for whom somebody
    else reported hear it too. `by_people`: what the program did by itself was said in the answer to the report.
    """

    key: str
    buttons: tuple[IssueButton, ...] = (IssueButton.VIEW,)
    lane: Lane = Lane.NORMAL
    kept: timedelta = timedelta(days=2)
    reporters_only: bool = False
    is_progress: bool = False
    is_end: bool = False
    by_people: bool = False
    is_first_life: bool = False
    has_stars: bool = False


_A, _S = IssueAction, IssueStatus
_LONG = timedelta(days=7)

ACCEPTED = Push(key="notify.accepted", is_progress=True, by_people=True)
DISPATCHED = Push(key="notify.dispatched", is_progress=True, by_people=True, is_first_life=True)
CLAIMED = Push(key="notify.claimed", is_progress=True)
ARRIVED = Push(key="notify.arrived", is_progress=True, kept=timedelta(hours=12))
SUBMITTED = Push(key="notify.pending_check", is_progress=True)
RESOLVED = Push(
    key="notify.resolved", buttons=(IssueButton.REOPEN, IssueButton.VIEW), kept=_LONG, is_end=True, has_stars=True
)
CLOSED = Push(key="notify.closed", kept=_LONG)
REJECTED = Push(key="notify.rejected", buttons=(IssueButton.REOPEN, IssueButton.VIEW), kept=_LONG, is_end=True)
CANCELLED = Push(key="notify.cancelled", kept=_LONG, is_end=True)
QUESTION = Push(
    key="notify.question",
    buttons=(IssueButton.ANSWER, IssueButton.VIEW),
    lane=Lane.URGENT,
    kept=_LONG,
    reporters_only=True,
)
SUSPENDED = Push(key="notify.suspended", kept=_LONG)
RESUMED = Push(key="notify.resumed", is_progress=True)
REOPENED = Push(key="notify.reopened", kept=_LONG)
REOPEN_DENIED = Push(key="notify.reopen_denied", kept=_LONG, reporters_only=True)
MERGED = Push(key="notify.merged", kept=_LONG)

PUSHES: Mapping[tuple[IssueAction, IssueStatus], Push] = {
    (_A.ACCEPT, _S.ACCEPTED): ACCEPTED,
    (_A.DISPATCH, _S.DISPATCHED): DISPATCHED,
    (_A.CLAIM, _S.IN_PROGRESS): CLAIMED,
    (_A.SUBMIT, _S.PENDING_CHECK): SUBMITTED,
    # The last open task may also have been given back while all others were done.
    **{(action, _S.RESOLVED): RESOLVED for action in (_A.PASS, _A.RETURN, _A.TRANSFER, _A.MERGE)},
    # Whoever rates closes it and is answered at once; silence closes it too, and that is worth a word.
    (_A.CLOSE, _S.CLOSED): CLOSED,
    (_A.REJECT, _S.REJECTED): REJECTED,
    (_A.CANCEL, _S.CANCELLED): CANCELLED,
    (_A.ASK_REPORTER, _S.WAITING_REPORTER): QUESTION,
    (_A.SUSPEND, _S.SUSPENDED): SUSPENDED,
    (_A.REOPEN, _S.ACCEPTED): REOPENED,
    **{(_A.DENY_REOPEN, status): REOPEN_DENIED for status in (_S.RESOLVED, _S.CLOSED, _S.REJECTED)},
}


def push_of(event: IssueMoved) -> Push | None:
    """What followers hear of a move; None for the many steps that are not theirs."""
    if event.action is IssueAction.RESUME:
        return RESUMED if event.from_status is IssueStatus.SUSPENDED else None
    push = PUSHES.get((event.action, event.to_status))
    if push is not None and push.by_people and event.actor_account_id is None:
        return None
    return push
