"""Which moments are working time: make-up days, holidays and office hours, as one immutable value."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

NO_TIME = timedelta(0)
ONE_DAY = timedelta(days=1)
MONDAY_TO_FRIDAY = frozenset(range(5))
OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day that differs from the weekly pattern: a holiday, or a weekend day that is worked."""

    day: date
    is_workday: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Built from the rows that staff edit.

    `workdays` are weekday numbers, Monday 0. `published_years` are the years whose holidays are known; in any other
    year the weekly pattern stands in, and `covers` says so. All moments taken are aware; all returned are UTC.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    published_years: frozenset[int] = frozenset()
    workdays: frozenset[int] = MONDAY_TO_FRIDAY
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    zone: ZoneInfo = CHINA

    def __post_init__(self) -> None:
        """Refuse a calendar in which no limit would ever run out."""
        edges = [edge for span in self.hours for edge in span]
        if not edges or edges != sorted(set(edges)):
            raise ValueError("working hours must be ordered spans that do not touch")
        if not self.workdays or not self.workdays <= frozenset(range(7)):
            raise ValueError("workdays must be some of 0 (Monday) to 6 (Sunday)")

    def covers(self, year: int) -> bool:
        """Whether the year's holidays are published; if not, its due times are only a good guess."""
        return year in self.published_years

    def is_workday(self, day: date) -> bool:
        """Whether people work on this local day."""
        return self.overrides.get(day, day.weekday() in self.workdays)

    @property
    def day_length(self) -> timedelta:
        """How much working time one workday holds."""
        moments = ((datetime.combine(date.min, begin), datetime.combine(date.min, end)) for begin, end in self.hours)
        return sum((end - begin for begin, end in moments), NO_TIME)

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself if people are at work, else when they next start; closing time counts as gone home."""
        begin, _ = next(self._spans_from(moment))
        return begin

    def add_work_hours(self, start: datetime, length: timedelta) -> datetime:
        """The moment by which `length` of working time has passed; it may be closing time itself."""
        if length < NO_TIME:
            raise ValueError("working time only runs forward")
        if length == NO_TIME:
            return start.astimezone(UTC)
        for begin, end in self._spans_from(start):
            if length <= end - begin:
                return begin + length
            length -= end - begin
        raise AssertionError("the calendar never ends")

    def add_work_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many workdays on; what comes in after hours counts from the next opening."""
        if days < 0:
            raise ValueError("working time only runs forward")
        local = self.next_working_moment(start).astimezone(self.zone)
        day = local.date()
        while days:
            day += ONE_DAY
            days -= self.is_workday(day)
        return datetime.combine(day, local.time(), self.zone).astimezone(UTC)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between; nothing if `end` is not after `start`."""
        total = NO_TIME
        for begin, close in self._spans_from(start):
            if begin >= end:
                return total
            total += min(close, end.astimezone(UTC)) - begin
        raise AssertionError("the calendar never ends")

    def _spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working spans after `moment`, the first one cut to begin there."""
        moment = moment.astimezone(UTC)
        day = moment.astimezone(self.zone).date()
        while True:
            for begin, end in self._spans_of(day):
                if moment < end:
                    yield max(begin, moment), end
            day += ONE_DAY

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.is_workday(day):
            for begin, end in self.hours:
                yield (
                    datetime.combine(day, begin, self.zone).astimezone(UTC),
                    datetime.combine(day, end, self.zone).astimezone(UTC),
                )


def published_days(year: int) -> list[DayRule]:
    """China's holidays and make-up days of one year; empty when the State Council's list is not in the library yet."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    try:
        days = chinese_calendar.get_dates(first, last)
        worked = {day: chinese_calendar.is_workday(day) for day in days}
    except NotImplementedError:  # the library's way to say that it does not know the year
        return []
    return [
        DayRule(day, is_workday)
        for day, is_workday in worked.items()
        if is_workday != (day.weekday() in MONDAY_TO_FRIDAY)
    ]


def public_holidays(year: int) -> frozenset[date]:
    """The days off of China's festivals in one year, their weekends too; empty while the list is not published."""
    try:
        days = chinese_calendar.get_dates(date(year, 1, 1), date(year, 12, 31))
        details = {day: chinese_calendar.get_holiday_detail(day) for day in days}
    except NotImplementedError:  # the library's way to say that it does not know the year
        return frozenset()
    return frozenset(day for day, (is_off, festival) in details.items() if is_off and festival)


def china_calendar(years: Iterable[int], zone: ZoneInfo = CHINA) -> WorkCalendar:
    """The calendar of the published years among `years`, with the usual office hours."""
    by_year = {year: published_days(year) for year in years}
    return WorkCalendar(
        overrides={row.day: row.is_workday for rows in by_year.values() for row in rows},
        published_years=frozenset(year for year, rows in by_year.items() if rows),
        zone=zone,
    )
