"""Working time in China: weekends, holidays, make-up days, lunch, midnight and years nobody has published."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.work_calendar import CHINA, DayRule, WorkCalendar, china_calendar, published_days

CALENDAR = china_calendar(range(2025, 2028))
NEW_YEAR, YEARS_END = date(2025, 1, 1), date(2026, 12, 31)
MOMENTS = st.builds(datetime.combine, st.dates(NEW_YEAR, YEARS_END), st.times(), st.just(UTC))
LENGTHS = st.timedeltas(timedelta(0), timedelta(hours=60))


def local(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 17), False),  # New Year's Day of the lunar calendar, a Tuesday
        (date(2026, 10, 1), False),
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2027, 10, 1), True),  # unpublished: the weekly pattern stands in, and `covers` says so
    ],
)
def test_people_work_on_the_published_days(day, works):
    assert CALENDAR.is_workday(day) is works


def test_an_unpublished_year_is_owned_up_to():
    assert CALENDAR.covers(2026)
    assert not CALENDAR.covers(2027)
    assert published_days(2027) == []
    assert published_days(1850) == []


def test_the_published_rows_hold_only_days_off_the_weekly_pattern():
    rows = published_days(2026)

    assert DayRule(date(2026, 2, 14), is_workday=True) in rows
    assert all(row.is_workday == (row.day.weekday() > 4) for row in rows)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-20 08:00", "2026-11-20 09:00"),
        ("2026-11-20 10:15", "2026-11-20 10:15"),
        ("2026-11-20 12:00", "2026-11-20 13:30"),
        ("2026-11-20 17:30", "2026-11-23 09:00"),
        ("2026-02-13 18:00", "2026-02-14 09:00"),
        ("2026-02-14 23:59", "2026-02-24 09:00"),
        ("2026-11-20 00:00", "2026-11-20 09:00"),
    ],
)
def test_work_goes_on_when_the_office_opens(moment, opens):
    assert CALENDAR.next_working_moment(local(moment)) == local(opens)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20 09:00", 3, "2026-11-20 12:00"),
        ("2026-11-20 11:00", 2, "2026-11-20 14:30"),
        ("2026-11-20 16:30", 2, "2026-11-23 10:00"),
        ("2026-11-21 10:00", 7, "2026-11-23 17:30"),
        ("2026-02-14 16:30", 2, "2026-02-24 10:00"),
        ("2026-11-21 10:00", 0, "2026-11-21 10:00"),
    ],
)
def test_work_hours_pass_only_while_people_work(start, hours, end):
    assert CALENDAR.add_work_hours(local(start), timedelta(hours=hours)) == local(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-20 12:00", 0, "2026-11-20 13:30"),
        ("2026-11-20 11:00", 1, "2026-11-23 11:00"),
        ("2026-11-20 20:00", 1, "2026-11-24 09:00"),
        ("2026-02-13 10:00", 2, "2026-02-24 10:00"),
        ("2025-12-31 10:00", 1, "2026-01-04 10:00"),
    ],
)
def test_work_days_keep_the_time_of_day(start, days, end):
    assert CALENDAR.add_work_days(local(start), days) == local(end)


@pytest.mark.parametrize(
    "broken",
    [
        {"hours": ()},
        {"hours": ((time(12), time(9)),)},
        {"hours": ((time(9), time(13)), (time(12), time(17)))},
        {"workdays": frozenset()},
        {"workdays": frozenset({7})},
    ],
)
def test_a_calendar_without_working_time_is_refused(broken):
    with pytest.raises(ValueError, match="work"):
        WorkCalendar(**broken)


@given(MOMENTS, LENGTHS)
def test_what_is_added_is_what_is_measured(start, length):
    end = CALENDAR.add_work_hours(start, length)

    assert CALENDAR.working_time(start, end) == length


@given(MOMENTS, MOMENTS, LENGTHS)
def test_a_later_start_never_ends_earlier(one, other, length):
    early, late = sorted((one, other))

    assert CALENDAR.add_work_hours(early, length) <= CALENDAR.add_work_hours(late, length)
    assert CALENDAR.add_work_days(early, 3) <= CALENDAR.add_work_days(late, 3)
