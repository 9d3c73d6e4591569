"""An org-unit file is taken whole or not at all; taken again it changes nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.kernel.access import SHELL_ACTOR, Actor
from backend.kernel.errors import AccessDenied
from backend.kernel.geo import Point, SourceCrs, distance_m, from_wgs84
from backend.kernel.unit_of_work import Work
from backend.registry.errors import FileRefused
from backend.registry.models import GridLayer, GridLayerUnit, OrgKind, OrgUnit, Partner
from backend.registry.org_units import LoadedUnits, load_org_units
from backend.registry.places import grid_at
from backend.registry.queries import communities, org_unit_by_code

Document = dict[str, Any]
GRID = "500157004011001"


@pytest.fixture
def document(sample: Path) -> Document:
    loaded: Document = json.loads((sample / "org_units.json").read_text("utf-8"))
    return loaded


async def load(work: Work, document: Document | str, actor: Actor = SHELL_ACTOR) -> LoadedUnits:
    text = document if isinstance(document, str) else json.dumps(document)
    async with work.begin() as uow:
        return await load_org_units(uow, actor=actor, text=text)


async def test_the_sample_becomes_a_tree_with_layers_and_partners(installation: Work, document: Document):
    loaded = await load(installation, document)

    async with installation.look() as uow:
        grid = await org_unit_by_code(uow, GRID)
        [community] = await communities(uow)
        former = await org_unit_by_code(uow, "500105")
        covered = await uow.session.scalar(select(func.count()).select_from(GridLayerUnit))
        partners = list(await uow.session.scalars(select(Partner.kind).order_by(Partner.id)))
    assert (loaded.units, loaded.layers, loaded.partners, loaded.created) == (16, 6, 5, 27)
    assert grid.path == f"{community.path}{grid.id}/"
    assert (former.valid_to is not None, former.successor_id is not None) == (True, True)
    assert covered == 6 * 12
    assert partners == ["property", "police", "fire", "health", "department"]


async def test_loading_again_changes_nothing(installation: Work, document: Document):
    await load(installation, document)

    again = await load(installation, document)

    async with installation.look() as uow:
        units = await uow.session.scalar(select(func.count()).select_from(OrgUnit))
        layers = await uow.session.scalar(select(func.count()).select_from(GridLayer))
    assert (again.created, units, layers) == (0, 16, 6)


async def test_renumbered_units_stay_the_same_and_move_with_all_below_them(installation: Work, document: Document):
    old = copy.deepcopy(document)
    for unit in old["units"]:
        if unit.get("former_codes"):
            [unit["code"]] = unit.pop("former_codes")
            unit["parent"] = unit["parent"].replace("500157", "500105")
    ended = next(unit for unit in old["units"] if unit["code"] == "500105")
    del ended["valid_to"], ended["succeeded_by"]
    for layer in old["layers"]:
        layer["org_unit"] = layer["org_unit"].replace("500157", "500105")
        for area in layer["areas"]:
            area["grids"] = [code.replace("500157", "500105") for code in area["grids"]]
    for partner in old["partners"]:
        partner["org_unit"] = partner["org_unit"].replace("500157", "500105")
    await load(installation, old)
    async with installation.look() as uow:
        before = await org_unit_by_code(uow, GRID.replace("500157", "500105"))

    again = await load(installation, document)

    async with installation.look() as uow:
        after = await org_unit_by_code(uow, GRID)
        district = await org_unit_by_code(uow, "500157")
    assert (again.created, after.id) == (0, before.id)
    assert after.path.startswith(district.path)
    assert not before.path.startswith(district.path)


async def test_boundaries_of_a_chinese_map_are_converted(installation: Work, document: Document):
    unit = next(unit for unit in document["units"] if unit["code"] == GRID)
    corners = [Point(latitude, longitude) for longitude, latitude in unit["boundary"]["coordinates"][0]]
    middle = Point(sum(one.latitude for one in corners[:-1]) / 8, sum(one.longitude for one in corners[:-1]) / 8)
    for one in document["units"]:
        if "boundary" in one:
            shifted = [
                from_wgs84(Point(north, east), SourceCrs.GCJ02) for east, north in one["boundary"]["coordinates"][0]
            ]
            one["boundary"]["coordinates"] = [[[point.longitude, point.latitude] for point in shifted]]
            one["source_crs"] = "gcj02"

    await load(installation, document)

    async with installation.look() as uow:
        grid = await org_unit_by_code(uow, GRID)
        found = await grid_at(uow, middle)
    assert grid.boundary is not None
    east, north = grid.boundary["coordinates"][0][0]
    assert distance_m(Point(north, east), corners[0]) < 0.5
    assert found is not None
    assert found.id == grid.id


def unit_of(document: Document, code: str) -> Document:
    return next(unit for unit in document["units"] if unit["code"] == code)


FAULTS: dict[str, tuple[Callable[[Document], Any], str, str]] = {
    "unknown field": (lambda file: unit_of(file, GRID).update(nmae="x"), "units.4", "nmae"),
    "missing name": (lambda file: unit_of(file, GRID).pop("name"), "units.4", "name"),
    "letters in the code": (lambda file: unit_of(file, GRID).update(code="x1"), "units.4", "code"),
    "unknown level": (lambda file: unit_of(file, GRID).update(level="village"), "units.4", "level"),
    "unknown parent": (lambda file: unit_of(file, GRID).update(parent="1"), "units.4", "parent"),
    "parent of another kind": (lambda file: unit_of(file, GRID).update(parent="500157"), "units.4", "parent"),
    "parent after child": (lambda file: file["units"].insert(0, file["units"].pop(4)), "units.0", "parent"),
    "twice": (lambda file: file["units"].append(unit_of(file, GRID)), "units.16", "code"),
    "no time zone": (lambda file: unit_of(file, GRID).update(time_zone="Asia/Dashiba"), "units.4", "time_zone"),
    "ends before it begins": (
        lambda file: unit_of(file, GRID).update(valid_from="2026-01-02", valid_to="2026-01-01"),
        "units.4",
        "valid_to",
    ),
    "open ring": (lambda file: unit_of(file, GRID)["boundary"]["coordinates"][0].pop(), "units.4", "boundary"),
    "bow tie": (
        lambda file: unit_of(file, GRID).update(
            boundary={"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
        ),
        "units.4",
        "boundary",
    ),
    "off the earth": (
        lambda file: unit_of(file, GRID)["boundary"]["coordinates"][0].__setitem__(0, [200, 29]),
        "units.4.boundary.Polygon.coordinates.0.0",
        "0",
    ),
    "over its neighbour": (
        lambda file: unit_of(file, "500157004011002").update(boundary=unit_of(file, GRID)["boundary"]),
        f"unit {GRID}",
        "boundary",
    ),
    "layer over an unknown grid": (
        lambda file: file["layers"][0]["areas"][0].update(grids=["500157004011099"]),
        "layers.0",
        "areas",
    ),
    "partner of a grid": (lambda file: file["partners"][0].update(org_unit=GRID), "partners.0", "org_unit"),
    "unknown kind of partner": (lambda file: file["partners"][0].update(kind="circus"), "partners.0", "kind"),
    "no telephone": (lambda file: file["partners"][0].update(phone="twelve"), "partners.0", "phone"),
    "another format": (lambda file: file.update(format="youlin.org-units/2"), "file", "format"),
}


async def test_every_fault_comes_back_with_its_place_and_field_and_nothing_is_stored(
    installation: Work, document: Document
):
    for name, (spoil, place, field) in FAULTS.items():
        spoilt = copy.deepcopy(document)
        spoil(spoilt)

        with pytest.raises(FileRefused) as refused:
            await load(installation, spoilt)

        assert (place, field) in {(one.place, one.field) for one in refused.value.problems}, name
    async with installation.look() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(OrgUnit)) == 0


async def test_what_is_no_json_is_refused(installation: Work):
    for text in ("", "[]", "{", "null", '{"format": NaN}', "[" * 100_000):
        with pytest.raises(FileRefused):
            await load(installation, text)


async def test_only_who_has_the_whole_installation_may_load(installation: Work, document: Document):
    with pytest.raises(AccessDenied):
        await load(installation, document, Actor(account_id=1))

    async with installation.look() as uow:
        assert await uow.session.scalar(select(func.count()).where(OrgUnit.kind == OrgKind.GRID)) == 0
