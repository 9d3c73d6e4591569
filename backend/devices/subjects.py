"""Whom or what a device is for, as the registry knows it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.devices.errors import SubjectUnknown
from backend.kernel.alarms import SubjectKind
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Address, Household, OrgUnit, Person, RegistryThing, Residency
from backend.registry.places import grid_at


@dataclass(frozen=True, slots=True)
class Subject:
    """What alarms say of it: the name, the grid that is called, where it is (longitude, latitude)."""

    name: str
    grid_id: int | None
    point: tuple[float, float] | None = None


async def subject_of(uow: UnitOfWork, community: OrgUnit, kind: SubjectKind, subject_id: int) -> Subject:
    """The subject in this community. Raises SubjectUnknown, also for one of another community."""
    if kind is SubjectKind.PERSON:
        return await _person(uow, community, subject_id)
    if kind is SubjectKind.HOUSEHOLD:
        return await _household(uow, community, subject_id)
    thing = await uow.session.get(RegistryThing, subject_id)
    if (
        thing is None
        or thing.community_id != community.id
        or (thing.type == "facility") != (kind is SubjectKind.FACILITY)
    ):
        raise SubjectUnknown
    point = (thing.longitude, thing.latitude) if thing.longitude is not None and thing.latitude is not None else None
    return Subject(thing.name, thing.grid_id, point)


async def grid_of_point(uow: UnitOfWork, community: OrgUnit, point: tuple[float, float]) -> int | None:
    """The grid that holds a point (longitude, latitude)."""
    grid = await grid_at(uow, Point(point[1], point[0]), within=community.path)
    return grid.id if grid is not None else None


async def _person(uow: UnitOfWork, community: OrgUnit, person_id: int) -> Subject:
    person = await uow.session.get(Person, person_id)
    if person is None or person.community_id != community.id:
        raise SubjectUnknown
    home = await uow.session.scalar(
        select(Address)
        .join(Household, Household.address_id == Address.id)
        .join(Residency, Residency.household_id == Household.id)
        .where(Residency.person_id == person_id, Residency.until_on.is_(None))
        .order_by(Residency.id)
        .limit(1)
    )
    return _at(person.name, home)


async def _household(uow: UnitOfWork, community: OrgUnit, household_id: int) -> Subject:
    household = await uow.session.get(Household, household_id)
    if household is None or household.community_id != community.id:
        raise SubjectUnknown
    address = await uow.session.get(Address, household.address_id)
    return _at(address.label if address is not None else household.code, address)


def _at(name: str, address: Address | None) -> Subject:
    if address is None:
        return Subject(name, None)
    known = address.longitude is not None and address.latitude is not None
    return Subject(name, address.grid_id, (address.longitude, address.latitude) if known else None)  # type: ignore[arg-type]
