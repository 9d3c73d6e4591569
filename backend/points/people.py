"""What points need to know of people: for whom they act, who lives with whom, in which chats they are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backend.kernel.access import Actor, Permission
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import NotAResident, NotForThem
from backend.registry.acting import household_of, may_act_for
from backend.registry.contacts_models import ContactScope
from backend.registry.models import Account, Person
from backend.registry.queries import org_unit


def own_person(actor: Actor) -> int:
    """The person whom the actor is. Raises NotAResident for somebody whom the registry does not know yet."""
    if actor.person_id is None:
        raise NotAResident
    return actor.person_id


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
    if not await may_use_points_of(uow, actor, person_id):
        raise NotForThem
    return person_id


async def may_use_points_of(uow: UnitOfWork, actor: Actor, person_id: int) -> bool:
    """Whether `acted_for` would let the actor act for this person. Raises NotFound for nobody we know."""
    return await may_act_for(
        uow, actor, person_id, permission=Permission.USE_POINTS_FOR_OTHERS, scope=ContactScope.POINTS
    )


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
