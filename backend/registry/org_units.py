"""Loads the org-unit file: the tree, the grid layers and the partners; again with the same file changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.boundaries import wgs84_boundary
from backend.registry.errors import FileRefused, Problem
from backend.registry.faults import Problems, problems_of_document
from backend.registry.file_shapes import LayerShape, OrgUnitFile, PartnerShape, UnitShape, as_geojson
from backend.registry.models import GridLayer, GridLayerUnit, OrgUnit, Partner
from backend.registry.org_unit_faults import faults_of_units
from backend.registry.phones import normalised_phone

LARGEST_FILE = 32 * 1024 * 1024
"""In characters: the boundaries of a whole district."""


@dataclass(frozen=True, slots=True)
class LoadedUnits:
    """How many units, layers and partners the file held, and how many of them were new."""

    units: int
    layers: int
    partners: int
    created: int


async def load_org_units(uow: UnitOfWork, *, actor: Actor, text: str) -> LoadedUnits:
    """Bring the org units, layers and partners of a file in; what is there already is brought up to date.

    A unit is recognised by its code or one of its former codes, so that renumbering moves it and all below it. What
    the file does not name is left alone. Raises FileRefused with every fault, then nothing was changed; AccessDenied.
    """
    check_access(actor, Permission.EDIT_REFERENCE, "/")
    file = parsed_org_units(text)
    known = {unit.code: unit for unit in await uow.session.scalars(select(OrgUnit))}
    problems = Problems()
    problems.add_all(faults_of_units(file, {unit.code: unit.kind for unit in known.values()}))
    problems.refuse_if_any()
    loading = _Loading(uow, known)
    for unit in file.units:
        await loading.put_unit(unit)
    for unit in file.units:
        loading.put_successor(unit)
    for layer in file.layers:
        await loading.put_layer(layer)
    for partner in file.partners:
        await loading.put_partner(partner)
    loaded = LoadedUnits(len(file.units), len(file.layers), len(file.partners), loading.created)
    audit(uow, actor, "registry.load_org_units", "org_unit:*", after={"units": loaded.units, "created": loaded.created})
    return loaded


def registry_code(community: OrgUnit, key: str) -> str:
    """The code of a record whose key is unique in its community; it survives a renumbering of the community."""
    return f"{community.id}/{key}"


def parsed_org_units(text: str) -> OrgUnitFile:
    """The file in its shape; raises FileRefused."""
    if len(text) > LARGEST_FILE:
        raise FileRefused([Problem("file", "size", f"over {LARGEST_FILE} characters")])
    try:
        return OrgUnitFile.model_validate_json(text)
    except ValidationError as error:
        raise FileRefused(list(problems_of_document(error))) from error


class _Loading:
    """Puts one entry of the file after the other into the database, parents first."""

    def __init__(self, uow: UnitOfWork, known: dict[str, OrgUnit]) -> None:
        self.uow, self.session, self.known, self.created = uow, uow.session, known, 0

    async def put_unit(self, shape: UnitShape) -> None:
        codes = (shape.code, *shape.former_codes)
        unit = next((self.known[code] for code in codes if code in self.known), None)
        parent = self.known[shape.parent] if shape.parent else None
        if unit is None:
            unit = OrgUnit(path="")
            self.created += 1
        unit.code, unit.kind, unit.name = shape.code, shape.level, shape.name
        unit.parent_id = parent.id if parent else None
        unit.time_zone, unit.valid_from, unit.valid_to = shape.time_zone, shape.valid_from, shape.valid_to
        if shape.boundary is not None:
            unit.boundary = wgs84_boundary(as_geojson(shape.boundary), shape.source_crs)
        self.session.add(unit)
        await self.session.flush()
        self.known[unit.code] = unit
        self._hang(unit, parent)

    def put_successor(self, shape: UnitShape) -> None:
        successor = self.known[shape.succeeded_by] if shape.succeeded_by else None
        self.known[shape.code].successor_id = successor.id if successor else None

    def _hang(self, unit: OrgUnit, parent: OrgUnit | None) -> None:
        """Give the unit its place in the tree; everything below it moves along."""
        former, path = unit.path, f"{parent.path if parent else '/'}{unit.id}/"
        if former == path:
            return
        for below in self.known.values() if former else ():
            if below.path.startswith(former):
                below.path = path + below.path.removeprefix(former)
        unit.path = path

    async def put_layer(self, shape: LayerShape) -> None:
        community = self.known[shape.org_unit]
        where = (GridLayer.community_id == community.id, GridLayer.key == shape.key)
        layer = await self.session.scalar(select(GridLayer).where(*where))
        if layer is None:
            layer = GridLayer(community_id=community.id, key=shape.key)
            self.created += 1
        layer.name = shape.name
        self.session.add(layer)
        await self.session.flush()
        await self._cover(layer, {self.known[grid].id: area.name for area in shape.areas for grid in area.grids})

    async def _cover(self, layer: GridLayer, areas: dict[int, str]) -> None:
        """Let the layer lie over exactly these grids; who serves a patch that stays keeps serving it."""
        rows = await self.session.scalars(select(GridLayerUnit).where(GridLayerUnit.layer_id == layer.id))
        present = {row.grid_id: row for row in rows}
        for grid_id, row in present.items():
            if grid_id in areas:
                row.area = areas[grid_id]
            else:
                await self.session.delete(row)
        self.session.add_all(
            GridLayerUnit(layer_id=layer.id, grid_id=grid_id, area=area)
            for grid_id, area in areas.items()
            if grid_id not in present
        )

    async def put_partner(self, shape: PartnerShape) -> None:
        community = self.known[shape.org_unit]
        code = registry_code(community, shape.key)
        partner = await self.session.scalar(select(Partner).where(Partner.code == code))
        if partner is None:
            partner = Partner(community_id=community.id, code=code)
            self.created += 1
        partner.kind, partner.name = shape.kind, shape.name
        partner.phone = normalised_phone(shape.phone) if shape.phone else None
        self.session.add(partner)
