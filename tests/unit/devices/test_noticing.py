"""What follows from several readings: at rest or moving, worn or not, usual or not, rising or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.devices.memory import Memory, read, written
from backend.devices.noticing import Moment, highest_usual, notice, unrest_of
from backend.devices.observations import QUANTITIES, Flag, Kind, Observation, Protocol
from backend.devices.rules.measures import Measure
from backend.devices.stillness import becomes_too_long

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)


def said(kind: Kind, value: float | None, *flags: Flag) -> Observation:
    return Observation(device="1", protocol=Protocol.WATCH, kind=kind, value=value, flags=flags)


def moment(minutes: float, depth_m: float | None = None) -> Moment:
    at = NOON + timedelta(minutes=minutes)
    return Moment(at.timestamp(), at.astimezone(ZONE), depth_m)


def after(*packets: tuple[float, Kind, float | None]) -> tuple[Memory, dict[Measure, float]]:
    """The memory, and the measures of the last packet."""
    memory, measures = Memory(), ()
    for minutes, kind, value in packets:
        memory, measures = notice(memory, said(kind, value), moment(minutes, 2.0))
    return memory, dict(measures)


@pytest.mark.parametrize(
    ("minutes", "measure"),
    [(1, Measure.HEART_RATE_MOVING), (4.9, Measure.HEART_RATE_MOVING), (5, Measure.HEART_RATE_RESTING)],
)
def test_a_heart_is_at_rest_five_minutes_after_the_last_step(minutes: float, measure: Measure):
    _, measures = after((-10, Kind.STEPS, 100), (0, Kind.STEPS, 120), (minutes, Kind.HEART_RATE, 120))

    assert set(measures) == {measure}


def test_a_watch_in_a_drawer_that_sees_a_pulse_now_and_then_stays_not_worn():
    zeros: list[tuple[float, Kind, float | None]] = [(n, Kind.HEART_RATE, None) for n in range(3)]

    taken_off, _ = after(*zeros)
    ghost, measures = after(*zeros, (10, Kind.HEART_RATE, 190), (11, Kind.HEART_RATE, None))
    back, of_second = after(*zeros, (10, Kind.HEART_RATE, 70), (15, Kind.HEART_RATE, 72))

    assert (taken_off.worn, ghost.worn, measures) == (False, False, {})
    assert (back.worn, back.off_since) == (True, None)
    assert of_second[Measure.HEART_RATE_RESTING] == 72


def test_nobodys_oxygen_is_no_oxygen():
    memory, _ = notice(Memory(), said(Kind.ALARM, None, Flag.TAKEN_OFF, Flag.WORN), moment(0))

    assert notice(memory, said(Kind.OXYGEN, 60), moment(1)).measures == ()


def test_what_is_usual_is_learnt_from_days_and_allows_for_how_they_differ():
    assert highest_usual((60, 61, 62, 60)) is None
    assert highest_usual((60, 61, 62, 60, 61)) == 61 + 15
    assert highest_usual((50, 60, 70, 60, 65, 55)) == 60 + 4 * 5


def test_a_heart_above_its_usual_rate_is_noticed_after_a_week():
    memory = Memory()
    for day in range(7):
        for reading in range(20):
            memory = notice(memory, said(Kind.HEART_RATE, 60 + reading % 3), moment(day * 1440 + reading * 10)).memory

    measures = dict(notice(memory, said(Kind.HEART_RATE, 90), moment(7 * 1440)).measures)

    assert measures[Measure.HEART_RATE_OVER_USUAL] == 90 - 61 - 15


def test_water_that_rises_is_measured_per_hour():
    _, measures = after((0, Kind.LEVEL, 0.4), (30, Kind.LEVEL, 0.8))

    assert measures == {Measure.LEVEL: 0.8, Measure.LEVEL_SHARE: 0.4, Measure.LEVEL_RISE: pytest.approx(0.8)}


def test_a_restless_sleeper_is_told_from_the_nights_before():
    assert unrest_of((5, 6, 4, 5, 5, 6, 5, 12, 11, 13)) == 12 / 5
    assert unrest_of((5, 6, 4, 5, 5, 12, 11, 13)) is None


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        # By day four hours; by night ten; from ten in the evening a sleeper has until after breakfast.
        ("2026-05-12 12:00", "2026-05-12 16:00"),
        ("2026-05-12 22:00", "2026-05-13 08:00"),
        ("2026-05-12 23:30", "2026-05-13 09:12"),
        ("2026-05-12 20:00", "2026-05-13 04:30"),
    ],
)
def test_a_still_hour_of_the_night_counts_less(begins: str, ends: str):
    since = datetime.fromisoformat(begins).replace(tzinfo=ZONE)

    due = becomes_too_long(since, ZONE, day_s=4 * 3600, night_s=10 * 3600)

    assert due == datetime.fromisoformat(ends).replace(tzinfo=ZONE)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Kind)),
            st.one_of(st.none(), st.floats(-1000, 1e6)),
            st.sets(st.sampled_from(list(Flag)), max_size=3),
            st.floats(0, 100_000),
        ),
        max_size=30,
    )
)
def test_whatever_comes_the_memory_stays_small_and_survives_a_restart(
    packets: list[tuple[Kind, float | None, set[Flag], float]],
):
    memory, minutes = Memory(), 0.0
    for kind, value, flags, later in packets:
        minutes += later / 60
        known = QUANTITIES[kind]
        kept = None if value is None else min(max(value, known.lowest), known.highest)
        memory, measures = notice(memory, said(kind, kept, *sorted(flags)), moment(minutes))
        assert read(written(memory)) == memory
        assert memory.worn is not False or not {Measure.OXYGEN, Measure.HEART_RATE_RESTING} & {
            one for one, _ in measures
        }

    assert len(written(memory)) < 6_000
