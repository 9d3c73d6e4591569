"""Joining as a resident: a telephone shared in chat, matched with the registry, links account and person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from backend.kernel.access import Actor, Permission, check_access, may
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.errors import NotOwnContact
from backend.registry.events import JoiningUndecided, ResidentJoined
from backend.registry.models import Account, Person
from backend.registry.phones import phone_lookup, shared_phone
from backend.registry.rules import AGE_OF_OWN_CONSENT, age_on


class Joined(StrEnum):
    """How sharing a telephone ended."""

    LINKED = "linked"
    STRANGER = "stranger"
    STAFF_DECIDE = "staff_decide"


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A contact as Telegram delivers it; `telegram_id` is missing when the contact is not a Telegram user."""

    phone: str
    telegram_id: int | None


async def join_as_resident(uow: UnitOfWork, *, actor: Actor, account: Account, contact: SharedContact) -> Joined:
    """Link the account with the one person of the registry who has this telephone.

    Nobody has it: still a stranger, who may report all the same. Several have it, or a child: staff decide.
    Raises NotOwnContact (Telegram vouches only for one's own number) and PhoneUnreadable. Twice is safe.
    """
    if contact.telegram_id is None or contact.telegram_id != account.telegram_id:
        raise NotOwnContact
    proved = phone_lookup(uow, shared_phone(contact.phone))
    if account.phone_lookup != proved:
        account.phone_lookup = proved
        audit(uow, actor, "account.phone_proved", f"account:{account.id}")
    matches = await _matches(uow, account)
    if not matches:
        return Joined.STRANGER
    if len(matches) > 1 or _needs_guardian(uow, matches[0]):
        uow.record(JoiningUndecided(account_id=account.id))
        return Joined.STAFF_DECIDE
    await _link(uow, actor, account, matches[0])
    return Joined.LINKED


async def candidates_for(uow: UnitOfWork, *, actor: Actor, account_id: int) -> Sequence[Person]:
    """The people who have the telephone that this account proved, as far as the actor may read them."""
    account = await uow.session.get(Account, account_id)
    if account is None:
        raise NotFound
    matches = await _matches(uow, account)
    return [person for person in matches if await _may_read(uow, actor, person)]


async def decide_resident(uow: UnitOfWork, *, actor: Actor, account_id: int, person_id: int) -> None:
    """Say which of the candidates an account is; raises NotFound for anybody else, AccessDenied."""
    chosen = [one for one in await candidates_for(uow, actor=actor, account_id=account_id) if one.id == person_id]
    account = await uow.session.get(Account, account_id)
    if not chosen or account is None:
        raise NotFound
    await _link(uow, actor, account, chosen[0])


async def access_person(uow: UnitOfWork, *, actor: Actor, person_id: int) -> Person:
    """The person, if the actor may read them (or is them); raises NotFound, AccessDenied."""
    person = await uow.session.get(Person, person_id)
    if person is None:
        raise NotFound
    if actor.person_id != person.id:
        community = await queries.org_unit(uow, person.community_id)
        check_access(actor, Permission.READ_PERSON, community.path)
    return person


async def _may_read(uow: UnitOfWork, actor: Actor, person: Person) -> bool:
    community = await queries.org_unit(uow, person.community_id)
    return may(actor, Permission.READ_PERSON, community.path)


async def _matches(uow: UnitOfWork, account: Account) -> Sequence[Person]:
    if account.phone_lookup is None:
        return ()
    found = select(Person).where(Person.phone_lookup == account.phone_lookup).order_by(Person.id)
    return (await uow.session.scalars(found)).all()


def _needs_guardian(uow: UnitOfWork, person: Person) -> bool:
    return person.born_on is not None and age_on(uow.now.date(), person.born_on) < AGE_OF_OWN_CONSENT


async def _link(uow: UnitOfWork, actor: Actor, account: Account, person: Person) -> None:
    if account.person_id == person.id:
        return
    community = await queries.org_unit(uow, person.community_id)
    before, after = {"person_id": account.person_id}, {"person_id": person.id}
    audit(uow, actor, "account.link", f"account:{account.id}", org_path=community.path, before=before, after=after)
    account.person_id = person.id
    account.community_id = person.community_id
    decided_by = actor.account_id if actor.account_id != account.id else None
    uow.record(ResidentJoined(account_id=account.id, person_id=person.id, decided_by_id=decided_by))
