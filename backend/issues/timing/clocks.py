"""When a limit runs out, what is left of it, when to warn, and in which colour the screen shows it.

A clock is told by its start, limit and pauses alone. Comments, edits and moves never reach it, so they cannot reset it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.issues.states import ClockUnit, RiskGrade
from backend.kernel.work_calendar import NO_TIME, WorkCalendar

MAX_AMOUNT = 2000
"""Longest limit in any unit (2000 workdays are eight years); more is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take."""

    amount: int
    unit: ClockUnit = ClockUnit.HOUR

    def __post_init__(self) -> None:
        if not 0 < self.amount <= MAX_AMOUNT:
            raise ValueError(f"a limit is 1 to {MAX_AMOUNT}, not {self.amount}")

    def length(self, calendar: WorkCalendar) -> timedelta:
        """The limit as a length of time: working time for the two working units."""
        if self.unit is ClockUnit.WORK_DAY:
            return self.amount * calendar.day_length
        return timedelta(hours=self.amount)


HAZARD_LIMIT = Limit(48, ClockUnit.HOUR)
"""The community's own rule for its hazard list: 48 hours of the calendar, nights and holidays included."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a clock stood still. One that still lasts ends now."""

    began_at: datetime
    ended_at: datetime


def due_at(start: datetime, limit: Limit, calendar: WorkCalendar, pauses: Iterable[Pause] = ()) -> datetime:
    """When the limit runs out, in UTC.

    A pause moves the end on by its own length, by its working length for the working units. Pauses that overlap
    count once, and one that began after the limit had run out forgives nothing.
    """
    unpaused = _unpaused_due(start, limit, calendar)
    return _moved_on(unpaused, _joined(pauses, start), limit.unit, calendar)


def remaining(due: datetime, now: datetime, unit: ClockUnit, calendar: WorkCalendar) -> timedelta:
    """What is left until `due`, in the unit's own time; negative by as much as it is overdue."""
    if now <= due:
        return _elapsed(now, due, unit, calendar)
    return -_elapsed(due, now, unit, calendar)


def warn_times(
    start: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    percents: Sequence[int] = (50, 80),
) -> list[datetime]:
    """The moments at which so many percent of the limit are used up, earliest first; none is after `due_at`."""
    due = due_at(start, limit, calendar, pauses)
    total = limit.length(calendar)
    shares = (
        _later(start.astimezone(UTC), total * percent / 100, limit.unit, calendar) for percent in sorted(percents)
    )
    stretches = _joined(pauses, start)
    return [min(_moved_on(share, stretches, limit.unit, calendar), due) for share in shares]


_GRADES = (RiskGrade.BLUE, RiskGrade.YELLOW, RiskGrade.ORANGE, RiskGrade.RED)


def colour(grade: RiskGrade, left: timedelta, total: timedelta) -> RiskGrade:
    """The colour on screen, told from the stored grade and the time left; it is never stored itself.

    Overdue shows red. In the last fifth of its time a thing shows one step worse than it is.
    """
    if left <= NO_TIME:
        return RiskGrade.RED
    if left * 5 > total:
        return grade
    return _GRADES[min(_GRADES.index(grade) + 1, len(_GRADES) - 1)]


def _unpaused_due(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    if limit.unit is ClockUnit.WORK_DAY:
        return calendar.add_work_days(start, limit.amount)
    return _later(start.astimezone(UTC), timedelta(hours=limit.amount), limit.unit, calendar)


def _moved_on(moment: datetime, pauses: Iterable[Pause], unit: ClockUnit, calendar: WorkCalendar) -> datetime:
    for pause in pauses:
        if pause.began_at < moment:
            moment = _later(moment, _elapsed(pause.began_at, pause.ended_at, unit, calendar), unit, calendar)
    return moment


def _later(moment: datetime, length: timedelta, unit: ClockUnit, calendar: WorkCalendar) -> datetime:
    return moment + length if unit is ClockUnit.HOUR else calendar.add_work_hours(moment, length)


def _elapsed(begin: datetime, end: datetime, unit: ClockUnit, calendar: WorkCalendar) -> timedelta:
    return end - begin if unit is ClockUnit.HOUR else calendar.working_time(begin, end)


def _joined(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """The pauses after `start` in order, overlapping ones made one, empty ones left out."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.began_at):
        began_at = max(pause.began_at, start)
        if pause.ended_at <= began_at:
            continue
        if joined and began_at <= joined[-1].ended_at:
            joined[-1] = Pause(joined[-1].began_at, max(joined[-1].ended_at, pause.ended_at))
        else:
            joined.append(Pause(began_at, pause.ended_at))
    return joined
