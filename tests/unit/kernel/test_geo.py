"""Distances and China's shifted maps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.geo import Point, SourceCrs, distance_m, from_wgs84, is_on_earth, to_wgs84

DASHIBA = Point(29.5760, 106.5230)
SHIFTED = [SourceCrs.GCJ02, SourceCrs.BD09]


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (DASHIBA, DASHIBA, 0),
        (Point(0, 0), Point(0, 1), 111_195),
        (Point(0, 0), Point(1, 0), 111_195),
        (Point(29.5630, 106.5516), Point(39.9042, 116.4074), 1_458_000),  # Chongqing to Beijing
        (Point(0, 179.9995), Point(0, -179.9995), 111.2),
    ],
)
def test_distances_are_right_to_a_thousandth(one, other, metres):
    assert distance_m(one, other) == pytest.approx(metres, rel=3e-3)


def test_gaodes_map_lies_half_a_kilometre_off_in_chongqing():
    shift = distance_m(DASHIBA, from_wgs84(DASHIBA, SourceCrs.GCJ02))

    assert 400 < shift < 580


def test_gaodes_and_baidus_maps_agree_with_a_known_point():
    # Tiananmen as other converters give it.
    there = Point(39.90734, 116.39109)

    assert distance_m(from_wgs84(there, SourceCrs.GCJ02), Point(39.908743, 116.397333)) < 2
    assert distance_m(from_wgs84(there, SourceCrs.BD09), Point(39.915087, 116.403714)) < 5


@pytest.mark.parametrize("crs", SHIFTED)
@given(latitude=st.floats(20, 50), longitude=st.floats(75, 130))
def test_there_and_back_is_within_a_centimetre(crs, latitude, longitude):
    point = Point(latitude, longitude)

    assert distance_m(to_wgs84(from_wgs84(point, crs), crs), point) < 0.01


def test_outside_china_gcj02_is_wgs84():
    london = Point(51.5, -0.12)

    assert from_wgs84(london, SourceCrs.GCJ02) == london
    assert to_wgs84(london, SourceCrs.GCJ02) == london


@pytest.mark.parametrize(
    "point", [Point(91, 0), Point(0, 181), Point(math.nan, 0), Point(0, math.inf), Point(-90.1, 0)]
)
def test_points_off_the_earth_are_told(point):
    assert not is_on_earth(point)
    assert is_on_earth(DASHIBA)
