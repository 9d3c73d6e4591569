"""The history of an issue: one append-only entry per step, told to followers where it is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert

from backend.issues.models import HistoryEntry, Issue
from backend.issues.movers import role_shown
from backend.issues.moves import Mover
from backend.issues.states import IssueAction, IssueStatus, TaskAction
from backend.issues.words import clean
from backend.kernel.access import Actor
from backend.kernel.redaction import redact
from backend.kernel.unit_of_work import UnitOfWork

_entries: Table = HistoryEntry.__table__  # type: ignore[assignment]
_WRITE, _WRITE_ONE = insert(_entries), insert(_entries).returning(_entries.c.id)

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


def history_row(uow: UnitOfWork, issue: Issue, *, action: str, role: str, **more: Any) -> dict[str, Any]:
    """The columns of one entry; `more` overrides or adds. The issue already stands where the step led."""
    row = {
        "issue_id": issue.id,
        "task_id": None,
        "at": uow.now,
        "account_id": None,
        "actor_role": role,
        "action": action,
        "from_status": issue.status,
        "to_status": issue.status,
        "words": "",
        "is_public": True,
    }
    return row | more


async def write_rows(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Add entries of `history_row`; the issues and tasks they name are rows already."""
    await uow.run(_WRITE, rows)


async def write_history(
    uow: UnitOfWork, issue: Issue, step: Step, from_status: IssueStatus | None = None
) -> HistoryEntry:
    """Add the step to the history; the issue already stands where it led.

    The entry is written beside the session, which would write the issue anew with each of its steps; often there
    are several in one transaction.
    """
    row = history_row(
        uow,
        issue,
        action=step.action,
        role=role_shown(step.mover),
        from_status=from_status or issue.status,
        task_id=step.task_id,
        account_id=step.actor.account_id,
        words=step.words,
        is_public=step.is_public,
    )
    written = await uow.run(_WRITE_ONE, row)
    return HistoryEntry(id=written.scalar_one(), **row)
