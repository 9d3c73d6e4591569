"""What tells whether the program does its work: open issues by status, clocks that are overdue, the outbox's lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from backend.cockpit.reads.overview import OPEN_STATUSES
from backend.issues.models import Issue, IssueClock
from backend.issues.states import IssueStatus
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.health import LaneHealth, lane_healths


@dataclass(frozen=True, slots=True)
class Vitals:
    """Counts over all communities of this installation."""

    lanes: Sequence[LaneHealth]
    issues: Mapping[IssueStatus, int]
    clocks_overdue: int


async def vitals(uow: UnitOfWork) -> Vitals:
    """Read the counts at this moment; paused clocks are not overdue."""
    rows = await uow.session.execute(
        select(Issue.status, func.count()).where(Issue.status.in_(OPEN_STATUSES)).group_by(Issue.status)
    )
    counted = dict(rows.all())
    # A clock that stands still has nobody who looks at it.
    overdue = select(func.count()).where(
        IssueClock.stopped_at.is_(None), IssueClock.next_look_at.is_not(None), IssueClock.due_at < uow.now
    )
    return Vitals(
        lanes=await lane_healths(uow),
        issues={status: counted.get(status, 0) for status in OPEN_STATUSES},
        clocks_overdue=await uow.session.scalar(overdue) or 0,
    )
