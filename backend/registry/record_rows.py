"""THE TABLE of registry records: kind -> how its lines become rows. Each writer takes one batch of its kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from backend.registry.errors import PhoneUnreadable
from backend.registry.file_shapes import (
    AddressShape,
    BuildingShape,
    CareTagShape,
    EnterpriseShape,
    FacilityShape,
    HouseholdShape,
    PersonShape,
    PlaceShape,
    ResidencyShape,
)
from backend.registry.identity import born_on_of, is_credit_code
from backend.registry.models import Address, Building, CareTag, Household, Person, RegistryThing, Residency
from backend.registry.org_units import registry_code
from backend.registry.phones import normalised_phone, phone_lookup
from backend.registry.record_contacts import write_contacts
from backend.registry.record_tables import NOT_WRITTEN, Ground, Row, Spot, wgs84

Batch = Sequence[tuple[int, Any]]
Writer = Callable[[Ground, Batch], Awaitable[None]]


async def write_addresses(ground: Ground, batch: Batch) -> None:
    """Addresses in waves: a building's before those of its dwellings, in whatever order the batch has them."""
    waiting = [(line, shape) for line, shape in batch if ground.new_key(line, "address", shape.key)]
    while waiting:
        # A parent that stands in this batch has no id until its own wave was written.
        ready = [one for one in waiting if one[1].parent is None or ground.ids["address"].get(one[1].parent, 1)]
        if not ready:
            line, shape = waiting[0]
            ground.problems.add(f"line {line}", "parent", f"{shape.parent} is an address below this one")
            return
        rows = {shape.key: _address(ground, line, shape) for line, shape in ready}
        await ground.store_by_code(Address, "address", rows)
        waiting = [one for one in waiting if one[1].key not in rows]


def _address(ground: Ground, line: int, shape: AddressShape) -> Row:
    point = wgs84(shape.point, shape.source_crs)
    spot = ground.spots[shape.key] = ground.spot(line, shape.grid, point)
    return {
        "community_id": ground.community.id,
        "grid_id": spot.grid_id,
        "parent_id": ground.id_of(line, "parent", "address", shape.parent),
        "code": registry_code(ground.community, shape.key),
        "level": shape.kind,
        "label": shape.text,
        "longitude": point.longitude if point else None,
        "latitude": point.latitude if point else None,
        "source_crs": shape.source_crs.value,
    }


async def write_buildings(ground: Ground, batch: Batch) -> None:
    """Buildings."""
    fresh = [(line, shape) for line, shape in batch if ground.new_key(line, "building", shape.key)]
    await ground.store_by_code(
        Building, "building", {shape.key: _building(ground, line, shape) for line, shape in fresh}
    )


def _building(ground: Ground, line: int, shape: BuildingShape) -> Row:
    return {
        "community_id": ground.community.id,
        "grid_id": _spot_of(ground, shape.address).grid_id,
        "address_id": ground.id_of(line, "address", "address", shape.address),
        "code": registry_code(ground.community, shape.key),
        "name": shape.name,
        "number": str(shape.number),
        "built_year": shape.built_in,
        "floors": shape.floors,
        "units": shape.units,
        "has_lift": shape.lift in {"retrofitted", "original"},
        "details": {"kind": shape.kind, "doors_per_floor": shape.doors_per_floor, "lift": shape.lift},
    }


async def write_things(ground: Ground, batch: Batch) -> None:
    """Places, enterprises and facilities."""
    kind = batch[0][1].record
    fresh = [(line, shape) for line, shape in batch if ground.new_key(line, kind, shape.key)]
    await ground.store_by_code(RegistryThing, kind, {shape.key: _thing(ground, line, shape) for line, shape in fresh})


def _thing(ground: Ground, line: int, shape: PlaceShape | EnterpriseShape | FacilityShape) -> Row:
    spot = _spot_of(ground, shape.address)
    point = wgs84(shape.point, shape.source_crs) if isinstance(shape, FacilityShape) else spot.point
    return {
        "community_id": ground.community.id,
        "grid_id": spot.grid_id,
        "type": shape.record,
        "kind": shape.kind,
        "code": registry_code(ground.community, f"{shape.record}/{shape.key}"),
        "name": shape.name,
        "address_id": ground.id_of(line, "address", "address", shape.address),
        "longitude": point.longitude if point else None,
        "latitude": point.latitude if point else None,
        "details": _details(ground, line, shape),
    }


def _details(ground: Ground, line: int, shape: PlaceShape | EnterpriseShape | FacilityShape) -> Row | None:
    if isinstance(shape, FacilityShape):
        return {"code": shape.code}
    if isinstance(shape, PlaceShape):
        return None
    if not is_credit_code(shape.credit_code):
        ground.problems.add(f"line {line}", "credit_code", "the check character is wrong")
    return {"credit_code": shape.credit_code, "phone": _phone(ground, line, shape.phone)}


async def write_persons(ground: Ground, batch: Batch) -> None:
    """People, recognised by the identity number first, then by their key: a number may have been corrected."""
    fresh = [(line, shape) for line, shape in batch if ground.new_key(line, "person", shape.key)]
    rows = {shape.key: _person(ground, line, shape) for line, shape in fresh}
    if ground.problems.any:
        ground.ids["person"].update(dict.fromkeys(rows, NOT_WRITTEN))
        return
    by_identity = await ground.ids_by(Person, "identity_lookup", _filled(rows, "identity_lookup"))
    by_code = await ground.ids_by(Person, "code", _filled(rows, "code"))
    new, changed = [], []
    for line, shape in fresh:
        row = rows[shape.key]
        same_number, same_key = by_identity.get(row["identity_lookup"]), by_code.get(row["code"])
        if same_number and same_key and same_number != same_key:
            ground.problems.add(f"line {line}", "identity_number", "belongs to one person, the key to another")
        elif same_number or same_key:
            changed.append(row | {"id": same_number or same_key})
        else:
            new.append(row)
    await ground.insert(Person, new)
    await ground.update(Person, changed)
    stored = await ground.ids_by(Person, "code", _filled(rows, "code"))
    ground.ids["person"].update({key: stored.get(row["code"], NOT_WRITTEN) for key, row in rows.items()})


def _filled(rows: Mapping[str, Row], column: str) -> list[str]:
    return [row[column] for row in rows.values() if row[column] is not None]


def _person(ground: Ground, line: int, shape: PersonShape) -> Row:
    vault, number = ground.uow.vault, shape.identity_number
    phone = _phone(ground, line, shape.phone)
    if number is not None:
        _check_identity(ground, line, shape, number)
    lookup = vault.lookup("identity", number) if number else None
    if lookup in ground.identities:
        ground.problems.add(f"line {line}", "identity_number", "stands in the file twice")
    ground.identities.update({lookup} if lookup else ())
    return {
        "community_id": ground.community.id,
        "code": registry_code(ground.community, shape.key),
        "name": shape.name,
        "gender": shape.gender,
        "born_on": shape.born_on,
        "identity_sealed": vault.seal(number) if number else None,
        "identity_lookup": lookup,
        "identity_last4": number[-4:] if number else None,
        "phone_sealed": vault.seal(phone) if phone else None,
        "phone_lookup": phone_lookup(ground.uow, phone) if phone else None,
    }


def _check_identity(ground: Ground, line: int, shape: PersonShape, number: str) -> None:
    born_on = born_on_of(number)
    if born_on is None:
        ground.problems.add(f"line {line}", "identity_number", "the check digit or the date in it is wrong")
    elif shape.born_on is not None and shape.born_on != born_on:
        ground.problems.add(f"line {line}", "born_on", "is not the date in the identity number")


async def write_households(ground: Ground, batch: Batch) -> None:
    """Households."""
    fresh = [(line, shape) for line, shape in batch if ground.new_key(line, "household", shape.key)]
    rows = {shape.key: _household(ground, line, shape) for line, shape in fresh}
    await ground.store_by_code(Household, "household", rows)


def _household(ground: Ground, line: int, shape: HouseholdShape) -> Row:
    return {
        "community_id": ground.community.id,
        "code": registry_code(ground.community, shape.key),
        "address_id": ground.id_of(line, "address", "address", shape.address),
        "head_person_id": ground.id_of(line, "head", "person", shape.head),
    }


async def write_residencies(ground: Ground, batch: Batch) -> None:
    """Who lives in which household."""
    rows = [_residency(ground, line, shape) for line, shape in batch]
    await ground.upsert(Residency, rows, ("person_id", "household_id"))


def _residency(ground: Ground, line: int, shape: ResidencyShape) -> Row:
    return {
        "person_id": ground.id_of(line, "person", "person", shape.person),
        "household_id": ground.id_of(line, "household", "household", shape.household),
        "role": shape.role,
        "since_on": shape.since,
    }


async def write_care_tags(ground: Ground, batch: Batch) -> None:
    """Care tags."""
    await ground.upsert(CareTag, [_care_tag(ground, line, shape) for line, shape in batch], ("person_id", "kind"))


def _care_tag(ground: Ground, line: int, shape: CareTagShape) -> Row:
    return {
        "person_id": ground.id_of(line, "person", "person", shape.person),
        "kind": shape.kind,
        "colour": shape.colour,
        "visit_every_days": shape.visit_every_days,
    }


def _spot_of(ground: Ground, address: str) -> Spot:
    return ground.spots.get(address, Spot(None, None))


def _phone(ground: Ground, line: int, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return normalised_phone(text)
    except PhoneUnreadable:
        ground.problems.add(f"line {line}", "phone", "is no telephone number")
        return None


WRITERS: Mapping[str, Writer] = {
    "address": write_addresses,
    "building": write_buildings,
    "place": write_things,
    "enterprise": write_things,
    "facility": write_things,
    "person": write_persons,
    "household": write_households,
    "residency": write_residencies,
    "care_tag": write_care_tags,
    "family_contact": write_contacts,
}
