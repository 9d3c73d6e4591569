"""What points need to know of people: who lives with whom, who may act for whom, in which chats they are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from backend.kernel.access import PERMISSIONS, Actor, Permission, may
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import NotAResident, NotForThem
from backend.registry.contacts import elders_of_account
from backend.registry.contacts_models import ContactScope
from backend.registry.homes import home_of
from backend.registry.models import Account, Address, Household, OrgUnit, Person, Residency
from backend.registry.queries import org_unit


def own_person(actor: Actor) -> int:
    """The person whom the actor is. Raises NotAResident for somebody whom the registry does not know yet."""
    if actor.person_id is None:
        raise NotAResident
    return actor.person_id


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


async def live_together(uow: UnitOfWork, one: int, other: int) -> bool:
    """Whether two people are one household."""
    household = await household_of(uow, one)
    return household is not None and household == await household_of(uow, other)


async def acted_for(uow: UnitOfWork, actor: Actor, person_id: int | None) -> int:
    """The person for whom the actor acts: by default oneself.

    For others: family with the scope `points`, the worker of their grid, staff. Raises NotAResident, NotFound,
    NotForThem.
    """
    if person_id is None or person_id == actor.person_id:
        return own_person(actor)
    home = await home_of(uow, person_id)
    if not (may(actor, Permission.USE_POINTS_FOR_OTHERS, home.org_path) or await _is_family(uow, actor, person_id)):
        raise NotForThem
    return person_id


async def may_act_for(uow: UnitOfWork, actor: Actor, person_id: int) -> bool:
    """Whether `acted_for` would let the actor act for this person."""
    try:
        await acted_for(uow, actor, person_id)
    except (NotForThem, NotAResident):
        return False
    return True


async def _is_family(uow: UnitOfWork, actor: Actor, person_id: int) -> bool:
    if actor.account_id is None:
        return False
    contacts = await elders_of_account(uow, actor.account_id)
    return any(one.person_id == person_id and ContactScope.POINTS.value in one.scopes for one in contacts)


async def wards_of(uow: UnitOfWork, actor: Actor, name: str, *, most: int = 8) -> Sequence[Person]:
    """The people of the actor's own grids, or staff's community, whose name begins so; for acting for them."""
    paths = actor.paths_of(PERMISSIONS[Permission.USE_POINTS_FOR_OTHERS])
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


async def chats_of(uow: UnitOfWork, person_ids: Sequence[int]) -> Sequence[Account]:
    """The accounts in which these persons can be told something."""
    found = select(Account).where(
        Account.person_id.in_(person_ids), Account.blocked_at.is_(None), Account.forgotten_at.is_(None)
    )
    return (await uow.session.scalars(found.order_by(Account.id))).all()


async def name_of(uow: UnitOfWork, person_id: int | None) -> str:
    """A person's name as the registry has it; empty for nobody."""
    if person_id is None:
        return ""
    return await uow.session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def masked(name: str) -> str:
    """A name for strangers: the first sign, the rest hidden."""
    return name[:1] + "*" * min(len(name) - 1, 2) if name else ""


async def path_of(uow: UnitOfWork, unit_id: int) -> str:
    """The org path of a unit."""
    return (await org_unit(uow, unit_id)).path
