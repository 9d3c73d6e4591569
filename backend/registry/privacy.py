"""What a person may ask about themselves: a copy of everything, and to be forgotten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.contacts_models import ContactMethod, FamilyContact, Telephone
from backend.registry.errors import RoleStillHeld
from backend.registry.events import AccountForgotten
from backend.registry.models import Account, Address, CareTag, Household, Person, Residency

SHOWN_DIGITS = 4


async def own_record(uow: UnitOfWork, *, actor: Actor, account: Account) -> dict[str, Any]:
    """Everything that the registry holds of this person, readable and complete; that it was handed out is recorded.

    Plain values only, so that it can be written as JSON.
    """
    audit(uow, actor, "account.export", f"account:{account.id}")
    person = await uow.session.get(Person, account.person_id) if account.person_id is not None else None
    return {
        "account": await _account(uow, account),
        "person": _person(uow, person) if person else None,
        "homes": await _homes(uow, person) if person else [],
        "care": await _care(uow, person) if person else [],
        "contacts": await _contacts(uow, person) if person else [],
        "contact_of": await _contact_of(uow, account),
    }


async def forget_account(uow: UnitOfWork, *, actor: Actor, account: Account) -> None:
    """Cut every tie between this Telegram user and the account, and let the other domains do the same.

    The account stays as an empty shell for the history of issues; who writes again is somebody new. The registry
    record of the person is the community's and stays. Raises RoleStillHeld. Twice is safe.
    """
    if await queries.live_grants(uow, account.id):
        raise RoleStillHeld
    if account.forgotten_at is not None:
        return
    audit(uow, actor, "account.forget", f"account:{account.id}")
    account.telegram_id = -account.id  # no user has a negative id; the column must stay filled and unique
    account.display_name = ""
    account.username = account.language = account.telegram_language = account.phone_lookup = None
    account.person_id = account.community_id = account.partner_id = None
    account.on_duty = False
    account.blocked_at = account.forgotten_at = uow.now
    uow.record(AccountForgotten(account_id=account.id))


async def _account(uow: UnitOfWork, account: Account) -> dict[str, Any]:
    return {
        "telegram_id": account.telegram_id,
        "name": account.display_name,
        "username": account.username,
        "language": account.language or account.telegram_language,
        "since": account.created_at.isoformat(),
        "seen": account.seen_at.isoformat(),
        "roles": [
            {"role": grant.role.value, "org_unit": unit.name, "since": grant.granted_at.isoformat()}
            for grant, unit in await queries.live_grants(uow, account.id)
        ],
    }


def _person(uow: UnitOfWork, person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "gender": person.gender,
        "born_on": person.born_on.isoformat() if person.born_on else None,
        "identity_number": uow.vault.open(person.identity_sealed) if person.identity_sealed else None,
        "phone": uow.vault.open(person.phone_sealed) if person.phone_sealed else None,
    }


async def _homes(uow: UnitOfWork, person: Person) -> list[dict[str, Any]]:
    rows = await uow.session.execute(
        select(Residency, Address.label)
        .join(Household, Household.id == Residency.household_id)
        .join(Address, Address.id == Household.address_id)
        .where(Residency.person_id == person.id)
        .order_by(Residency.id)
    )
    return [
        {
            "address": label,
            "role": residency.role,
            "since": residency.since_on.isoformat() if residency.since_on else None,
            "until": residency.until_on.isoformat() if residency.until_on else None,
        }
        for residency, label in rows
    ]


async def _contacts(uow: UnitOfWork, person: Person) -> list[dict[str, Any]]:
    """Who is called for this person. Their numbers are theirs: of each only the last digits are shown."""
    found = select(FamilyContact).where(FamilyContact.person_id == person.id).order_by(FamilyContact.id)
    return [
        {
            "name": uow.vault.open(contact.name_sealed),
            "relation": contact.relation.value,
            "rank": contact.rank,
            "may": list(contact.scopes),
            "agreed": contact.consent_at.isoformat() if contact.consent_at else None,
            "until": contact.ended_at.isoformat() if contact.ended_at else None,
            "ways": await _ways(uow, contact),
        }
        for contact in (await uow.session.scalars(found)).all()
    ]


async def _ways(uow: UnitOfWork, contact: FamilyContact) -> list[dict[str, Any]]:
    rows = await uow.session.execute(
        select(ContactMethod, Telephone.number_sealed)
        .outerjoin(Telephone, Telephone.id == ContactMethod.telephone_id)
        .where(ContactMethod.contact_id == contact.id, ContactMethod.ended_at.is_(None))
        .order_by(ContactMethod.id)
    )
    return [
        {
            "channel": way.channel,
            "number": f"…{uow.vault.open(sealed)[-SHOWN_DIGITS:]}" if sealed else None,
            "state": way.state.value,
            "proved": way.last_proven_at.isoformat() if way.last_proven_at else None,
        }
        for way, sealed in rows.all()
    ]


async def _contact_of(uow: UnitOfWork, account: Account) -> list[dict[str, Any]]:
    """For whom this person is called; of the other person nothing but the name that they know."""
    rows = await uow.session.execute(
        select(FamilyContact, Person.name)
        .join(Person, Person.id == FamilyContact.person_id)
        .where(FamilyContact.account_id == account.id)
        .order_by(FamilyContact.id)
    )
    return [
        {
            "for": name,
            "relation": contact.relation.value,
            "may": list(contact.scopes),
            "until": contact.ended_at.isoformat() if contact.ended_at else None,
        }
        for contact, name in rows
    ]


async def _care(uow: UnitOfWork, person: Person) -> list[dict[str, Any]]:
    tags = await uow.session.scalars(select(CareTag).where(CareTag.person_id == person.id).order_by(CareTag.id))
    return [{"kind": tag.kind, "colour": tag.colour, "visit_every_days": tag.visit_every_days} for tag in tags]
