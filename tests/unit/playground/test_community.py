"""The sample community is whole, believable, repeatable, and holds nobody real."""

import json
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import phonenumbers
import pytest
from shapely import Point, Polygon, union_all
from shapely.geometry import shape
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from playground.community import Community, generate, write
from playground.community.files import KINDS
from playground.community.shapes import Gender, Level

TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module", params=[2026, 7])
def community(request: pytest.FixtureRequest) -> Community:
    return generate(request.param)


def polygons(community: Community) -> dict[str, Polygon]:
    return {
        unit.code: shape(asdict(unit.boundary))
        for unit in community.units
        if unit.level is Level.GRID and unit.boundary
    }


def age(born_on: date) -> int:
    return TODAY.year - born_on.year - ((TODAY.month, TODAY.day) < (born_on.month, born_on.day))


def all_phones(community: Community) -> list[str]:
    registry = community.registry
    known = {person.key for person in registry.persons}
    relatives = {contact.phone for contact in registry.family_contacts}
    return [
        *(person.phone for person in registry.persons if person.phone),
        *(contact.phone for contact in registry.family_contacts),
        *(enterprise.phone for enterprise in registry.enterprises),
        *(partner.phone for partner in community.partners),
        *(one.phone for one in community.cast if one.person not in known and one.phone not in relatives),
    ]


def test_the_registry_holds_7180_records(community: Community) -> None:
    counted = community.registry.counted()

    assert sum(counted.values()) == 7180
    assert counted["building"] == 120
    assert all(counted.values())


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first = write(generate(11), tmp_path / "first")
    again = write(generate(11), tmp_path / "again")
    other = write(generate(12), tmp_path / "other")

    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in again]
    assert all(file.read_bytes() != differing.read_bytes() for file, differing in zip(first, other, strict=True))


def test_twelve_grids_tile_the_community_without_gap_or_overlap(community: Community) -> None:
    grids = polygons(community)
    whole = next(
        shape(asdict(unit.boundary)) for unit in community.units if unit.level is Level.COMMUNITY and unit.boundary
    )

    assert len(grids) == 12
    assert all(polygon.is_valid for polygon in grids.values())
    assert all(one.intersection(other).area == 0 for one, other in combinations(grids.values(), 2))
    assert union_all(list(grids.values())).symmetric_difference(whole).area == 0


def test_the_community_lies_in_dashiba(community: Community) -> None:
    west, south, east, north = union_all(list(polygons(community).values())).bounds

    assert 106.50 < west < east < 106.52
    assert 29.57 < south < north < 29.58


def test_everything_stands_inside_its_grid(community: Community) -> None:
    grids = polygons(community)
    registry = community.registry
    grid_of = {address.key: address.grid for address in registry.addresses}
    standing = [(address.point, address.grid) for address in registry.addresses]
    standing += [(facility.point, grid_of[facility.address]) for facility in registry.facilities]

    outside = [point for point, grid in standing if not grids[grid].contains(Point(point))]

    assert outside == []


def test_org_unit_codes_grow_from_district_to_grid(community: Community) -> None:
    length = {Level.DISTRICT: 6, Level.SUBDISTRICT: 9, Level.COMMUNITY: 12, Level.GRID: 15}

    for unit in community.units:
        assert len(unit.code) == length[unit.level]
        assert unit.code.startswith(unit.parent or "")


def test_the_former_district_ended_the_day_before_its_successor_began(community: Community) -> None:
    units = {unit.code: unit for unit in community.units}
    ended = next(unit for unit in community.units if unit.succeeded_by)

    successor = units[ended.succeeded_by or ""]

    assert ended.valid_to == date(2025, 11, 5)
    assert successor.valid_from == date(2025, 11, 6)
    assert not any(unit.parent == ended.code for unit in community.units)


def test_six_layers_each_cover_every_grid_once(community: Community) -> None:
    grids = sorted(polygons(community))

    assert len(community.layers) == 6
    for layer in community.layers:
        assert sorted(grid for area in layer.areas for grid in area.grids) == grids


def test_keys_numbers_and_addresses_are_unique(community: Community) -> None:
    registry = community.registry
    columns = [
        [
            getattr(record, "key", None)
            for kind in KINDS.values()
            for record in getattr(registry, kind)
            if hasattr(record, "key")
        ],
        [address.text for address in registry.addresses],
        [building.number for building in registry.buildings],
        [person.identity_number for person in registry.persons],
        [household.address for household in registry.households],
        [residency.person for residency in registry.residencies],
        [enterprise.credit_code for enterprise in registry.enterprises],
        [facility.code for facility in registry.facilities],
        [one.telegram_id for one in community.cast] + [chat.telegram_id for chat in community.chats],
        all_phones(community),
    ]

    assert [values for column in columns for values, times in Counter(column).items() if times > 1] == []


def test_identity_numbers_check_and_agree_with_the_person(community: Community) -> None:
    for person in community.registry.persons:
        number = person.identity_number
        assert mod_11_2.is_valid(number)
        assert number[:6] == "880105"
        assert number[6:14] == f"{person.born_on:%Y%m%d}"
        assert (int(number[14:17]) % 2 == 1) == (person.gender is Gender.MALE)


def test_credit_codes_check(community: Community) -> None:
    assert all(uscc.is_valid(enterprise.credit_code) for enterprise in community.registry.enterprises)


def test_no_telephone_can_ring_at_a_real_subscriber(community: Community) -> None:
    for phone in all_phones(community):
        number = phonenumbers.parse(phone)
        assert phone.startswith("+861400")
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number)


def test_the_neighbourhood_is_ageing_and_has_children(community: Community) -> None:
    ages = [age(person.born_on) for person in community.registry.persons]

    over_65 = sum(years >= 65 for years in ages) / len(ages)
    under_15 = sum(years < 15 for years in ages) / len(ages)

    assert 0.3 < over_65 < 0.5
    assert 0.06 < under_15 < 0.2
    assert max(ages) <= 95


def test_parents_are_a_generation_older_than_their_children(community: Community) -> None:
    born = {person.key: person.born_on.year for person in community.registry.persons}
    home: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for residency in community.registry.residencies:
        home[residency.household][residency.role].append(born[residency.person])

    for household in home.values():
        generations = [household[role] for role in ("head", "child", "grandchild") if household[role]]
        for older, younger in pairwise(generations):
            assert all(18 <= child - parent <= 65 for parent in older for child in younger)


def test_every_elder_alone_over_80_is_tagged_red_and_has_a_relative_to_call(community: Community) -> None:
    registry = community.registry
    born = {person.key: person.born_on for person in registry.persons}
    members = Counter(residency.household for residency in registry.residencies)
    alone = {home.head for home in registry.households if members[home.key] == 1 and age(born[home.head]) >= 80}
    tagged = {tag.person for tag in registry.care_tags if tag.kind == "lives_alone_over_80" and tag.colour == "red"}
    first_called = [contact.elder for contact in registry.family_contacts if contact.rank == 1]

    assert len(alone) > 100
    assert alone == tagged == set(first_called)
    assert len(first_called) == len(alone)


def test_nobody_moved_in_before_being_born_or_after_today(community: Community) -> None:
    born = {person.key: person.born_on for person in community.registry.persons}

    assert all(born[one.person] <= one.since < TODAY for one in community.registry.residencies)


def test_lifts_stand_where_buildings_have_them(community: Community) -> None:
    lifts = Counter(building.lift for building in community.registry.buildings)

    assert lifts == {"none": 70, "original": 15, "retrofitted": 15, "under_way": 20}
    lifted = {
        building.address for building in community.registry.buildings if building.lift in {"original", "retrofitted"}
    }
    assert {facility.address for facility in community.registry.facilities if facility.kind == "lift"} == lifted


def test_walk_ups_are_of_the_seventies_and_eighties(community: Community) -> None:
    walk_ups = [building for building in community.registry.buildings if building.kind == "walk_up"]

    assert len(walk_ups) == 105
    assert all(1970 <= building.built_in < 1990 and 6 <= building.floors <= 8 for building in walk_ups)


def test_the_residents_of_the_cast_are_known_by_their_telephone(community: Community) -> None:
    persons = {person.key: person for person in community.registry.persons}
    residents = [one for one in community.cast if one.role == "resident"]

    assert [one.key for one in residents] == ["resident", "second_resident"]
    assert all(persons[one.person or ""].phone == one.phone for one in residents)


def test_the_daughter_is_the_first_contact_of_an_elder_in_the_first_grid(community: Community) -> None:
    daughter = next(one for one in community.cast if one.key == "daughter")
    contact = next(contact for contact in community.registry.family_contacts if contact.phone == daughter.phone)

    homes = {home.head: home.address for home in community.registry.households}
    grid = next(one.grid for one in community.registry.addresses if one.key == homes[contact.elder])

    assert (contact.relation, contact.rank) == ("daughter", 1)
    assert grid.endswith("001")


def test_every_grid_has_a_group_with_somebody_who_works_there(community: Community) -> None:
    cast = {one.key: one for one in community.cast}
    chats = {chat.org_unit: chat for chat in community.chats}

    for grid in polygons(community):
        assert any(cast[member].org_unit == grid for member in chats[grid].members)
    assert sum(cast[member].role == "grid_worker" for member in chats["500157004011001"].members) == 2


def test_every_line_of_the_registry_file_refers_only_to_earlier_lines(community: Community, tmp_path: Path) -> None:
    _, registry, _ = write(community, tmp_path)
    header, *lines = map(json.loads, registry.read_text("utf-8").splitlines())
    references = {"address", "parent", "person", "household", "head", "elder"}
    seen: set[str] = set()

    for line in lines:
        assert all(line[name] in seen for name in references & line.keys())
        seen.add(line.get("key", ""))

    assert header["format"] == "youlin.registry/1"
    assert header["community"] == "500157004011"
    assert {line["record"] for line in lines} == set(KINDS)
