"""For whom a booking is: oneself, one's child, or somebody who agreed that others act for them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.bookings.errors import ConsentMissing, NotForThem
from backend.bookings.models import Child, GuardianConsent
from backend.kernel.access import Actor, Permission
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.acting import household_of, may_act_for
from backend.registry.contacts_models import ContactScope
from backend.registry.models import Account, Person
from backend.registry.rules import age_on


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """`account_id` is who hears of it in chat; None for somebody who has no chat: then whoever booked hears."""

    key: str
    person_id: int | None = None
    child_id: int | None = None
    household_id: int | None = None
    age: int | None = None
    account_id: int | None = None


async def myself(uow: UnitOfWork, actor: Actor) -> Beneficiary:
    """The actor: somebody of the registry, with a chat or only a telephone, or a chat that it does not know yet."""
    if actor.person_id is None:
        if actor.account_id is None:
            raise NotForThem
        return Beneficiary(f"account:{actor.account_id}", account_id=actor.account_id)
    return await _person(uow, actor.person_id, actor.account_id)


async def my_child(uow: UnitOfWork, actor: Actor, child_id: int) -> Beneficiary:
    """A child whose guardian the actor is. Raises NotFound, ConsentMissing."""
    child = await uow.session.get(Child, child_id)
    if child is None or child.removed_at is not None or child.guardian_id != actor.account_id:
        raise NotFound
    consent = await uow.session.scalar(
        select(GuardianConsent.id).where(GuardianConsent.child_id == child_id, GuardianConsent.ended_at.is_(None))
    )
    if consent is None:
        raise ConsentMissing
    guardian = await uow.session.get_one(Account, child.guardian_id)
    household = await household_of(uow, guardian.person_id) if guardian.person_id else None
    age = uow.now.year - child.birth_year - ((uow.now.month, 1) < (child.birth_month, 1))
    return Beneficiary(f"child:{child_id}", None, child_id, household, age, child.guardian_id)


async def somebody(uow: UnitOfWork, actor: Actor, person_id: int) -> Beneficiary:
    """A person for whom the actor may act: as family with the scope `book`, or as their grid's worker or staff.

    Raises NotFound, NotForThem.
    """
    if person_id == actor.person_id:
        return await myself(uow, actor)
    if not await may_book_for(uow, actor, person_id):
        raise NotForThem
    account_id = await uow.session.scalar(
        select(Account.id).where(Account.person_id == person_id, Account.blocked_at.is_(None)).limit(1)
    )
    return await _person(uow, person_id, account_id)


async def may_book_for(uow: UnitOfWork, actor: Actor, person_id: int) -> bool:
    """Whether the actor books for this person; raises NotFound for nobody we know."""
    return await may_act_for(uow, actor, person_id, permission=Permission.BOOK_FOR_OTHERS, scope=ContactScope.BOOK)


async def _person(uow: UnitOfWork, person_id: int, account_id: int | None) -> Beneficiary:
    person = await uow.session.get_one(Person, person_id)
    age = age_on(uow.now.date(), person.born_on) if person.born_on else None
    return Beneficiary(f"person:{person_id}", person_id, None, await household_of(uow, person_id), age, account_id)
