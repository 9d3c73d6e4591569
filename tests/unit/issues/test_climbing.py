"""The later it is, the higher it climbs."""

from datetime import timedelta

import pytest

from backend.issues.states import ClockTarget
from backend.issues.timing.climbing import DEFAULT_LADDER, level_reached


def minutes(count):
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("target", "overdue", "level"),
    [
        ("claim", -1, 0),
        ("claim", 0, 1),
        ("claim", 29, 1),
        ("claim", 30, 2),
        ("claim", 120, 3),
        ("claim", 480, 4),
        ("claim", 99999, 4),
        ("accept", 0, 1),
        ("accept", 240, 3),
        ("resolve", 1439, 3),
    ],
)
def test_the_later_a_clock_the_higher_it_climbs(target, overdue, level):
    assert level_reached(ClockTarget(target), minutes(overdue)) == level


@pytest.mark.parametrize("target", ClockTarget)
def test_every_clock_ends_at_the_subdistrict_and_its_rungs_rise(target):
    rungs = DEFAULT_LADDER[target]

    assert rungs[-1].role == "subdistrict"
    assert [rung.after_minutes for rung in rungs] == sorted({rung.after_minutes for rung in rungs})


def test_a_clock_without_a_ladder_climbs_nowhere():
    assert level_reached(ClockTarget.CLAIM, minutes(99), {}) == 0
