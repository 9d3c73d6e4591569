"""The clocks of issues as rows: started by limits, paused, resumed and stopped by moves, by nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from backend.issues.holding import parts_of_new
from backend.issues.models import CategoryLimit, Issue, IssueClock, Task
from backend.issues.states import ClockTarget, ClockUnit
from backend.issues.timing.calendars import calendar_of
from backend.issues.timing.clocks import Limit, Pause, due_at, warn_times
from backend.kernel.unit_of_work import UnitOfWork
from backend.kernel.work_calendar import NO_TIME, WorkCalendar

WARN_PERCENT = 80
_HOURS_ONLY = WorkCalendar()
_LIMITS_LOADED = "limits of categories"
_LIMITS = select(CategoryLimit.target, CategoryLimit.amount, CategoryLimit.unit).where(
    CategoryLimit.category_id == bindparam("category_id")
)

_RUNNING = (
    select(IssueClock)
    .where(IssueClock.issue_id == bindparam("issue_id"), IssueClock.stopped_at.is_(None))
    .order_by(IssueClock.id)
    .with_for_update(key_share=True)
)
_RUNNING_NOW = _RUNNING.execution_options(populate_existing=True)
"""As they stand after whoever was faster; on SQLite nobody is."""


async def start_clock(
    uow: UnitOfWork, issue: Issue, target: ClockTarget, task: Task | None = None
) -> IssueClock | None:
    """Start a limit of the issue's category now, for the issue or for one task; None if the category sets none."""
    limit = (await _limits_of(uow, issue.category_id)).get(target)
    if limit is None:
        return None
    clock = IssueClock(
        issue_id=issue.id,
        task_id=task.id if task else None,
        target=target,
        amount=limit.amount,
        unit=limit.unit,
        started_at=uow.now,
        pauses=[],
        climbed=0,
    )
    await set_due(uow, issue, clock)
    uow.session.add(clock)
    return clock


async def _limits_of(uow: UnitOfWork, category_id: int) -> Mapping[ClockTarget, Limit]:
    """The limits of a category, read once per unit of work."""
    loaded: dict[int, Mapping[ClockTarget, Limit]] = uow.session.info.setdefault(_LIMITS_LOADED, {})
    if category_id not in loaded:
        found = await uow.session.execute(_LIMITS, {"category_id": category_id})
        loaded[category_id] = {target: Limit(amount, unit) for target, amount, unit in found}
    return loaded[category_id]


async def start_opening_clocks(uow: UnitOfWork, issue: Issue) -> None:
    """Start what runs from the first report on: the limits for accepting and for resolving."""
    await start_clock(uow, issue, ClockTarget.ACCEPT)
    await start_clock(uow, issue, ClockTarget.RESOLVE)


async def running_clocks(uow: UnitOfWork, issue: Issue) -> Sequence[IssueClock]:
    """All clocks of the issue and its tasks that have not stopped, held, in id order; paused ones too."""
    own = parts_of_new(uow, issue, IssueClock)
    if own is not None:
        return [clock for clock in own if clock.stopped_at is None]
    await uow.session.flush()
    found = await uow.session.scalars(_RUNNING if uow.is_sqlite else _RUNNING_NOW, {"issue_id": issue.id})
    return found.all()


async def pause_clocks(uow: UnitOfWork, issue: Issue) -> None:
    """Let every running clock of the issue stand still from now on."""
    for clock in await running_clocks(uow, issue):
        if not is_paused(clock):
            clock.pauses = [*clock.pauses, [uow.now.isoformat(), None]]
            clock.next_look_at = None


async def run_clocks(uow: UnitOfWork, issue: Issue) -> None:
    """Let the paused clocks of the issue run on; the pause moves their end."""
    for clock in await running_clocks(uow, issue):
        await _resume(uow, issue, clock)


async def _resume(uow: UnitOfWork, issue: Issue, clock: IssueClock) -> None:
    if is_paused(clock):
        clock.pauses = [*clock.pauses[:-1], [clock.pauses[-1][0], uow.now.isoformat()]]
        await set_due(uow, issue, clock)


async def stop_clocks(
    uow: UnitOfWork, issue: Issue, *, target: ClockTarget | None = None, task_id: int | None = None
) -> None:
    """Stop the issue's own clock of `target`, or all clocks of one task, or with neither all there are."""
    for clock in await running_clocks(uow, issue):
        if target is not None and (clock.target is not target or clock.task_id is not None):
            continue
        if task_id is not None and clock.task_id != task_id:
            continue
        await _resume(uow, issue, clock)
        clock.stopped_at = uow.now
        clock.next_look_at = None
        if uow.now > clock.due_at and clock.breached_at is None:
            clock.breached_at = clock.due_at


async def take_stop_off(uow: UnitOfWork, issue: Issue, target: ClockTarget) -> None:
    """Let the issue's last stopped clock of `target` run on as if it had never stopped: its work was not done."""
    clock = await uow.session.scalar(
        select(IssueClock)
        .where(IssueClock.issue_id == issue.id, IssueClock.target == target, IssueClock.task_id.is_(None))
        .order_by(IssueClock.id.desc())
        .limit(1)
        .with_for_update(key_share=True)
    )
    if clock is not None and clock.stopped_at is not None:
        clock.stopped_at = None
        await set_due(uow, issue, clock)


async def set_due(uow: UnitOfWork, issue: Issue, clock: IssueClock) -> None:
    """Write down when the clock runs out and when the clock job must look at it next."""
    calendar = await calendar_for(uow, issue, clock.unit)
    limit, pauses = Limit(clock.amount, clock.unit), pauses_of(clock, uow.now)
    clock.due_at = due_at(clock.started_at, limit, calendar, pauses)
    warn_at = warn_times(clock.started_at, limit, calendar, pauses, (WARN_PERCENT,))[0]
    clock.next_look_at = warn_at if clock.warned_at is None else max(clock.due_at, uow.now)


async def calendar_for(uow: UnitOfWork, issue: Issue, unit: ClockUnit) -> WorkCalendar:
    """The calendar that a limit in `unit` needs; plain hours need none of the community's."""
    return _HOURS_ONLY if unit is ClockUnit.HOUR else await calendar_of(uow, issue.community_id)


def is_paused(clock: IssueClock) -> bool:
    """Whether the clock stands still now."""
    return bool(clock.pauses) and clock.pauses[-1][1] is None


def pauses_of(clock: IssueClock, now: datetime) -> list[Pause]:
    """The stored pauses; one that still lasts ends `now`."""
    return [
        Pause(datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else now) for begin, end in clock.pauses
    ]


def overdue_for(clock: IssueClock, now: datetime) -> timedelta:
    """How long the clock has been overdue while it ran: nobody is told of the hours in which it stood still."""
    stood = sum(
        (pause.ended_at - max(pause.began_at, clock.due_at) for pause in _pauses_after_due(clock, now)), NO_TIME
    )
    return now - clock.due_at - stood


def _pauses_after_due(clock: IssueClock, now: datetime) -> list[Pause]:
    return [pause for pause in pauses_of(clock, now) if pause.ended_at > clock.due_at]
