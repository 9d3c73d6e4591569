"""The history of an issue: one append-only entry per step, told to followers where it is public."""

from __future__ import annotations

from dataclasses import dataclass

from backend.issues.models import HistoryEntry, Issue
from backend.issues.movers import role_shown
from backend.issues.moves import Mover
from backend.issues.states import IssueAction, IssueStatus, TaskAction
from backend.issues.words import clean
from backend.kernel.access import Actor
from backend.kernel.redaction import redact
from backend.kernel.unit_of_work import UnitOfWork

MOST_WORDS = 1_000
"""Characters of a reason, comment or note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody does to an issue or to one of its tasks; `words` are already checked."""

    action: IssueAction | TaskAction
    actor: Actor
    mover: Mover
    words: str = ""
    task_id: int | None = None
    is_public: bool = True


def checked_words(words: str) -> str:
    """What somebody wrote, as others may read it: cleaned, personal numbers masked. Raises TextTooLong."""
    return redact(clean(words, MOST_WORDS))


async def write_history(
    uow: UnitOfWork, issue: Issue, step: Step, from_status: IssueStatus | None = None
) -> HistoryEntry:
    """Add the step to the history; the issue already stands where it led."""
    entry = HistoryEntry(
        issue_id=issue.id,
        task_id=step.task_id,
        at=uow.now,
        account_id=step.actor.account_id,
        actor_role=role_shown(step.mover),
        action=step.action,
        from_status=from_status or issue.status,
        to_status=issue.status,
        words=step.words,
        is_public=step.is_public,
    )
    uow.session.add(entry)
    await uow.session.flush()
    return entry
