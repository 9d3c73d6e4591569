"""The lunar date of a day, as it stands beside the solar one on every notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lunardate import LunarDate

FIRST_YEAR, LAST_YEAR = 1901, 2098
"""What the table of the library covers with a year to spare on either side."""

_SEXAGENARY_START = date(2000, 1, 7)
"""A 甲子 day: from it the twelve branches are counted."""


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar: month 1 to 12, day 1 to 30; `is_leap` in the second of two months of one number."""

    year: int
    month: int
    day: int
    is_leap: bool


def lunar_day(day: date) -> LunarDay:
    """The lunar day that begins at midnight of `day` (UTC+8, as GB/T 33661-2017 has it)."""
    found = LunarDate.from_solar_date(day.year, day.month, day.day)
    return LunarDay(found.year, found.month, found.day, bool(found.is_leap_month))


def is_last_of_month(day: date) -> bool:
    """Whether the lunar month ends with this day: the 29th of a short one, the 30th of a long one."""
    return lunar_day(day + timedelta(days=1)).day == 1


def leap_month_of(lunar_year: int) -> int | None:
    """The number of the month that comes twice in a lunar year, if one does."""
    return LunarDate.leap_month_for_year(lunar_year) or None


def branch_of(day: date) -> int:
    """Which of the twelve branches the day has: 0 is 子, 11 is 亥. Markets of some counties follow them."""
    return (day - _SEXAGENARY_START).days % 12
