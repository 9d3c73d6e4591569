"""What the clock job does with limits: warn when one is near, and let what is late climb rung by rung."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select

from backend.issues.events import ClockClimbed, ClockWarned
from backend.issues.history import Step, write_history
from backend.issues.models import Issue, IssueClock
from backend.issues.movers import path_of_unit
from backend.issues.moves import SYSTEM
from backend.issues.states import IssueAction
from backend.issues.timing.climbing import level_reached
from backend.issues.timing.clock_rows import overdue_for
from backend.issues.timing.community_limits import ladder_of
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork

BATCH = 200
ASIDE = timedelta(minutes=10)


async def has_due_clock(uow: UnitOfWork) -> bool:
    """Whether any clock's moment has come: asked each second, before the write lock is taken."""
    found: bool | None = await uow.session.scalar(select(exists().where(*_is_due(uow))))
    return bool(found)


async def look_at_clocks(uow: UnitOfWork, limit: int = BATCH) -> int:
    """Look at the clocks whose moment has come, the longest waiting first; returns how many, `limit` if more wait.

    It makes no difference whether anybody has the task: what nobody has climbs too. Twice is safe, since each clock
    remembers what was told; on PostgreSQL two jobs at once take different clocks. Records ClockWarned and ClockClimbed.
    """
    clocks = await uow.session.scalars(
        select(IssueClock)
        .where(*_is_due(uow))
        .order_by(IssueClock.next_look_at, IssueClock.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    looked = 0
    for clock in clocks.all():
        await _look(uow, clock)
        looked += 1
    return looked


async def due_clocks(uow: UnitOfWork, limit: int = BATCH) -> list[int]:
    """The clocks whose moment has come, the longest waiting first."""
    query = select(IssueClock.id).where(*_is_due(uow)).order_by(IssueClock.next_look_at, IssueClock.id).limit(limit)
    return list(await uow.session.scalars(query))


async def look_at_clock(uow: UnitOfWork, clock_id: int) -> None:
    """Look at one clock, if its moment has still come."""
    clock = await uow.session.scalar(
        select(IssueClock).where(IssueClock.id == clock_id, *_is_due(uow)).with_for_update(key_share=True)
    )
    if clock is not None:
        await _look(uow, clock)


async def set_clock_aside(uow: UnitOfWork, clock_id: int) -> None:
    """Look at this clock again only in a while: looking at it fails, and others wait behind it."""
    clock = await uow.session.get_one(IssueClock, clock_id)
    clock.next_look_at = uow.now + ASIDE


def _is_due(uow: UnitOfWork) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return IssueClock.next_look_at <= uow.now, IssueClock.stopped_at.is_(None)


async def _look(uow: UnitOfWork, clock: IssueClock) -> None:
    if uow.now < clock.due_at:
        if clock.warned_at is None:
            clock.warned_at = uow.now
            uow.record(ClockWarned(clock.id))
        clock.next_look_at = clock.due_at
        return
    clock.breached_at = clock.breached_at or clock.due_at
    clock.warned_at = clock.warned_at or uow.now  # a warning after the fact helps nobody
    overdue = overdue_for(clock, uow.now)
    ladder = await ladder_of(uow, (await uow.session.get_one(Issue, clock.issue_id)).community_id)
    reached = level_reached(clock.target, overdue, ladder)
    for rung in range(clock.climbed, reached):
        await _climb(uow, clock, rung)
    clock.climbed = max(clock.climbed, reached)
    rungs = ladder.get(clock.target, ())[reached:]
    clock.next_look_at = uow.now + timedelta(minutes=rungs[0].after_minutes) - overdue if rungs else None


async def _climb(uow: UnitOfWork, clock: IssueClock, rung: int) -> None:
    issue = await uow.session.get_one(Issue, clock.issue_id)
    step = Step(action=IssueAction.ESCALATE, actor=CLOCK_ACTOR, mover=SYSTEM, task_id=clock.task_id, is_public=False)
    await write_history(uow, issue, step)
    audit(
        uow,
        CLOCK_ACTOR,
        "issue.climb",
        f"issue:{issue.id}",
        org_path=await path_of_unit(uow, issue.org_unit_id),
        after={"clock": clock.id, "target": clock.target.value, "rung": rung},
    )
    uow.record(ClockClimbed(clock.id, rung))
