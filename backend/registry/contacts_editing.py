"""Contacts and their ways are added, changed and ended: by staff and grid workers, each act in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import available_timezones

from sqlalchemy import func, select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName
from backend.registry.contacts import access_contact
from backend.registry.contacts_errors import (
    ConsentMissing,
    ContactNameMissing,
    MethodKnown,
    MethodNeedsAccount,
    MethodOptedOut,
    QuietHoursInvalid,
    RankOutOfRange,
    TooManyContacts,
)
from backend.registry.contacts_models import (
    ContactMethod,
    ContactScope,
    FamilyContact,
    MethodState,
    RelationKind,
    Telephone,
)
from backend.registry.errors import LanguageUnknown
from backend.registry.homes import home_of
from backend.registry.models import Account
from backend.registry.phones import normalised_phone
from backend.registry.telephones import telephone_of

MOST_CONTACTS = 12
LARGEST_RANK = 20
LONGEST_NAME = 60
CONSENT_VERSION = "2026-1"
"""The wording of `contact.consent_text`; whoever changes what people agree to raises it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """Who is to be called, in which order, and what the elder lets them know."""

    name: str
    relation: RelationKind
    rank: int
    scopes: frozenset[ContactScope] = frozenset()
    account_id: int | None = None
    contact_person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMethod:
    """A way to a contact; `phone` as it was said, for SMS and voice."""

    channel: ChannelName
    phone: str = ""
    language: str = Language.CHINESE.value
    time_zone: str = "Asia/Shanghai"
    quiet_from: time | None = None
    quiet_until: time | None = None


async def add_contact(uow: UnitOfWork, *, actor: Actor, person_id: int, contact: NewContact) -> FamilyContact:
    """Put somebody on the ladder of this person; nobody calls them before `note_consent`.

    Raises NotFound, AccessDenied, ContactNameMissing, RankOutOfRange, TooManyContacts.
    """
    home = await home_of(uow, person_id)
    check_access(actor, Permission.EDIT_CONTACTS, home.org_path)
    name = _clean_name(contact.name)
    _check_rank(contact.rank)
    await _check_room(uow, person_id)
    row = FamilyContact(
        community_id=home.person.community_id,
        person_id=person_id,
        contact_person_id=contact.contact_person_id,
        account_id=contact.account_id,
        name_sealed=uow.vault.seal(name),
        relation=contact.relation,
        rank=contact.rank,
        scopes=sorted(contact.scopes),
        added_at=uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    after = {"person": person_id, "relation": contact.relation.value, "rank": contact.rank, "scopes": row.scopes}
    audit(uow, actor, "contact.add", f"contact:{row.id}", org_path=home.org_path, after=after)
    return row


async def note_consent(uow: UnitOfWork, *, actor: Actor, contact_id: int) -> None:
    """Write down that the contact agrees to be called and the elder to what they may know. Twice is safe."""
    contact = await access_contact(uow, actor, contact_id, Permission.EDIT_CONTACTS)
    if contact.consent_at is not None:
        return
    contact.consent_at, contact.consent_by_id, contact.consent_version = uow.now, actor.account_id, CONSENT_VERSION
    audit(uow, actor, "contact.consent", f"contact:{contact_id}", after={"version": CONSENT_VERSION})


async def end_contact(uow: UnitOfWork, *, actor: Actor, contact_id: int) -> None:
    """Call this person no more; the row stays as history."""
    contact = await access_contact(uow, actor, contact_id, Permission.EDIT_CONTACTS)
    contact.ended_at = uow.now
    audit(uow, actor, "contact.end", f"contact:{contact_id}")


async def change_rank(uow: UnitOfWork, *, actor: Actor, contact_id: int, rank: int) -> None:
    """Move a contact on the ladder. Raises RankOutOfRange."""
    contact = await access_contact(uow, actor, contact_id, Permission.EDIT_CONTACTS)
    _check_rank(rank)
    audit(uow, actor, "contact.rank", f"contact:{contact_id}", before={"rank": contact.rank}, after={"rank": rank})
    contact.rank = rank


async def change_scopes(uow: UnitOfWork, *, actor: Actor, contact_id: int, scopes: Iterable[ContactScope]) -> None:
    """Let a contact know and do exactly this, as the elder has said."""
    contact = await access_contact(uow, actor, contact_id, Permission.EDIT_CONTACTS)
    before, contact.scopes = contact.scopes, sorted(set(scopes))
    audit(
        uow,
        actor,
        "contact.scopes",
        f"contact:{contact_id}",
        before={"scopes": before},
        after={"scopes": contact.scopes},
    )


async def mute_contact(uow: UnitOfWork, *, actor: Actor, contact_id: int, until: datetime | None) -> None:
    """Hold what is not critical from a contact until then (None: no longer): their own wish, or staff's for them."""
    contact = await uow.session.get(FamilyContact, contact_id)
    if contact is None or contact.ended_at is not None:
        raise NotFound
    if contact.account_id is None or contact.account_id != actor.account_id:
        contact = await access_contact(uow, actor, contact_id, Permission.EDIT_CONTACTS)
    contact.muted_until = until
    after = {"until": until.isoformat() if until else None}
    audit(uow, actor, "contact.mute", f"contact:{contact_id}", after=after)


async def forget_account_of_contacts(uow: UnitOfWork, *, account_id: int) -> None:
    """Somebody asked to be forgotten in chat: their chat reaches them no more. By telephone they stay a contact."""
    contacts = await uow.session.scalars(select(FamilyContact).where(FamilyContact.account_id == account_id))
    for contact in contacts.all():
        contact.account_id = None
        ways = await uow.session.scalars(
            select(ContactMethod).where(
                ContactMethod.contact_id == contact.id,
                ContactMethod.channel == ChannelName.TELEGRAM.value,
                ContactMethod.ended_at.is_(None),
            )
        )
        for way in ways.all():
            way.ended_at = uow.now


async def add_method(uow: UnitOfWork, *, actor: Actor, contact_id: int, method: NewMethod) -> ContactMethod:
    """Add a way to a contact: a chat counts at once, because its account proves itself; a telephone is to be proved.

    Raises ConsentMissing, MethodKnown, MethodNeedsAccount, MethodOptedOut, PhoneUnreadable, QuietHoursInvalid,
    LanguageUnknown.
    """
    contact = await access_contact(uow, actor, contact_id, Permission.EDIT_CONTACTS)
    if contact.consent_at is None:
        raise ConsentMissing
    _check_habits(method)
    telephone = await _telephone(uow, contact, method)
    await _check_new(uow, contact_id, method.channel, telephone)
    is_chat = telephone is None
    row = ContactMethod(
        contact_id=contact_id,
        channel=method.channel.value,
        telephone_id=telephone.id if telephone else None,
        language=method.language,
        state=MethodState.VERIFIED if is_chat else MethodState.PENDING,
        verified_at=uow.now if is_chat else None,
        last_proven_at=uow.now if is_chat else None,
        quiet_from=method.quiet_from,
        quiet_until=method.quiet_until,
        time_zone=method.time_zone,
        added_at=uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    audit(uow, actor, "contact.add_method", f"contact:{contact_id}", after={"method": row.id, "channel": row.channel})
    return row


async def end_method(uow: UnitOfWork, *, actor: Actor, method_id: int) -> None:
    """Use this way no more."""
    method = await access_method(uow, actor, method_id)
    method.ended_at = uow.now
    audit(uow, actor, "contact.end_method", f"contact:{method.contact_id}", before={"method": method_id})


async def access_method(uow: UnitOfWork, actor: Actor, method_id: int) -> ContactMethod:
    """A way that has not ended, for who may change it; raises NotFound or AccessDenied."""
    method = await uow.session.get(ContactMethod, method_id)
    if method is None or method.ended_at is not None:
        raise NotFound
    await access_contact(uow, actor, method.contact_id, Permission.EDIT_CONTACTS)
    return method


async def _telephone(uow: UnitOfWork, contact: FamilyContact, method: NewMethod) -> Telephone | None:
    if method.channel is ChannelName.TELEGRAM:
        if contact.account_id is None or await uow.session.get(Account, contact.account_id) is None:
            raise MethodNeedsAccount
        return None
    telephone = await telephone_of(uow, normalised_phone(method.phone))
    if telephone.opted_out_at is not None:
        raise MethodOptedOut
    return telephone


async def _check_new(uow: UnitOfWork, contact_id: int, channel: ChannelName, telephone: Telephone | None) -> None:
    same = select(func.count()).where(
        ContactMethod.contact_id == contact_id,
        ContactMethod.channel == channel.value,
        ContactMethod.telephone_id.is_not_distinct_from(telephone.id if telephone else None),
        ContactMethod.ended_at.is_(None),
    )
    if await uow.session.scalar(same):
        raise MethodKnown


async def _check_room(uow: UnitOfWork, person_id: int) -> None:
    live = select(func.count()).where(FamilyContact.person_id == person_id, FamilyContact.ended_at.is_(None))
    if (await uow.session.scalar(live) or 0) >= MOST_CONTACTS:
        raise TooManyContacts(MOST_CONTACTS)


def _check_rank(rank: int) -> None:
    if not 1 <= rank <= LARGEST_RANK:
        raise RankOutOfRange(LARGEST_RANK)


def _check_habits(method: NewMethod) -> None:
    if method.language not in {known.value for known in Language}:
        raise LanguageUnknown
    edges = (method.quiet_from, method.quiet_until)
    is_whole = edges == (None, None) or (None not in edges and edges[0] != edges[1])
    if not is_whole or method.time_zone not in available_timezones():
        raise QuietHoursInvalid


def _clean_name(name: str) -> str:
    clean = " ".join(name.replace("\x00", "").split())[:LONGEST_NAME]
    if not clean:
        raise ContactNameMissing
    return clean
