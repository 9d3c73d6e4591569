"""From a point to its grid, from a category to its group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.issues.errors import OutlineInvalid
from backend.issues.tasks.routing import GridIndex, RouteTo, WorkGroup, group_for
from backend.kernel.geo import Point
from backend.registry.models import PartnerKind


def square(west, south, size=0.002):
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


# Two neighbours that share an edge, and an island 0.01 degrees (about a kilometre) to the north.
INDEX = GridIndex({"G1": square(106.520, 29.570), "G2": square(106.522, 29.570), "G3": square(106.520, 29.582)})


@pytest.mark.parametrize(
    ("latitude", "longitude", "grid"),
    [
        (29.571, 106.521, "G1"),
        (29.571, 106.523, "G2"),
        (29.583, 106.521, "G3"),
        (29.571, 106.522, "G1"),  # on the shared edge
        (29.5695, 106.523, "G2"),  # 55 m south of it
        (29.571, 106.5190, "G1"),  # 97 m west of it
        (29.571, 106.5180, None),  # 193 m west of it
        (29.577, 106.521, None),
        (0.0, 0.0, None),
    ],
)
def test_a_point_belongs_to_the_grid_that_holds_it_or_is_near(latitude, longitude, grid):
    assert INDEX.grid_at(Point(latitude, longitude)) == grid


@given(st.floats(29.5701, 29.5719), st.floats(106.5201, 106.5239))
def test_inside_a_grid_nearness_changes_nothing(latitude, longitude):
    point = Point(latitude, longitude)

    assert INDEX.grid_at(point, near_m=0) == INDEX.grid_at(point, near_m=5000)


def test_without_outlines_nothing_is_found():
    assert GridIndex({}).grid_at(Point(29.571, 106.521)) is None


@pytest.mark.parametrize(
    "outline",
    [
        {},
        {"type": "Point", "coordinates": [106.5, 29.5]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"]]]},
        {"type": "Polygon"},
        {"type": "Hexagon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 0]]]},
    ],
)
def test_an_outline_that_is_no_polygon_is_refused_by_its_code(outline):
    with pytest.raises(OutlineInvalid) as refusal:
        GridIndex({"G9": outline})

    assert refusal.value.params == {"code": "G9"}


def group(number, serves, *grids):
    return WorkGroup(id=number, serves=serves, grids=frozenset(grids))


GROUPS = [
    group(1, RouteTo.GRID, "G1"),
    group(2, RouteTo.GRID, "G2"),
    group(3, RouteTo.PROPERTY),
    group(4, RouteTo.PROPERTY, "G2"),
    group(5, RouteTo.POLICE),
]


@pytest.mark.parametrize(
    ("route", "grid", "expected"),
    [
        (RouteTo.GRID, "G1", 1),
        (RouteTo.GRID, None, None),
        (RouteTo.GRID, "G3", None),
        (RouteTo.PROPERTY, "G1", 3),
        (RouteTo.PROPERTY, "G2", 4),
        (RouteTo.PROPERTY, None, 3),
        (RouteTo.FIRE, "G2", 2),
        (RouteTo.FIRE, None, None),
    ],
)
def test_work_goes_to_the_closest_group_that_serves_it(route, grid, expected):
    chosen = group_for(route, grid, GROUPS)

    assert (chosen.id if chosen else None) == expected


def test_every_kind_of_partner_can_be_routed_to():
    assert {*RouteTo} - {RouteTo.GRID} == {*PartnerKind}
