"""What is wrong with an org-unit file beyond the shape of its entries: pure, and complete in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from zoneinfo import available_timezones

from backend.registry.boundaries import is_drawable, overlapping
from backend.registry.errors import PhoneUnreadable, Problem
from backend.registry.file_shapes import LayerShape, OrgUnitFile, PartnerShape, UnitShape, as_geojson
from backend.registry.models import OrgKind
from backend.registry.phones import normalised_phone

PARENT_KIND: Mapping[OrgKind, OrgKind | None] = {
    OrgKind.DISTRICT: None,
    OrgKind.SUBDISTRICT: OrgKind.DISTRICT,
    OrgKind.COMMUNITY: OrgKind.SUBDISTRICT,
    OrgKind.GRID: OrgKind.COMMUNITY,
}


def faults_of_units(file: OrgUnitFile, known: Mapping[str, OrgKind]) -> Iterator[Problem]:
    """Every fault of the file, given the codes and kinds of the units that are there already."""
    kinds = dict(known)
    seen: set[str] = set()
    for index, unit in enumerate(file.units):
        place = f"units.{index}"
        if unit.code in seen:
            yield Problem(place, "code", "stands in the file twice")
        yield from _faults_of_unit(place, unit, kinds)
        seen.add(unit.code)
        kinds[unit.code] = unit.level
    yield from _faults_between(file, kinds)
    for index, layer in enumerate(file.layers):
        yield from _faults_of_layer(f"layers.{index}", layer, kinds)
    for index, partner in enumerate(file.partners):
        yield from _faults_of_partner(f"partners.{index}", partner, kinds)


@cache
def _time_zones() -> frozenset[str]:
    """All names; asking walks through many files, so it is asked once."""
    return frozenset(available_timezones())


def _faults_of_unit(place: str, unit: UnitShape, kinds: Mapping[str, OrgKind]) -> Iterator[Problem]:
    wanted = PARENT_KIND[unit.level]
    if unit.parent is not None and unit.parent not in kinds:
        yield Problem(place, "parent", "is not known; a parent stands before its children")
    elif (kinds[unit.parent] if unit.parent else None) is not wanted:
        yield Problem(place, "parent", f"must be a {wanted.value}" if wanted else "a district has none")
    if unit.time_zone not in _time_zones():
        yield Problem(place, "time_zone", "is no IANA time zone")
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        yield Problem(place, "valid_to", "lies before valid_from")
    if unit.boundary is not None and not is_drawable(as_geojson(unit.boundary)):
        yield Problem(place, "boundary", "does not close, encloses nothing or crosses itself")


def _faults_between(file: OrgUnitFile, kinds: Mapping[str, OrgKind]) -> Iterator[Problem]:
    for index, unit in enumerate(file.units):
        if unit.succeeded_by is not None and unit.succeeded_by not in kinds:
            yield Problem(f"units.{index}", "succeeded_by", "is not known")
    grids: dict[str | None, list[tuple[str, dict[str, object]]]] = {}
    for unit in file.units:
        if unit.level is OrgKind.GRID and unit.boundary is not None and is_drawable(as_geojson(unit.boundary)):
            grids.setdefault(unit.parent, []).append((unit.code, as_geojson(unit.boundary)))
    for siblings in grids.values():
        for code, other in overlapping(siblings):
            yield Problem(f"unit {code}", "boundary", f"lies over that of {other}")


def _faults_of_layer(place: str, layer: LayerShape, kinds: Mapping[str, OrgKind]) -> Iterator[Problem]:
    if kinds.get(layer.org_unit) is not OrgKind.COMMUNITY:
        yield Problem(place, "org_unit", "is no known community")
    covered: set[str] = set()
    for grid in (grid for area in layer.areas for grid in area.grids):
        if kinds.get(grid) is not OrgKind.GRID:
            yield Problem(place, "areas", f"{grid} is no known grid")
        if grid in covered:
            yield Problem(place, "areas", f"{grid} lies in two areas")
        covered.add(grid)


def _faults_of_partner(place: str, partner: PartnerShape, kinds: Mapping[str, OrgKind]) -> Iterator[Problem]:
    if kinds.get(partner.org_unit) is not OrgKind.COMMUNITY:
        yield Problem(place, "org_unit", "is no known community")
    if partner.phone is not None:
        try:
            normalised_phone(partner.phone)
        except PhoneUnreadable:
            yield Problem(place, "phone", "is no telephone number")
