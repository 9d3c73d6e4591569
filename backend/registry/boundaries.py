"""Boundaries from outside: brought to WGS-84 and checked to be drawable, and not over each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from shapely import STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from backend.kernel.geo import Point, SourceCrs, to_wgs84

LARGEST_OVERLAP = 0.01
"""Share of the smaller grid that two may have in common: boundaries drawn by hand never fit exactly."""


def wgs84_boundary(boundary: dict[str, Any], source: SourceCrs) -> dict[str, Any]:
    """The boundary with each corner converted from the coordinates of a Chinese map."""
    if source is SourceCrs.WGS84:
        return boundary
    return {"type": boundary["type"], "coordinates": _converted(boundary["coordinates"], source)}


def _converted(coordinates: list[Any], source: SourceCrs) -> list[Any]:
    if isinstance(coordinates[0], int | float):
        latitude, longitude = to_wgs84(Point(coordinates[1], coordinates[0]), source)
        return [longitude, latitude]
    return [_converted(part, source) for part in coordinates]


def is_drawable(boundary: dict[str, Any]) -> bool:
    """Whether every ring closes, and the whole encloses something and does not cross itself."""
    polygons = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    if any(ring[0] != ring[-1] for polygon in polygons for ring in polygon):
        return False
    geometry = shape(boundary)
    return bool(geometry.is_valid) and geometry.area > 0


def overlapping(boundaries: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, str]]:
    """The pairs of codes whose boundaries lie over each other."""
    shapes = [(code, shape(boundary)) for code, boundary in boundaries]
    # A tree of extents: comparing each with each would let a file of many grids stand still for hours.
    pairs = STRtree([geometry for _, geometry in shapes]).query([geometry for _, geometry in shapes], "intersects")
    for first, second in zip(*pairs, strict=True):
        (code, one), (other_code, other) = shapes[first], shapes[second]
        if first < second and _overlap(one, other) > LARGEST_OVERLAP:
            yield code, other_code


def _overlap(one: BaseGeometry, other: BaseGeometry) -> float:
    return float(one.intersection(other).area / min(one.area, other.area))
