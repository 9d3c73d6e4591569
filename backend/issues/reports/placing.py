"""Where a report happened: which unit answers for the place, and whether it lies in the community at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from backend.issues.reports.errors import BuildingUnknown, PlaceOutside
from backend.issues.reports.new_report import LONGEST_PLACE, NewReport, wgs84_point
from backend.issues.tasks.routing import GridIndex
from backend.issues.words import clean
from backend.kernel.geo import Point
from backend.kernel.redaction import redact
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Address, Building, OrgKind, OrgUnit
from backend.registry.queries import units_within

EDGE_M = 300.0
"""So far outside its outline a place still counts as the community's: phones in narrow streets are that wrong."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Who answers for a place: a grid, else the community. `said_point` is what came in, `point` what the map shows."""

    unit: OrgUnit
    point: Point | None
    said_point: Point | None
    place: str
    building_id: int | None
    is_outside: bool = False

    @property
    def grid(self) -> OrgUnit | None:
        """The grid, or None where the community itself answers."""
        return self.unit if self.unit.kind is OrgKind.GRID else None


async def placed(uow: UnitOfWork, community: OrgUnit, report: NewReport, *, may_be_outside: bool) -> Placed:
    """Find the unit by point in polygon, else by the building's grid, else it is the community.

    A point outside the community is refused with PlaceOutside, unless a building of the community is named (somebody
    reports from work about home) or `may_be_outside` says that people shall look at it anyway.
    """
    said = wgs84_point(report)
    building, address = await _building(uow, community, report.building_id)
    words = redact(clean(report.place, LONGEST_PLACE)) or (address.label if address else "")
    grids = await units_within(uow, (community.path,), OrgKind.GRID)
    unit = _unit_at(said, community, grids) if said else None
    if unit is None and said is None and building is None:
        unit = next((grid for grid in grids if grid.id == report.grid_id), None)
    if unit is None and building is not None:
        home = next((grid for grid in grids if grid.id == building.grid_id), community)
        return Placed(home, _point_of(address), said, words, building.id)
    if unit is None and said is not None and not may_be_outside:
        raise PlaceOutside
    point = said or _point_of(address)
    return Placed(
        unit or community,
        point,
        said,
        words,
        building.id if building else None,
        is_outside=unit is None and said is not None,
    )


def _unit_at(point: Point, community: OrgUnit, grids: Sequence[OrgUnit]) -> OrgUnit | None:
    outlines = {grid.code: grid.boundary for grid in grids if grid.boundary is not None}
    code = _index_of(outlines).grid_at(point) if outlines else None
    if code is not None:
        return next(grid for grid in grids if grid.code == code)
    if community.boundary is None:
        # Nobody drew the community yet: then no place can be said to be outside, unless its grids say so.
        return None if outlines else community
    is_inside = _index_of({community.code: community.boundary}).grid_at(point, EDGE_M) is not None
    return community if is_inside else None


def _index_of(outlines: Mapping[str, Mapping[str, Any]]) -> GridIndex:
    """The index of exactly these outlines: known by what they are, so that an edited one is a new one everywhere."""
    return _index_of_json(json.dumps(outlines))


@lru_cache(maxsize=64)
def _index_of_json(outlines: str) -> GridIndex:
    return GridIndex(json.loads(outlines))


async def _building(
    uow: UnitOfWork, community: OrgUnit, building_id: int | None
) -> tuple[Building | None, Address | None]:
    if building_id is None:
        return None, None
    row = await uow.session.execute(
        select(Building, Address)
        .join(Address, Address.id == Building.address_id)
        .where(Building.id == building_id, Building.community_id == community.id)
    )
    found = row.one_or_none()
    if found is None:
        raise BuildingUnknown
    return found[0], found[1]


def _point_of(address: Address | None) -> Point | None:
    if address is None or address.latitude is None or address.longitude is None:
        return None
    return Point(address.latitude, address.longitude)
