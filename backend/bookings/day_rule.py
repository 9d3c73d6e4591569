"""The rule by which a community has its service days, such as every tenth: pure, from a year to its dates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from backend.bookings.errors import DayRuleInvalid
from backend.bookings.lunar import FIRST_YEAR, LAST_YEAR, branch_of, is_last_of_month, leap_month_of, lunar_day

ONE_DAY = timedelta(days=1)
LONGEST_HOLIDAY = 15
"""Further than this no day is moved away from a holiday; the State Council has never given more in a row."""


class CalendarKind(StrEnum):
    SOLAR = "solar"
    LUNAR = "lunar"
    WEEKDAY = "weekday"
    BRANCH = "branch"


class MissingDay(StrEnum):
    """What happens where the month is too short for one of the days."""

    SKIP = "skip"
    LAST_DAY = "last_day"
    NEXT_DAY = "next_day"


class LeapMonth(StrEnum):
    """In which of two lunar months with one number the days are held."""

    BOTH = "both"
    FIRST_ONLY = "first_only"
    SKIP = "skip"


class OnHoliday(StrEnum):
    """What happens to a day that falls on a public holiday."""

    KEEP = "keep"
    BEFORE = "before"
    AFTER = "after"
    CANCEL = "cancel"


HIGHEST_DAY: Mapping[CalendarKind, tuple[int, int]] = {
    CalendarKind.SOLAR: (1, 31),
    CalendarKind.LUNAR: (1, 30),
    CalendarKind.WEEKDAY: (1, 7),
    CalendarKind.BRANCH: (0, 11),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRule:
    """`days` are numbers of the month, of the week (Monday 1) or of the twelve branches (子 0), as `calendar` says."""

    calendar: CalendarKind = CalendarKind.SOLAR
    days: tuple[int, ...] = (10, 20, 30)
    missing: MissingDay = MissingDay.SKIP
    leap_month: LeapMonth = LeapMonth.BOTH
    on_holiday: OnHoliday = OnHoliday.KEEP

    def __post_init__(self) -> None:
        """Raise DayRuleInvalid for days that the calendar does not have."""
        lowest, highest = HIGHEST_DAY[self.calendar]
        if not self.days or len(set(self.days)) != len(self.days):
            raise DayRuleInvalid
        if not all(lowest <= day <= highest for day in self.days):
            raise DayRuleInvalid


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One service day. `by_rule` is the day that the rule named, before a short month or a holiday moved it."""

    day: date
    by_rule: date = field(compare=False)


def planned_days(rule: DayRule, year: int, holidays: Collection[date] = ()) -> tuple[PlannedDay, ...]:
    """The service days of one solar year in order, each once.

    A day that a holiday pushes over New Year belongs to the year into which it falls, so the neighbours of the year
    are looked at too. Raises DayRuleInvalid for a year that the lunar table does not know.
    """
    if not FIRST_YEAR < year < LAST_YEAR:
        raise DayRuleInvalid
    margin = timedelta(days=LONGEST_HOLIDAY + 1)
    span = _span(date(year, 1, 1) - margin, date(year, 12, 31) + margin)
    planned: dict[date, PlannedDay] = {}
    for named in _NAMED[rule.calendar](rule, span):
        moved = _off_holiday(named, rule.on_holiday, holidays)
        if moved is not None and moved.year == year:
            planned.setdefault(moved, PlannedDay(moved, named))
    return tuple(planned[day] for day in sorted(planned))


def _span(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def _solar(rule: DayRule, span: Iterable[date]) -> Iterator[date]:
    for day in span:
        if day.day in rule.days:
            yield day
        if (day + ONE_DAY).day == 1 and (found := _in_short_month(rule, day, day.day)) is not None:
            yield found


def _lunar(rule: DayRule, span: Iterable[date]) -> Iterator[date]:
    for day in span:
        lunar = lunar_day(day)
        if not _is_held_in(rule.leap_month, lunar.year, lunar.month, is_leap=lunar.is_leap):
            continue
        if lunar.day in rule.days:
            yield day
        if is_last_of_month(day) and (found := _in_short_month(rule, day, lunar.day)) is not None:
            yield found


def _in_short_month(rule: DayRule, last: date, length: int) -> date | None:
    """The stand-in, on or after the last day of a month, for the days of the rule that the month does not have."""
    if not any(number > length for number in rule.days):
        return None
    return {MissingDay.SKIP: None, MissingDay.LAST_DAY: last, MissingDay.NEXT_DAY: last + ONE_DAY}[rule.missing]


def _is_held_in(leap_month: LeapMonth, year: int, month: int, *, is_leap: bool) -> bool:
    if leap_month is LeapMonth.BOTH:
        return True
    if leap_month is LeapMonth.FIRST_ONLY:
        return not is_leap
    return month != leap_month_of(year)


def _weekday(rule: DayRule, span: Iterable[date]) -> Iterator[date]:
    return (day for day in span if day.isoweekday() in rule.days)


def _branch(rule: DayRule, span: Iterable[date]) -> Iterator[date]:
    return (day for day in span if branch_of(day) in rule.days)


_NAMED: Mapping[CalendarKind, Callable[[DayRule, Iterable[date]], Iterator[date]]] = {
    CalendarKind.SOLAR: _solar,
    CalendarKind.LUNAR: _lunar,
    CalendarKind.WEEKDAY: _weekday,
    CalendarKind.BRANCH: _branch,
}


def _off_holiday(day: date, rule: OnHoliday, holidays: Collection[date]) -> date | None:
    if rule is OnHoliday.KEEP or day not in holidays:
        return day
    if rule is OnHoliday.CANCEL:
        return None
    step = -ONE_DAY if rule is OnHoliday.BEFORE else ONE_DAY
    for _ in range(LONGEST_HOLIDAY):
        day += step
        if day not in holidays:
            return day
    return None
