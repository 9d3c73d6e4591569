"""When a job's turn comes, by the table of the schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.schedule import SCHEDULE
from scheduler.slots import At, Every

CHONGQING = ZoneInfo("Asia/Shanghai")
MORNING = At(hour=7, minute=30, catch_up=timedelta(hours=2, minutes=30))
DECEMBER = At(hour=9, minute=30, month=12, catch_up=timedelta(hours=8))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001


def local(hour: int, minute: int = 0, second: int = 0, *, day: int = 12, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=CHONGQING)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (local(7, 29, 59), None),
        (local(7, 30), local(7, 30)),
        (local(9, 59), local(7, 30)),
        (local(10), local(7, 30)),
        (local(10, 0, 1), None),
        (local(23, 59), None),
    ],
)
def test_a_morning_is_greeted_until_ten_and_then_dropped(now: datetime, slot: datetime | None) -> None:
    assert MORNING.slot(now, CHONGQING) == slot


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (local(9, 30, day=30, month=11), None),
        (local(9, 30, day=1, month=12), local(9, 30, day=1, month=12)),
        (local(17, 0, day=31, month=12), local(9, 30, day=31, month=12)),
    ],
)
def test_a_month_of_its_own_is_kept(now: datetime, slot: datetime | None) -> None:
    assert DECEMBER.slot(now, CHONGQING) == slot


def test_a_long_catch_up_gives_the_newest_of_several_missed_slots() -> None:
    rule = At(hour=3, minute=15, catch_up=timedelta(days=5))

    assert rule.slot(local(12), CHONGQING) == local(3, 15)


def test_the_time_of_day_is_the_communitys_and_not_the_machines() -> None:
    assert MORNING.slot(datetime(2026, 5, 11, 23, 30, tzinfo=UTC), CHONGQING) == local(7, 30)
    assert MORNING.slot(datetime(2026, 5, 12, 7, 30, tzinfo=UTC), CHONGQING) is None


@given(now=MOMENTS)
def test_a_slot_never_lies_ahead_and_stays_until_the_next(now: datetime) -> None:
    for row in SCHEDULE:
        slot = row.when.slot(now, CHONGQING)
        if slot is not None:
            assert slot <= now
            assert row.when.slot(slot, CHONGQING) == slot


@given(now=MOMENTS, seconds=st.integers(1, 3600))
def test_sweeps_miss_no_moment(now: datetime, seconds: int) -> None:
    rule = Every(timedelta(seconds=seconds))

    slot = rule.slot(now, CHONGQING)

    assert slot is not None
    assert timedelta(0) <= now - slot < timedelta(seconds=seconds)


def test_every_row_has_a_name_of_its_own_that_fits_the_ledger() -> None:
    names = [row.name for row in SCHEDULE]

    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 40
