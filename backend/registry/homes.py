"""Where a person lives, and to which org unit their record belongs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Address, Building, Household, OrgUnit, Person, Residency


@dataclass(frozen=True, slots=True)
class Home:
    """`org_path` is of the grid, or of the community where no home is known."""

    person: Person
    org_path: str
    grid_id: int | None = None
    address: Address | None = None
    building: Building | None = None


async def home_of(uow: UnitOfWork, person_id: int) -> Home:
    """Where this person lives now; raises NotFound for nobody we know."""
    person = await uow.session.get(Person, person_id)
    if person is None:
        raise NotFound
    address = await _address(uow, person_id)
    unit = await uow.session.get(OrgUnit, (address.grid_id if address else None) or person.community_id)
    assert unit is not None, "addresses and persons name units that are there"
    building = await _building(uow, address) if address else None
    return Home(person, unit.path, address.grid_id if address else None, address, building)


async def _address(uow: UnitOfWork, person_id: int) -> Address | None:
    today = uow.now.date()
    found: Address | None = await uow.session.scalar(
        select(Address)
        .join(Household, Household.address_id == Address.id)
        .join(Residency, Residency.household_id == Household.id)
        .where(Residency.person_id == person_id, or_(Residency.until_on.is_(None), Residency.until_on >= today))
        .order_by(Residency.since_on.desc().nulls_last(), Residency.id.desc())
        .limit(1)
    )
    return found


async def _building(uow: UnitOfWork, address: Address) -> Building | None:
    ids = [id_ for id_ in (address.id, address.parent_id) if id_ is not None]
    found: Building | None = await uow.session.scalar(select(Building).where(Building.address_id.in_(ids)).limit(1))
    return found
