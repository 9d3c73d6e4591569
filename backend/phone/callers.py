"""Who is at the other end of a line: what the number proves, and as whom they act."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from backend.kernel.access import Actor, Door
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallScript
from backend.registry import queries
from backend.registry.accounts import actor_of_account
from backend.registry.contacts import contacts_at_telephone
from backend.registry.contacts_models import FamilyContact, Telephone
from backend.registry.contacts_refusing import CALLER
from backend.registry.models import Account, OrgUnit, Person
from backend.registry.phones import phone_lookup
from backend.registry.telephones import telephone_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls or writes. A number that several people share proves none of them; everybody is heard."""

    telephone: Telephone
    number: str
    actor: Actor
    person: Person | None
    community: OrgUnit | None
    language: str = "zh_Hans"


async def who_calls(uow: UnitOfWork, number: str, *, home_code: str | None) -> Caller:
    """The caller behind a number in E.164; `home_code` is the community of who is known nowhere.

    They hold no roles: a caller's number can be forged, so it opens nothing that a stranger must not do.
    """
    telephone = await telephone_of(uow, number)
    person = await _only_person(uow, number)
    actor = await _actor(uow, person)
    contacts = await contacts_at_telephone(uow, telephone.id)
    community_id = person.community_id if person else contacts[0].community_id if contacts else None
    community = await _community(uow, community_id, home_code)
    return Caller(telephone, number, actor, person, community, actor.language)


async def actor_of_script(uow: UnitOfWork, script: CallScript) -> Actor:
    """As whom somebody acts who answers a call or an SMS of ours: whoever it was made for."""
    account_id = script.account_id
    name = ""
    if script.contact_id is not None:
        contact = await uow.session.get_one(FamilyContact, script.contact_id)
        account_id, name = contact.account_id, uow.vault.open(contact.name_sealed)
    account = await uow.session.get(Account, account_id) if account_id is not None else None
    if account is not None:
        return await actor_of_account(uow, account, Door.PHONE)
    return Actor(account_id=None, person_id=script.person_id, name=name, door=Door.PHONE)


async def _only_person(uow: UnitOfWork, number: str) -> Person | None:
    found = (
        await uow.session.scalars(select(Person).where(Person.phone_lookup == phone_lookup(uow, number)).limit(2))
    ).all()
    return found[0] if len(found) == 1 else None


async def _actor(uow: UnitOfWork, person: Person | None) -> Actor:
    if person is None:
        return CALLER
    account: Account | None = await uow.session.scalar(
        select(Account)
        .where(Account.person_id == person.id, Account.forgotten_at.is_(None))
        .order_by(Account.id)
        .limit(1)
    )
    if account is None:
        return Actor(account_id=None, person_id=person.id, name=person.name, door=Door.PHONE)
    return replace(await actor_of_account(uow, account, Door.PHONE), grants=())


async def _community(uow: UnitOfWork, community_id: int | None, home_code: str | None) -> OrgUnit | None:
    if community_id is not None:
        return await queries.org_unit(uow, community_id)
    everywhere = await queries.communities(uow)
    named = [unit for unit in everywhere if unit.code == home_code]
    return next(iter([*named, *everywhere]), None)
