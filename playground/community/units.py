"""Org units, grid layers and partners."""

from collections.abc import Iterator

from playground.community.ground import Lattice
from playground.community.numbers import Phones
from playground.community.shapes import GridLayer, LayerArea, Level, OrgUnit, Partner, Polygon
from playground.community.words import LayerWords, UnitWords, Words


def org_units(words: Words, lattice: Lattice) -> tuple[OrgUnit, ...]:
    """Give the tree, parents before their children."""
    upper = tuple(_unit(words, unit, lattice) for unit in words.units)
    community = upper[-1]
    grids = (
        OrgUnit(
            code=grid_code(community.code, ordinal),
            level=Level.GRID,
            name=name,
            parent=community.code,
            time_zone=words.time_zone,
            former_codes=tuple(grid_code(code, ordinal) for code in community.former_codes),
            boundary=Polygon((lattice.grid(ordinal),)),
        )
        for ordinal, name in enumerate(words.grids.names)
    )
    return (*upper, *grids)


def grid_code(community: str, ordinal: int) -> str:
    """Give the 15 digits of a grid: district 6, subdistrict 3, community 3, grid 3; the ordinal counts from 0."""
    return f"{community}{ordinal + 1:03}"


def grid_layers(words: Words) -> tuple[GridLayer, ...]:
    """Give the former special grids as layers."""
    community = words.units[-1].code
    return tuple(
        GridLayer(key=layer.key, name=layer.name, org_unit=community, areas=tuple(_areas(layer, community)))
        for layer in words.layers
    )


def partners(words: Words, phones: Phones) -> tuple[Partner, ...]:
    """Give the partners of the community."""
    community = words.units[-1].code
    return tuple(
        Partner(key=one.key, kind=one.kind, name=one.name, org_unit=community, phone=phones.next())
        for one in words.partners
    )


def _unit(words: Words, unit: UnitWords, lattice: Lattice) -> OrgUnit:
    return OrgUnit(
        code=unit.code,
        level=unit.level,
        name=unit.name,
        parent=unit.parent,
        time_zone=words.time_zone,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        succeeded_by=unit.succeeded_by,
        former_codes=unit.former_codes,
        boundary=Polygon((lattice.outline(),)) if unit.level is Level.COMMUNITY else None,
    )


def _areas(layer: LayerWords, community: str) -> Iterator[LayerArea]:
    for number, ordinals in enumerate(layer.areas, start=1):
        yield LayerArea(
            code=f"{layer.key}-{number:02}",
            name=f"{layer.name}{number}",
            grids=tuple(grid_code(community, ordinal - 1) for ordinal in ordinals),
        )
