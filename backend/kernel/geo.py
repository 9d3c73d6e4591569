"""Points on the earth: distances, and the way from China's map coordinates to WGS-84.

Gaode and Tencent speak GCJ-02, Baidu BD-09; everything inside Youlin is WGS-84. The offsets are the widely published
approximation of the official one; no authority vouches for it, and it is good to about a metre.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8
_KRASOVSKY_RADIUS_M = 6_378_245.0
_KRASOVSKY_ECCENTRICITY = 0.00669342162296594323
_BAIDU_TWIST = pi * 3000 / 180
_BAIDU_SHIFT_LATITUDE, _BAIDU_SHIFT_LONGITUDE = 0.006, 0.0065


class SourceCrs(StrEnum):
    """In which coordinates a point came to us."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Point(NamedTuple):
    """Latitude first, as people say it; GeoJSON wants it the other way round."""

    latitude: float
    longitude: float


def is_on_earth(point: Point) -> bool:
    """Whether both numbers are finite and in range; anything from outside must pass this."""
    return -90 <= point.latitude <= 90 and -180 <= point.longitude <= 180


def distance_m(one: Point, other: Point) -> float:
    """Metres along the great circle (haversine)."""
    lat_a, lat_b = radians(one.latitude), radians(other.latitude)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(other.longitude - one.longitude) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def box_around(point: Point, metres: float) -> tuple[Point, Point]:
    """South-western and north-eastern corner of a box that holds all within `metres`; not for the poles."""
    north = degrees(metres / EARTH_RADIUS_M)
    east = north / max(cos(radians(point.latitude)), 0.01)
    return Point(point.latitude - north, point.longitude - east), Point(point.latitude + north, point.longitude + east)


def to_wgs84(point: Point, source: SourceCrs) -> Point:
    """Bring a point of any source to WGS-84."""
    return _TO_WGS84[source](point)


def from_wgs84(point: Point, target: SourceCrs) -> Point:
    """Bring one of our points to the coordinates of somebody's map."""
    return _FROM_WGS84[target](point)


def _is_in_china(point: Point) -> bool:
    """The box in which the shift is applied; outside it GCJ-02 is WGS-84."""
    return 0.8293 <= point.latitude <= 55.8271 and 72.004 <= point.longitude <= 137.8347


def _wave(value: float, terms: tuple[tuple[float, float], ...]) -> float:
    """Sum of sines with (amplitude, frequency), the frequency in half turns."""
    return sum(amplitude * sin(value * pi * frequency) for amplitude, frequency in terms)


_SHORT_WAVES = ((20.0, 6.0), (20.0, 2.0))
_LATITUDE_WAVES = ((20.0, 1.0), (40.0, 1 / 3))
_LATITUDE_LONG_WAVES = ((160.0, 1 / 12), (320.0, 1 / 30))
_LONGITUDE_LONG_WAVES = ((150.0, 1 / 12), (300.0, 1 / 30))


def _shift_north_m(x: float, y: float) -> float:
    slope = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    waves = _wave(x, _SHORT_WAVES) + _wave(y, _LATITUDE_WAVES) + _wave(y, _LATITUDE_LONG_WAVES)
    return slope + waves * 2 / 3


def _shift_east_m(x: float, y: float) -> float:
    slope = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    waves = _wave(x, _SHORT_WAVES) + _wave(x, _LATITUDE_WAVES) + _wave(x, _LONGITUDE_LONG_WAVES)
    return slope + waves * 2 / 3


def _wgs84_to_gcj02(point: Point) -> Point:
    if not _is_in_china(point):
        return point
    latitude, longitude = point
    x, y = longitude - 105.0, latitude - 35.0
    phi = radians(latitude)
    flattening = 1 - _KRASOVSKY_ECCENTRICITY * sin(phi) ** 2
    meridian_m = _KRASOVSKY_RADIUS_M * (1 - _KRASOVSKY_ECCENTRICITY) / (flattening * sqrt(flattening))
    parallel_m = _KRASOVSKY_RADIUS_M / sqrt(flattening) * cos(phi)
    return Point(
        latitude + _shift_north_m(x, y) * 180 / (meridian_m * pi),
        longitude + _shift_east_m(x, y) * 180 / (parallel_m * pi),
    )


def _gcj02_to_bd09(point: Point) -> Point:
    latitude, longitude = point
    radius = hypot(longitude, latitude) + 0.00002 * sin(latitude * _BAIDU_TWIST)
    angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * _BAIDU_TWIST)
    return Point(
        radius * sin(angle) + _BAIDU_SHIFT_LATITUDE,
        radius * cos(angle) + _BAIDU_SHIFT_LONGITUDE,
    )


def _undone(shift: Callable[[Point], Point], point: Point) -> Point:
    """Find the point that `shift` takes to `point`: the shift varies slowly, so a few corrections meet it."""
    guess = point
    for _ in range(6):
        shifted = shift(guess)
        guess = Point(
            guess.latitude + point.latitude - shifted.latitude,
            guess.longitude + point.longitude - shifted.longitude,
        )
    return guess


def _gcj02_to_wgs84(point: Point) -> Point:
    return _undone(_wgs84_to_gcj02, point)


def _bd09_to_wgs84(point: Point) -> Point:
    return _gcj02_to_wgs84(_undone(_gcj02_to_bd09, point))


def _same(point: Point) -> Point:
    return point


_TO_WGS84: Mapping[SourceCrs, Callable[[Point], Point]] = {
    SourceCrs.WGS84: _same,
    SourceCrs.GCJ02: _gcj02_to_wgs84,
    SourceCrs.BD09: _bd09_to_wgs84,
}
_FROM_WGS84: Mapping[SourceCrs, Callable[[Point], Point]] = {
    SourceCrs.WGS84: _same,
    SourceCrs.GCJ02: _wgs84_to_gcj02,
    SourceCrs.BD09: lambda point: _gcj02_to_bd09(_wgs84_to_gcj02(point)),
}
