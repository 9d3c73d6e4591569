"""The colour in which the screen shows an issue now, told from its grade and its clock for resolving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from backend.issues.models import Issue, IssueClock
from backend.issues.states import ClockTarget, RiskGrade
from backend.issues.timing.clock_rows import calendar_for, is_paused, pauses_of
from backend.issues.timing.clocks import Limit, colour, remaining
from backend.kernel.unit_of_work import UnitOfWork

_RESOLVE_CLOCKS = (
    select(IssueClock)
    .where(
        IssueClock.issue_id.in_(bindparam("issue_ids", expanding=True)),
        IssueClock.target == ClockTarget.RESOLVE,
        IssueClock.stopped_at.is_(None),
    )
    .order_by(IssueClock.id)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class Urgency:
    """How an issue stands on the four-colour list. Without a running clock there is no due time and nothing left."""

    colour: RiskGrade
    due_at: datetime | None = None
    left: timedelta | None = None
    is_paused: bool = False


async def urgency_of(uow: UnitOfWork, issues: Sequence[Issue]) -> dict[int, Urgency]:
    """The urgency of each issue by its id, with one query for all."""
    clocks = await _resolve_clocks(uow, [issue.id for issue in issues])
    return {issue.id: await _urgency(uow, issue, clocks.get(issue.id)) for issue in issues}


async def _urgency(uow: UnitOfWork, issue: Issue, clock: IssueClock | None) -> Urgency:
    if clock is None:
        return Urgency(issue.risk_grade)
    calendar = await calendar_for(uow, issue, clock.unit)
    # A clock that stands still shows what was left when it stopped.
    stands = is_paused(clock)
    moment = pauses_of(clock, uow.now)[-1].began_at if stands else uow.now
    left = remaining(clock.due_at, moment, clock.unit, calendar)
    total = Limit(clock.amount, clock.unit).length(calendar)
    return Urgency(colour(issue.risk_grade, left, total), clock.due_at, left, stands)


async def _resolve_clocks(uow: UnitOfWork, issue_ids: Sequence[int]) -> dict[int, IssueClock]:
    found = await uow.session.scalars(_RESOLVE_CLOCKS, {"issue_ids": issue_ids})
    return {clock.issue_id: clock for clock in found}
