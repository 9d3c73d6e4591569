"""Which grid a point lies in and which group gets the work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import cos, radians
from typing import Any

import shapely
from shapely import STRtree
from shapely.errors import ShapelyError
from shapely.geometry import shape

from backend.issues.errors import OutlineInvalid
from backend.kernel.geo import EARTH_RADIUS_M, Point

METRES_PER_DEGREE = radians(1) * EARTH_RADIUS_M
NEAR_ENOUGH_M = 150.0
"""A report from the pavement across the street still belongs to the nearest grid; chats locate to some ten metres."""

_A_CENTIMETRE = 0.01  # nearer than this, binary fractions and not surveyors decide


class RouteTo(StrEnum):
    """Whose group gets the task: the grid's own, or a kind of partner (`backend.registry` names the partners)."""

    GRID = "grid"
    PROPERTY = "property"
    POLICE = "police"
    FIRE = "fire"
    HEALTH = "health"
    DEPARTMENT = "department"


class GridIndex:
    """Finds the grid of a point among the outlines of one community or district; built once, asked often.

    `outlines` maps a grid's code to its GeoJSON Polygon or MultiPolygon in WGS-84, longitude first. Inside, the
    outlines are metres on a plane: true enough within a district, wrong across a continent.
    """

    def __init__(self, outlines: Mapping[str, Mapping[str, Any]]) -> None:
        self._codes = sorted(outlines)
        polygons = [_polygon(code, outlines[code]) for code in self._codes]
        latitudes = [polygon.bounds[1] for polygon in polygons]
        self._narrowing = cos(radians(sum(latitudes) / len(latitudes))) if latitudes else 1.0
        self._polygons = [shapely.transform(polygon, self._flatten) for polygon in polygons]
        shapely.prepare(self._polygons)
        self._tree = STRtree(self._polygons)

    def grid_at(self, point: Point, near_m: float = NEAR_ENOUGH_M) -> str | None:
        """The code of the grid that holds the point, else of the nearest within `near_m`, else None.

        Where outlines overlap, or two are equally near, the lowest code wins, so that the answer is always the same.
        """
        spot = shapely.transform(shapely.Point(point.longitude, point.latitude), self._flatten)
        found = self._tree.query(spot, predicate="dwithin", distance=max(near_m, _A_CENTIMETRE))
        ranked = sorted((round(float(self._polygons[i].distance(spot)), 2), self._codes[i]) for i in found)
        return ranked[0][1] if ranked else None

    def _flatten(self, degrees: Any) -> Any:
        """Turn an array of (longitude, latitude) into metres."""
        return degrees * (METRES_PER_DEGREE * self._narrowing, METRES_PER_DEGREE)


def _polygon(code: str, outline: Mapping[str, Any]) -> shapely.Polygon | shapely.MultiPolygon:
    try:
        polygon = shape(outline)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise OutlineInvalid(code) from error
    if polygon.geom_type not in {"Polygon", "MultiPolygon"} or polygon.is_empty or not polygon.is_valid:
        raise OutlineInvalid(code)
    return polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkGroup:
    """A group chat that takes tasks: of a grid, or of a partner for some grids (none named: for all)."""

    id: int
    serves: RouteTo
    grids: frozenset[str] = frozenset()

    def covers(self, grid: str | None) -> bool:
        """Whether tasks of this grid belong here; a grid's own group serves nothing beyond its grids."""
        if not self.grids:
            return self.serves is not RouteTo.GRID
        return grid in self.grids


def group_for(route: RouteTo, grid: str | None, groups: Iterable[WorkGroup]) -> WorkGroup | None:
    """The group that gets the task, or None: then a person must dispatch.

    A partner's group for this very grid comes before its group for all; without any, the grid's own people take it.
    """
    candidates = [group for group in groups if group.covers(grid) and group.serves in {route, RouteTo.GRID}]
    return min(candidates, key=lambda group: (group.serves is not route, not group.grids, group.id), default=None)
