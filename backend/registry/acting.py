"""Who may act for whom, beside oneself: family by the elder's word, the worker of the grid, staff of the community."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from backend.kernel.access import PERMISSIONS, Actor, Permission, may
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts import elders_of_account
from backend.registry.contacts_models import ContactScope
from backend.registry.homes import home_of
from backend.registry.models import Address, Household, OrgUnit, Person, Residency


async def household_of(uow: UnitOfWork, person_id: int) -> int | None:
    """The household in which a person lives now."""
    today = uow.now.date()
    found: int | None = await uow.session.scalar(
        select(Residency.household_id)
        .where(Residency.person_id == person_id, or_(Residency.until_on.is_(None), Residency.until_on >= today))
        .order_by(Residency.since_on.desc().nulls_last(), Residency.id.desc())
        .limit(1)
    )
    return found


async def is_family(uow: UnitOfWork, actor: Actor, person_id: int, scope: ContactScope) -> bool:
    """Whether this person agreed that the actor, as a contact, does what `scope` names."""
    if actor.account_id is None:
        return False
    contacts = await elders_of_account(uow, actor.account_id)
    return any(one.person_id == person_id and scope.value in one.scopes for one in contacts)


async def may_act_for(
    uow: UnitOfWork, actor: Actor, person_id: int, *, permission: Permission, scope: ContactScope
) -> bool:
    """Whether the actor is this person, is family with `scope`, or holds `permission` where they live.

    Raises NotFound for nobody we know.
    """
    if person_id == actor.person_id:
        return True
    home = await home_of(uow, person_id)
    return may(actor, permission, home.org_path) or await is_family(uow, actor, person_id, scope)


async def wards_of(
    uow: UnitOfWork, actor: Actor, name: str, *, permission: Permission, most: int = 8
) -> Sequence[Person]:
    """The people of the actor's own grids, or of staff's community, whose name begins so."""
    paths = actor.paths_of(PERMISSIONS[permission])
    if not paths or not name:
        return []
    lives = (
        select(Residency.person_id)
        .join(Household, Household.id == Residency.household_id)
        .join(Address, Address.id == Household.address_id)
        .join(OrgUnit, OrgUnit.id == Address.grid_id)
        .where(or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths)))
    )
    community = select(OrgUnit.id).where(or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths)))
    found = select(Person).where(
        Person.name.startswith(name, autoescape=True), or_(Person.id.in_(lives), Person.community_id.in_(community))
    )
    return (await uow.session.scalars(found.order_by(Person.name, Person.id).limit(most))).all()


async def elders_of(uow: UnitOfWork, actor: Actor, scope: ContactScope) -> Sequence[Person]:
    """The people who let the actor, as family, do what `scope` names."""
    if actor.account_id is None:
        return []
    contacts = await elders_of_account(uow, actor.account_id)
    ids = [one.person_id for one in contacts if scope.value in one.scopes]
    return (await uow.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id))).all()
