"""Service days by rule: the years 2025 to 2027 as golden tables, and what short months, leap months, holidays do."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.bookings.day_rule import CalendarKind, DayRule, LeapMonth, MissingDay, OnHoliday, planned_days
from backend.bookings.errors import DayRuleInvalid
from backend.bookings.lunar import branch_of, lunar_day

TENTHS = (10, 20, 30)

LUNAR_TENTHS = {
    2025: "01-09 01-19 02-07 02-17 02-27 03-09 03-19 04-07 04-17 04-27 05-07 05-17 06-05 06-15 07-04 07-14 07-24"
    " 08-03 08-13 09-01 09-11 09-21 10-01 10-11 10-30 11-09 11-19 11-29 12-09 12-19 12-29",
    2026: "01-08 01-18 01-28 02-07 02-26 03-08 03-18 03-28 04-07 04-26 05-06 05-16 05-26 06-05 06-24 07-04 07-23"
    " 08-02 08-12 08-22 09-01 09-20 09-30 10-19 10-29 11-08 11-18 11-28 12-08 12-18 12-28",
    2027: "01-07 01-17 01-27 02-15 02-25 03-07 03-17 03-27 04-06 04-16 04-26 05-15 05-25 06-04 06-14 06-24 07-13"
    " 07-23 08-11 08-21 08-31 09-10 09-20 10-09 10-19 11-07 11-17 11-27 12-07 12-17 12-27",
}
"""Reckoned by lunardate and compared with the new moons and solar terms of an ephemeris at UTC+8."""


def days_of(rule: DayRule, year: int, holidays: frozenset[date] = frozenset()) -> list[date]:
    return [planned.day for planned in planned_days(rule, year, holidays)]


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_solar_tenths_are_thirty_five_a_year_for_february_has_no_thirtieth(year: int):
    days = days_of(DayRule(days=TENTHS), year)

    assert len(days) == 35
    assert all(day.day in TENTHS for day in days)
    assert sum(day.month == 2 for day in days) == 2


@pytest.mark.parametrize(
    ("missing", "stand_in"),
    [(MissingDay.SKIP, None), (MissingDay.LAST_DAY, date(2026, 2, 28)), (MissingDay.NEXT_DAY, date(2026, 3, 1))],
)
def test_the_missing_thirtieth_of_february(missing: MissingDay, stand_in: date | None):
    days = days_of(DayRule(days=TENTHS, missing=missing), 2026)

    extra = [day for day in days if day.day not in TENTHS]
    assert extra == ([] if stand_in is None else [stand_in])


@pytest.mark.parametrize("year", LUNAR_TENTHS)
def test_the_lunar_tenths_are_those_of_the_almanac(year: int):
    days = days_of(DayRule(calendar=CalendarKind.LUNAR, days=TENTHS), year)

    assert [f"{day:%m-%d}" for day in days] == LUNAR_TENTHS[year].split()
    assert len(days) == 31


SHORT_MONTHS = {
    2025: [(2, False), (4, False), (5, False), (6, True), (8, False), (12, False)],
    2026: [(2, False), (4, False), (5, False), (7, False), (8, False), (12, False)],
    2027: [(3, False), (5, False), (6, False), (8, False), (9, False), (12, False)],
}


@pytest.mark.parametrize("lunar_year", SHORT_MONTHS)
def test_lunar_months_of_29_days_give_their_last_day_instead_of_the_thirtieth(lunar_year: int):
    rule = DayRule(calendar=CalendarKind.LUNAR, days=(30,), missing=MissingDay.LAST_DAY)
    days = [lunar_day(day) for year in (lunar_year, lunar_year + 1) for day in days_of(rule, year)]

    short = [(day.month, day.is_leap) for day in days if day.year == lunar_year and day.day == 29]
    assert short == SHORT_MONTHS[lunar_year]


@pytest.mark.parametrize(
    ("leap_month", "held"),
    [
        (LeapMonth.BOTH, ["07-04", "07-14", "07-24", "08-03", "08-13"]),
        (LeapMonth.FIRST_ONLY, ["07-04", "07-14", "07-24"]),
        (LeapMonth.SKIP, []),
    ],
)
def test_the_leap_sixth_month_of_2025(leap_month: LeapMonth, held: list[str]):
    days = days_of(DayRule(calendar=CalendarKind.LUNAR, days=TENTHS, leap_month=leap_month), 2025)

    assert [f"{day:%m-%d}" for day in days if lunar_day(day).month == 6] == held


def test_both_calendars_meet_only_on_these_days():
    both = [
        day
        for year in (2025, 2026, 2027)
        for day in days_of(DayRule(days=TENTHS), year)
        if day in days_of(DayRule(calendar=CalendarKind.LUNAR, days=TENTHS), year)
    ]

    assert both == [date(2025, 10, 30), date(2026, 9, 20), date(2026, 9, 30), date(2027, 9, 10), date(2027, 9, 20)]


SPRING_FESTIVAL = frozenset(date(2026, 2, 15) + timedelta(days=number) for number in range(9))


@pytest.mark.parametrize(
    ("on_holiday", "held_on"),
    [
        (OnHoliday.KEEP, date(2026, 2, 20)),
        (OnHoliday.BEFORE, date(2026, 2, 14)),
        (OnHoliday.AFTER, date(2026, 2, 24)),
        (OnHoliday.CANCEL, None),
    ],
)
def test_a_day_inside_the_spring_festival(on_holiday: OnHoliday, held_on: date | None):
    days = days_of(DayRule(days=TENTHS, on_holiday=on_holiday), 2026, SPRING_FESTIVAL)

    found = [day for day in days if date(2026, 2, 11) <= day <= date(2026, 2, 28)]
    assert found == ([held_on] if held_on else [])


def test_a_day_pushed_over_new_year_belongs_to_the_new_year():
    rule = DayRule(days=(30,), on_holiday=OnHoliday.AFTER)
    new_year = frozenset({date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)})

    assert days_of(rule, 2026, new_year)[-1] == date(2026, 11, 30)
    assert days_of(rule, 2027, new_year)[0] == date(2027, 1, 2)


def test_weekdays_and_branches():
    saturdays = days_of(DayRule(calendar=CalendarKind.WEEKDAY, days=(6,)), 2026)
    rabbit_days = days_of(DayRule(calendar=CalendarKind.BRANCH, days=(3,)), 2026)

    assert len(saturdays) == 52
    assert {later - earlier for earlier, later in itertools.pairwise(rabbit_days)} == {timedelta(days=12)}
    assert branch_of(date(1949, 10, 1)) == 0  # known as a 甲子 day


@pytest.mark.parametrize(
    "days",
    [(), (10, 10), (0,), (32,), (-1,)],
)
def test_days_that_no_month_has_are_refused(days: tuple[int, ...]):
    with pytest.raises(DayRuleInvalid):
        DayRule(days=days)


@settings(max_examples=25)
@given(
    calendar=st.sampled_from([CalendarKind.SOLAR, CalendarKind.LUNAR]),
    days=st.sets(st.integers(1, 30), min_size=1, max_size=4),
    missing=st.sampled_from(MissingDay),
    on_holiday=st.sampled_from(OnHoliday),
    year=st.integers(2024, 2040),
)
def test_days_come_in_order_once_and_inside_the_year(
    calendar: CalendarKind, days: set[int], missing: MissingDay, on_holiday: OnHoliday, year: int
):
    holidays = frozenset(date(year, 10, 1) + timedelta(days=number) for number in range(8))
    found = days_of(
        DayRule(calendar=calendar, days=tuple(days), missing=missing, on_holiday=on_holiday), year, holidays
    )

    assert found == sorted(set(found))
    assert {day.year for day in found} <= {year}
    assert on_holiday is OnHoliday.KEEP or not holidays & set(found)
