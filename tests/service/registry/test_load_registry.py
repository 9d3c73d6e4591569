"""A registry file is taken whole or not at all, quickly, and keeps personal numbers sealed."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.kernel.access import SHELL_ACTOR, Actor
from backend.kernel.errors import AccessDenied
from backend.kernel.geo import Point, SourceCrs, distance_m, from_wgs84
from backend.kernel.unit_of_work import Work
from backend.registry.contacts_models import ContactMethod, FamilyContact, MethodState
from backend.registry.errors import FileRefused
from backend.registry.joining import Joined, SharedContact, join_as_resident
from backend.registry.models import Address, Building, CareTag, Household, Person, RegistryThing, Residency
from backend.registry.org_units import load_org_units
from backend.registry.places import addresses_matching, buildings_matching
from backend.registry.queries import communities, org_unit_by_code
from backend.registry.records import LoadedRecords, load_registry
from tests.service.registry.people import somebody_new

HEADER = {"format": "youlin.registry/1", "community": "500157004011"}
GRID = "500157004011001"
SITE = {"record": "address", "key": "A1", "kind": "building", "text": "石油路2号1栋", "grid": GRID}
HOME = {"record": "address", "key": "A1-1", "kind": "dwelling", "text": "石油路2号1栋1单元1层1号", "parent": "A1"}
BUILDING = {"record": "building", "key": "B1", "address": "A1", "number": 1, "name": "1栋", "kind": "walk_up"}
PERSON = {
    "record": "person",
    "key": "P1",
    "name": "何琴",
    "born_on": "1955-03-07",
    "identity_number": "880105195503070013",
    "phone": "+8614000000001",
}
FIRM = {
    "record": "enterprise",
    "key": "E1",
    "kind": "eatery",
    "name": "小面馆",
    "credit_code": "915001037QEY9X0DT0",
    "address": "A1",
}
Line = dict[str, Any]


@pytest.fixture
async def with_units(installation: Work, sample: Path) -> Work:
    """An installation that knows the org units of the sample."""
    async with installation.begin() as uow:
        await load_org_units(uow, actor=SHELL_ACTOR, text=(sample / "org_units.json").read_text("utf-8"))
    return installation


async def load(work: Work, lines: Iterable[Line | str], actor: Actor = SHELL_ACTOR) -> LoadedRecords:
    written = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    async with work.begin() as uow:
        return await load_registry(uow, actor=actor, lines=written)


async def count(work: Work, table: type[Any]) -> int:
    async with work.look() as uow:
        return await uow.session.scalar(select(func.count()).select_from(table)) or 0


async def test_the_sample_is_loaded_whole_within_five_seconds_and_again_without_change(with_units: Work, sample: Path):
    lines = (sample / "registry.jsonl").read_text("utf-8").splitlines()
    started = time.process_time()  # other programs of the machine do not count

    loaded = await load(with_units, lines)

    assert time.process_time() - started < 5
    assert sum(loaded.records[kind] for kind in json.loads(lines[0]) if kind in loaded.records) == 7180
    contacts = sum('"family_contact"' in line for line in lines)
    assert await count(with_units, FamilyContact) == loaded.records["family_contact"] == contacts > 0
    async with with_units.look() as uow:
        ways = set(await uow.session.scalars(select(ContactMethod.state)))
        assert (ways, await uow.session.scalar(select(func.max(FamilyContact.consent_at)))) == (
            {MethodState.PENDING},
            None,
        )
    assert loaded.warnings == ()
    tables = (FamilyContact, ContactMethod, Address, Building, RegistryThing, Person, Household, Residency, CareTag)
    before = [await count(with_units, table) for table in tables]

    await load(with_units, lines)

    assert [await count(with_units, table) for table in tables] == before
    await _check_that_the_cast_can_join(with_units, sample)


async def _check_that_the_cast_can_join(work: Work, sample: Path) -> None:
    cast = json.loads((sample / "cast.json").read_text("utf-8"))["cast"]
    resident = next(one for one in cast if one["key"] == "resident")
    worker = next(one for one in cast if one["key"] == "worker_a")
    async with work.begin() as uow:
        for one, outcome in ((resident, Joined.LINKED), (worker, Joined.STRANGER)):
            account, actor = await somebody_new(uow, one["telegram_id"], one["name"])
            contact = SharedContact(one["phone"].removeprefix("+"), one["telegram_id"])
            assert await join_as_resident(uow, actor=actor, account=account, contact=contact) is outcome
        [community] = await communities(uow)
        assert [one.number for one in await buildings_matching(uow, community.id, "十二号楼")] == ["12"]
        assert (await addresses_matching(uow, community.id, "石油路2号 1单元 2层"))[0].level == "dwelling"


async def test_what_is_stored_of_a_person_is_sealed_and_found_by_hash(with_units: Work):
    await load(with_units, [HEADER, PERSON])

    async with with_units.look() as uow:
        person = (await uow.session.scalars(select(Person))).one()
        stored = json.dumps({column.name: str(getattr(person, column.name)) for column in Person.__table__.columns})
        opened = uow.vault.open(person.identity_sealed or ""), uow.vault.open(person.phone_sealed or "")
        lookup = uow.vault.lookup("phone", PERSON["phone"])
    assert opened == (PERSON["identity_number"], PERSON["phone"])
    assert PERSON["identity_number"] not in stored
    assert PERSON["phone"] not in stored
    assert (person.identity_last4, person.phone_lookup) == ("0013", lookup)


async def test_a_person_is_recognised_by_number_under_a_new_key_and_by_key_under_a_new_number(with_units: Work):
    await load(with_units, [HEADER, PERSON])

    await load(with_units, [HEADER, PERSON | {"key": "P9", "name": "何晴"}])
    await load(with_units, [HEADER, PERSON | {"key": "P9", "identity_number": "88010519550307003X", "name": "何清"}])

    async with with_units.look() as uow:
        person = (await uow.session.scalars(select(Person))).one()
    assert (person.name, person.identity_last4) == ("何清", "003X")


async def test_a_key_and_a_number_of_two_different_people_are_refused(with_units: Work):
    other = PERSON | {"key": "P2", "identity_number": "88010519550307003X"}
    await load(with_units, [HEADER, PERSON, other])

    with pytest.raises(FileRefused):
        await load(with_units, [HEADER, PERSON | {"identity_number": other["identity_number"]}])


async def test_a_dwelling_may_stand_before_its_building_in_a_batch(with_units: Work):
    await load(with_units, [HEADER, HOME, SITE])

    async with with_units.look() as uow:
        rows = {address.level: address for address in await uow.session.scalars(select(Address))}
    assert rows["dwelling"].parent_id == rows["building"].id


async def test_a_point_without_a_grid_finds_it_and_one_outside_its_grid_is_a_warning(with_units: Work):
    async with with_units.look() as uow:
        grid = await org_unit_by_code(uow, GRID)
    assert grid.boundary is not None
    corners = grid.boundary["coordinates"][0][:-1]
    middle = Point(sum(corner[1] for corner in corners) / 8, sum(corner[0] for corner in corners) / 8)
    on_map = from_wgs84(middle, SourceCrs.GCJ02)
    found = SITE | {"grid": None, "point": [on_map.longitude, on_map.latitude], "source_crs": "gcj02"}
    outside = SITE | {"key": "A2", "text": "x", "point": [106.4, 29.5]}

    loaded = await load(with_units, [HEADER, found, outside])

    async with with_units.look() as uow:
        first, second = await uow.session.scalars(select(Address).order_by(Address.id))
    assert (first.grid_id, second.grid_id) == (grid.id, grid.id)
    assert distance_m(Point(first.latitude or 0, first.longitude or 0), middle) < 1
    assert [(one.place, one.field) for one in loaded.warnings] == [("line 3", "point")]


FAULTS: dict[str, tuple[list[Line | str], str, str]] = {
    "no JSON": (["{"], "line 2", "record"),
    "unknown kind": ([{"record": "dragon"}], "line 2", "record"),
    "unknown field": ([PERSON | {"nmae": "x"}], "line 2", "nmae"),
    "missing field": ([{"record": "person", "key": "P1"}], "line 2", "name"),
    "too long a line": (['{"record":"person","name":"' + "x" * 20_000 + '"}'], "line 2", "record"),
    "too long a name": ([PERSON | {"name": "x" * 201}], "line 2", "name"),
    "no date": ([PERSON | {"born_on": "1955-02-30"}], "line 2", "born_on"),
    "wrong check digit": ([PERSON | {"identity_number": "880105195503070012"}], "line 2", "identity_number"),
    "another birthday": ([PERSON | {"born_on": "1955-03-08"}], "line 2", "born_on"),
    "one number twice": ([PERSON, PERSON | {"key": "P2"}], "line 3", "identity_number"),
    "one key twice": ([SITE, SITE], "line 3", "key"),
    "no telephone": ([PERSON | {"phone": "twelve"}], "line 2", "phone"),
    "wrong credit code": ([SITE, FIRM | {"credit_code": "915001037QEY9X0DT1"}], "line 3", "credit_code"),
    "unknown address": ([BUILDING], "line 2", "address"),
    "unknown parent": ([HOME], "line 2", "parent"),
    "parent of itself": ([SITE | {"parent": "A1"}], "line 2", "parent"),
    "unknown grid": ([SITE | {"grid": "500157004011099"}], "line 2", "grid"),
    "off the earth": ([SITE | {"point": [200, 29]}], "line 2", "address.point.0"),
    "a fault after good lines": ([SITE, BUILDING, PERSON, {"record": "household"}], "line 5", "key"),
}


async def test_every_fault_comes_back_with_its_line_and_field_and_nothing_is_stored(with_units: Work):
    for name, (lines, place, field) in FAULTS.items():
        with pytest.raises(FileRefused) as refused:
            await load(with_units, [HEADER, *lines])

        assert (place, field.removeprefix("address.")) in {(one.place, one.field) for one in refused.value.problems}, (
            f"{name}: {refused.value}"
        )
    for table in (Address, Building, Person, RegistryThing):
        assert await count(with_units, table) == 0


async def test_all_faults_are_told_at_once_but_no_more_than_anybody_corrects(with_units: Work):
    bad = [PERSON | {"key": f"P{number}", "phone": "x"} for number in range(3)]
    with pytest.raises(FileRefused) as few:
        await load(with_units, [HEADER, *(one | {"identity_number": None} for one in bad)])
    with pytest.raises(FileRefused) as many:
        await load(with_units, [HEADER, *["{"] * 5_000])

    assert len(few.value.problems) == 3
    assert len(many.value.problems) == 100


async def test_problems_hold_no_personal_numbers(with_units: Work):
    with pytest.raises(FileRefused) as refused:
        await load(with_units, [HEADER, PERSON, PERSON | {"key": "P2"}, PERSON | {"key": "P3", "name": ""}])

    assert PERSON["identity_number"] not in str(refused.value)
    assert PERSON["phone"] not in str(refused.value)


async def test_a_file_without_header_or_with_an_unknown_community_is_refused(with_units: Work):
    for first in (
        "",
        "{",
        json.dumps(PERSON),
        json.dumps(HEADER | {"community": "1"}),
        json.dumps(HEADER | {"community": GRID}),
    ):
        with pytest.raises(FileRefused):
            await load(with_units, [first, PERSON])
    with pytest.raises(FileRefused):
        await load(with_units, [])


async def test_only_who_has_the_whole_installation_may_load(with_units: Work):
    with pytest.raises(AccessDenied):
        await load(with_units, [HEADER, PERSON], Actor(account_id=1))


ODD_VALUES = [None, 10**30, "a\x00b"]
"""What shapes let through most easily and databases choke on."""
LINES = [
    SITE,
    HOME,
    BUILDING,
    FIRM,
    PERSON,
    {"record": "place", "key": "L1", "kind": "school", "name": "小学", "address": "A1"},
    {
        "record": "facility",
        "key": "F1",
        "kind": "lift",
        "code": "1",
        "name": "电梯",
        "address": "A1",
        "point": [106.5, 29.5],
    },
    {"record": "household", "key": "H1", "address": "A1-1", "head": "P1"},
    {"record": "residency", "person": "P1", "household": "H1", "role": "head", "since": "1980-01-01"},
    {"record": "care_tag", "person": "P1", "kind": "lives_alone", "colour": "red", "visit_every_days": 7},
]


async def test_an_odd_value_in_any_field_is_taken_or_refused_and_never_breaks_the_loading(with_units: Work):
    assert sum((await load(with_units, [HEADER, *LINES])).records.values()) == len(LINES)

    for index, line in enumerate(LINES):
        for field in line:
            for value in ODD_VALUES:
                spoilt = [*LINES[:index], line | {field: value}, *LINES[index + 1 :]]
                with contextlib.suppress(FileRefused):
                    async with with_units.look() as uow:
                        await load_registry(uow, actor=SHELL_ACTOR, lines=map(json.dumps, [HEADER, *spoilt]))
