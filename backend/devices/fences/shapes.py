"""The shape of an area, checked when it is drawn, and how far a place lies outside of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, pi, radians, sqrt
from typing import Any

from shapely import Point as ShapelyPoint
from shapely import Polygon as ShapelyPolygon

from backend.devices.errors import FenceUnfit
from backend.kernel.geo import EARTH_RADIUS_M, Point, SourceCrs, distance_m, is_on_earth, to_wgs84

SMALLEST_M, LARGEST_M = 30, 20_000
"""Radii: below it every fix of a watch would leave it, above it nobody is within reach."""
MOST_CORNERS = 50
_METRES_PER_DEGREE = EARTH_RADIUS_M * pi / 180


@dataclass(frozen=True)
class Circle:
    """Around a point, WGS-84."""

    centre: Point
    radius_m: float

    @property
    def size_m(self) -> float:
        """How large it is, as a radius."""
        return self.radius_m

    def beyond_m(self, place: Point) -> float:
        """Metres from the edge; negative inside."""
        return distance_m(self.centre, place) - self.radius_m


@dataclass(frozen=True)
class Polygon:
    """Corners in order, WGS-84, the last joined to the first."""

    corners: tuple[Point, ...]

    @cached_property
    def _flat(self) -> ShapelyPolygon:
        return ShapelyPolygon([self._metres(corner) for corner in self.corners])

    @cached_property
    def size_m(self) -> float:
        """The radius of a circle of the same area."""
        return float(sqrt(self._flat.area / pi))

    @cached_property
    def is_simple(self) -> bool:
        """Whether its lines do not cross."""
        return bool(self._flat.is_valid)

    def beyond_m(self, place: Point) -> float:
        """Metres from the edge; negative inside."""
        point = ShapelyPoint(*self._metres(place))
        away = float(self._flat.exterior.distance(point))
        return -away if self._flat.contains(point) else away

    def _metres(self, point: Point) -> tuple[float, float]:
        """East and north of the first corner: flat enough for some kilometres."""
        origin = self.corners[0]
        east = (point.longitude - origin.longitude) * _METRES_PER_DEGREE * cos(radians(origin.latitude))
        return east, (point.latitude - origin.latitude) * _METRES_PER_DEGREE


Shape = Circle | Polygon


def drawn_circle(longitude: float, latitude: float, radius_m: float, crs: SourceCrs = SourceCrs.WGS84) -> Circle:
    """A circle as drawn on somebody's map. Raises FenceUnfit."""
    if not SMALLEST_M <= radius_m <= LARGEST_M:
        raise FenceUnfit
    return Circle(_taken(longitude, latitude, crs), radius_m)


def drawn_polygon(corners: Sequence[tuple[float, float]], crs: SourceCrs = SourceCrs.WGS84) -> Polygon:
    """A polygon of (longitude, latitude) as drawn on somebody's map. Raises FenceUnfit."""
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise FenceUnfit
    polygon = Polygon(tuple(_taken(longitude, latitude, crs) for longitude, latitude in corners))
    if not polygon.is_simple or not SMALLEST_M <= polygon.size_m <= LARGEST_M:
        raise FenceUnfit
    return polygon


def shape_as_json(shape: Shape) -> dict[str, Any]:
    """The shape as plain values, for the vault."""
    if isinstance(shape, Circle):
        return {"centre": list(shape.centre), "radius": shape.radius_m}
    return {"corners": [list(corner) for corner in shape.corners]}


def shape_of_json(told: dict[str, Any]) -> Shape:
    """The shape that `shape_as_json` wrote."""
    if "radius" in told:
        return Circle(Point(*told["centre"]), told["radius"])
    return Polygon(tuple(Point(*corner) for corner in told["corners"]))


def _taken(longitude: float, latitude: float, crs: SourceCrs) -> Point:
    point = Point(latitude, longitude)
    if not is_on_earth(point):
        raise FenceUnfit
    return to_wgs84(point, crs)
