"""On which side of an area somebody stands: by fixes that can be believed, and by two of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices.errors import FenceUnfit
from backend.devices.fences.crossing import Fence, cross, is_home, outside_since
from backend.devices.fences.fixes import believe
from backend.devices.fences.hours import Hours
from backend.devices.fences.shapes import (
    Circle,
    Polygon,
    drawn_circle,
    drawn_polygon,
    shape_as_json,
    shape_of_json,
)
from backend.devices.kinds import FencePurpose
from backend.devices.memory import FenceMemory, Memory, Place
from backend.devices.observations import FixKind
from backend.kernel.geo import Point, SourceCrs, distance_m, from_wgs84

HOME = Point(29.577, 106.532)
CIRCLE = Circle(HOME, 300)
ZONE = ZoneInfo("Asia/Shanghai")
METRES = 111_195


def place(metres: float, minutes: float, *, accuracy: float = 10, kind: FixKind = FixKind.GPS) -> Place:
    """So many metres north of home, so many minutes later."""
    return Place(HOME.longitude, HOME.latitude + metres / METRES, accuracy, kind.value, 1_000_000 + minutes * 60)


def side_after(places: Sequence[Place], shape: Circle | Polygon = CIRCLE) -> str:
    known = FenceMemory()
    for one in places:
        known = cross(shape, known, one)
    return known.side


IN = place(0, 0)


@pytest.mark.parametrize(
    ("places", "side"),
    [
        ([IN], "in"),
        # The first fix ever says nothing about leaving.
        ([place(900, 0)], "away"),
        # One outside is a bad fix; two, a minute apart, are a walk.
        ([IN, place(400, 5)], "in"),
        ([IN, place(400, 5), place(420, 5.5)], "in"),
        ([IN, place(400, 5), place(420, 6)], "out"),
        # One back in between begins anew.
        ([IN, place(400, 5), place(100, 6), place(400, 7)], "in"),
        # Just over the line, or as far as the fix may err, is not outside.
        ([IN, place(320, 5), place(320, 10)], "in"),
        ([IN, place(430, 5, accuracy=120), place(430, 10, accuracy=120)], "in"),
        # However badly it claims to see, at last it is outside.
        ([IN, place(600, 5, accuracy=5000), place(600, 10, accuracy=5000)], "out"),
        # One sharp fix a kilometre away is enough.
        ([IN, place(1000, 5)], "out"),
        # Cells of the telephone network never tell.
        ([IN, place(5000, 5, kind=FixKind.CELL), place(5000, 10, kind=FixKind.CELL)], "in"),
        ([place(0, 0, kind=FixKind.CELL)], ""),
        # Return.
        ([IN, place(400, 5), place(420, 6), place(100, 20)], "in"),
        ([IN, place(400, 5), place(420, 6), place(310, 20)], "out"),
    ],
)
def test_leaving_takes_two_sure_fixes_and_returning_one(places: list[Place], side: str):
    assert side_after(places) == side


def test_a_polygon_is_left_like_a_circle():
    square = drawn_polygon([(106.53, 29.575), (106.534, 29.575), (106.534, 29.579), (106.53, 29.579)])

    assert side_after([IN, place(500, 5), place(520, 7)], square) == "out"
    assert square.beyond_m(HOME) < 0 < square.beyond_m(Point(29.58, 106.532))


def test_an_area_drawn_on_a_chinese_map_lies_where_it_was_meant():
    shown = from_wgs84(HOME, SourceCrs.GCJ02)

    circle = drawn_circle(shown.longitude, shown.latitude, 300, SourceCrs.GCJ02)

    assert distance_m(circle.centre, HOME) < 1


@pytest.mark.parametrize(
    "corners",
    [
        [(106.53, 29.57), (106.54, 29.57)],
        [(106.53, 29.57), (106.54, 29.58), (106.54, 29.57), (106.53, 29.58)],
        [(106.53, 29.57)] * 3,
        [(206.53, 29.57), (106.54, 29.58), (106.54, 29.57)],
        [(0, 0), (50, 0), (50, 50)],
        [(float("nan"), 29.57), (106.54, 29.58), (106.54, 29.57)],
    ],
)
def test_lines_that_enclose_nothing_are_refused(corners: list[tuple[float, float]]):
    with pytest.raises(FenceUnfit):
        drawn_polygon(corners)


@pytest.mark.parametrize("shape", [CIRCLE, drawn_polygon([(106.53, 29.57), (106.54, 29.57), (106.54, 29.58)])])
def test_a_shape_comes_back_from_the_vault_as_it_went_in(shape: Circle | Polygon):
    assert shape_of_json(shape_as_json(shape)) == shape


def test_a_fix_that_nobody_could_reach_needs_a_second_one_beside_it():
    start, _ = believe(Memory(), IN, IN.at)

    jumped, believed = believe(start, place(50_000, 1), 0)
    again, second = believe(jumped, place(50_100, 2), 0)
    back, third = believe(jumped, place(60, 2), 0)

    assert (believed, second) == (None, place(50_100, 2))
    assert (again.suspect, back.suspect, third) == (None, None, place(60, 2))


def test_a_fix_from_before_the_last_one_changes_nothing():
    memory, _ = believe(Memory(), place(0, 10), 0)

    assert believe(memory, place(900, 5), 0) == (memory, None)


NIGHT = Hours(frozenset(range(7)), time(21), time(6))


@pytest.mark.parametrize(
    ("clock", "days", "holds"),
    [
        ("2026-05-12 20:59", range(7), False),
        ("2026-05-12 21:00", range(7), True),
        ("2026-05-13 05:59", range(7), True),
        ("2026-05-13 06:00", range(7), False),
        # Tuesday's night lasts into Wednesday.
        ("2026-05-13 05:00", [1], True),
        ("2026-05-12 05:00", [1], False),
    ],
)
def test_hours_run_over_midnight(clock: str, days: Sequence[int], holds: bool):
    hours = Hours(frozenset(days), time(21), time(6))

    assert hours.hold(datetime.fromisoformat(clock).replace(tzinfo=ZONE)) is holds


@given(st.integers(0, 400 * 24 * 60), st.sets(st.integers(0, 6), min_size=1))
def test_hours_begin_again_within_a_week_and_hold_when_they_do(minutes: int, days: set[int]):
    local = datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
    hours = Hours(frozenset(days), time(21), time(6))

    begins = hours.next_beginning(local)

    assert 0 < (begins - local).total_seconds() <= 7 * 86_400
    assert hours.hold(begins)


NIGHTTIME, DAYTIME = (datetime(2026, 5, 12, hour, tzinfo=UTC).astimezone(ZONE) for hour in (14, 4))
CIRCLES = [Fence(1, FencePurpose.CIRCLE, CIRCLE), Fence(2, FencePurpose.CIRCLE, CIRCLE)]
CURFEW = [Fence(1, FencePurpose.CURFEW, CIRCLE, NIGHT)]


@pytest.mark.parametrize(
    ("fences", "sides", "local", "is_out"),
    [
        # Whoever stands in one of several circles is inside.
        (CIRCLES, ("out", "in"), DAYTIME, False),
        (CIRCLES, ("out", "out"), DAYTIME, True),
        (CIRCLES, ("out", "away"), DAYTIME, True),
        # Out since before anything was known: nobody left. But who is out when the hours begin is missed.
        (CIRCLES, ("away", "away"), DAYTIME, False),
        (CURFEW, ("away",), DAYTIME, False),
        (CURFEW, ("away",), NIGHTTIME, True),
        (CURFEW, ("in",), NIGHTTIME, False),
        (CURFEW, ("",), NIGHTTIME, False),
    ],
)
def test_areas_of_one_purpose_add_up(fences: list[Fence], sides: tuple[str, ...], local: datetime, is_out: bool):
    known = {str(number + 1): FenceMemory(side, 2, 5) for number, side in enumerate(sides)}

    since = outside_since(fences, known, fences[0].purpose, local)

    assert (since is not None) is is_out


def test_whoever_is_missed_at_night_is_missed_until_they_return():
    known = {"1": FenceMemory("out", 2, 5)}

    assert outside_since(CURFEW, known, FencePurpose.CURFEW, DAYTIME, is_open=True) == 5
    assert outside_since(CURFEW, {"1": FenceMemory("in")}, FencePurpose.CURFEW, DAYTIME, is_open=True) is None


def test_home_is_known_only_where_it_is_drawn():
    homes = [Fence(1, FencePurpose.HOME, CIRCLE)]

    assert is_home([], {}) is None
    assert is_home(homes, {}) is None
    assert is_home(homes, {"1": FenceMemory("in")}) is True
    assert is_home(homes, {"1": FenceMemory("out")}) is False
