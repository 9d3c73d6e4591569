"""Limits, pauses, warnings and colours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.issues.states import ClockUnit, RiskGrade
from backend.issues.timing.clocks import HAZARD_LIMIT, Limit, Pause, colour, due_at, remaining, warn_times
from backend.kernel.work_calendar import CHINA, china_calendar

CALENDAR = china_calendar(range(2025, 2027))
HOUR, WORK_HOUR, WORK_DAY = ClockUnit


def local(text):
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def pause(began, ended):
    return Pause(local(began), local(ended))


@pytest.mark.parametrize(
    ("start", "limit", "pauses", "due"),
    [
        ("11-20 16:00", HAZARD_LIMIT, [], "11-22 16:00"),
        ("11-20 16:00", Limit(4, WORK_HOUR), [], "11-23 11:30"),
        ("11-20 16:00", Limit(1, WORK_DAY), [], "11-23 16:00"),
        ("02-13 16:00", Limit(1, WORK_DAY), [], "02-14 16:00"),
        ("02-14 16:00", Limit(1, WORK_DAY), [], "02-24 16:00"),
        ("11-20 16:00", HAZARD_LIMIT, [("11-20 18:00", "11-21 18:00")], "11-23 16:00"),
        ("11-20 16:00", HAZARD_LIMIT, [("11-20 18:00", "11-20 20:00"), ("11-20 19:00", "11-20 21:00")], "11-22 19:00"),
        ("11-20 16:00", HAZARD_LIMIT, [("11-23 00:00", "11-24 00:00")], "11-22 16:00"),
        ("11-20 16:00", HAZARD_LIMIT, [("11-20 10:00", "11-20 17:00")], "11-22 17:00"),
        ("11-20 16:00", Limit(4, WORK_HOUR), [("11-20 17:00", "11-23 10:00")], "11-23 14:30"),
        ("11-20 16:00", Limit(1, WORK_DAY), [("11-20 18:00", "11-23 08:00")], "11-23 16:00"),
        ("11-20 16:00", Limit(1, WORK_DAY), [("11-21 08:00", "11-23 10:00")], "11-23 17:00"),
    ],
)
def test_a_limit_runs_out_when_its_own_time_has_passed(start, limit, pauses, due):
    assert due_at(local(start), limit, CALENDAR, [pause(*p) for p in pauses]) == local(due)


@pytest.mark.parametrize(
    ("now", "unit", "left"),
    [
        ("11-20 16:30", HOUR, timedelta(hours=65)),
        ("11-20 16:30", WORK_HOUR, timedelta(hours=1.5)),
        ("11-23 11:00", WORK_HOUR, timedelta(hours=-1.5)),
        ("11-23 09:30", WORK_DAY, timedelta(0)),
    ],
)
def test_what_is_left_is_told_in_the_units_own_time(now, unit, left):
    assert remaining(local("11-23 09:30"), local(now), unit, CALENDAR) == left


def test_warnings_come_at_their_share_of_the_time():
    moments = warn_times(local("11-20 16:00"), HAZARD_LIMIT, CALENDAR, percents=(75, 50))

    assert moments == [local("11-21 16:00"), local("11-22 04:00")]


def test_a_pause_moves_the_warnings_on_too():
    pauses = [pause("11-21 00:00", "11-21 10:00")]

    assert warn_times(local("11-20 16:00"), HAZARD_LIMIT, CALENDAR, pauses, (50,)) == [local("11-22 02:00")]


DAY = timedelta(hours=24)
RED, ORANGE, YELLOW, BLUE = RiskGrade


@pytest.mark.parametrize(
    ("grade", "left", "shown"),
    [
        (BLUE, DAY, BLUE),
        (BLUE, DAY / 5, YELLOW),
        (YELLOW, DAY / 6, ORANGE),
        (ORANGE, timedelta(minutes=1), RED),
        (RED, DAY, RED),
        (RED, DAY / 10, RED),
        (BLUE, timedelta(0), RED),
        (BLUE, -DAY, RED),
    ],
)
def test_the_colour_worsens_as_time_runs_out(grade, left, shown):
    assert colour(grade, left, DAY) is shown


@pytest.mark.parametrize("amount", [0, -1, 2001])
def test_a_limit_out_of_range_is_refused(amount):
    with pytest.raises(ValueError, match="limit"):
        Limit(amount)


MOMENTS = st.builds(datetime.combine, st.dates(date(2026, 1, 20), date(2026, 3, 10)), st.times(), st.just(UTC))
PAUSES = st.lists(
    st.builds(lambda at, length: Pause(at, at + length), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9))),
    max_size=5,
)
UNITS = st.sampled_from(ClockUnit)
AMOUNTS = st.integers(1, 60)


@given(MOMENTS, AMOUNTS, UNITS, PAUSES, PAUSES)
def test_more_pauses_never_make_it_due_earlier(start, amount, unit, pauses, more):
    limit = Limit(amount, unit)

    assert due_at(start, limit, CALENDAR, pauses) <= due_at(start, limit, CALENDAR, [*pauses, *more])


@given(MOMENTS, MOMENTS, AMOUNTS, AMOUNTS, UNITS, PAUSES)
def test_a_later_start_or_a_longer_limit_never_makes_it_due_earlier(one, other, less, more, unit, pauses):
    (early, late), (short, long) = sorted((one, other)), sorted((less, more))

    assert due_at(early, Limit(short, unit), CALENDAR, pauses) <= due_at(late, Limit(long, unit), CALENDAR, pauses)


@given(MOMENTS, AMOUNTS, UNITS, PAUSES)
def test_no_warning_comes_before_the_start_or_after_the_end(start, amount, unit, pauses):
    limit = Limit(amount, unit)

    warnings = warn_times(start, limit, CALENDAR, pauses, (50, 80, 100))

    assert warnings == sorted(warnings)
    assert start <= warnings[0]
    assert warnings[-1] <= due_at(start, limit, CALENDAR, pauses)


@given(MOMENTS, AMOUNTS, PAUSES)
def test_hours_are_hours_in_a_zone_without_summer_time(start, amount, pauses):
    limit = Limit(amount)

    assert due_at(start, limit, CALENDAR, pauses) == due_at(start.astimezone(CHINA), limit, CALENDAR, pauses)
    assert due_at(start, limit, CALENDAR) - start == timedelta(hours=amount)
