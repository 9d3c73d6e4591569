"""Who is called for an elder, in which order and by which ways: the reads. The writes stand in `contacts_*`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, Recipient
from backend.registry.contacts_models import (
    REACHABLE,
    ContactMethod,
    ContactScope,
    FamilyContact,
    MethodState,
    RelationKind,
)
from backend.registry.homes import home_of
from backend.registry.models import Account
from backend.registry.telephones import telephone_address


@dataclass(frozen=True, slots=True)
class Method:
    """One way to a contact. `address` is what a recipient takes: a chat's id, or the id of a telephone's row."""

    id: int
    channel: ChannelName
    address: str
    language: str
    state: MethodState
    time_zone: str
    quiet_from: time | None = None
    quiet_until: time | None = None
    last_proven_at: datetime | None = None
    account_id: int | None = None

    @property
    def to(self) -> Recipient:
        """The recipient of a message by this way."""
        return Recipient(self.channel, self.address, account_id=self.account_id)

    def is_quiet_at(self, now: datetime) -> bool:
        """Whether the contact sleeps by their own clock; what saves lives does not ask."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        there = now.astimezone(ZoneInfo(self.time_zone)).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= there < self.quiet_until
        return there >= self.quiet_from or there < self.quiet_until


@dataclass(frozen=True, slots=True)
class Rung:
    """One contact of the ladder with all ways that were proved."""

    contact_id: int
    rank: int
    relation: RelationKind
    name: str
    account_id: int | None
    methods: tuple[Method, ...]
    scopes: frozenset[ContactScope] = frozenset()
    muted_until: datetime | None = None

    def is_muted_at(self, now: datetime) -> bool:
        """Whether they want to hear only what is critical."""
        return self.muted_until is not None and now < self.muted_until


@dataclass(frozen=True, slots=True)
class ListedContact:
    """A contact as staff see them: also before consent and proof, with all ways."""

    contact_id: int
    rank: int
    relation: RelationKind
    name: str
    consent_at: datetime | None
    methods: tuple[Method, ...]


async def ladder_of(uow: UnitOfWork, *, person_id: int) -> tuple[Rung, ...]:
    """Whom to call for this person, by rank: contacts with consent, each with the ways that were proved.

    A contact who has no such way now is left out. For the program itself; people read `contacts_of`.
    """
    with_consent = _contacts(person_id).where(FamilyContact.consent_at.is_not(None))
    contacts = (await uow.session.scalars(with_consent)).all()
    methods = await _methods_by_contact(uow, contacts, REACHABLE)
    return tuple(_rung(uow, row, methods[row.id]) for row in contacts if methods.get(row.id))


async def methods_of(uow: UnitOfWork, contact_id: int) -> tuple[Method, ...]:
    """The proved ways to one contact; none before consent or after the end."""
    contact = await uow.session.get(FamilyContact, contact_id)
    if contact is None or contact.ended_at is not None or contact.consent_at is None:
        return ()
    return (await _methods_by_contact(uow, [contact], REACHABLE)).get(contact_id, ())


async def contacts_of(uow: UnitOfWork, *, actor: Actor, person_id: int) -> tuple[ListedContact, ...]:
    """All contacts of a person for who may read them, by rank. Raises NotFound or AccessDenied."""
    home = await home_of(uow, person_id)
    check_access(actor, Permission.READ_CONTACTS, home.org_path)
    contacts = (await uow.session.scalars(_contacts(person_id))).all()
    methods = await _methods_by_contact(uow, contacts, tuple(MethodState))
    return tuple(
        ListedContact(
            row.id, row.rank, row.relation, uow.vault.open(row.name_sealed), row.consent_at, methods.get(row.id, ())
        )
        for row in contacts
    )


async def elders_of_account(uow: UnitOfWork, account_id: int) -> Sequence[FamilyContact]:
    """For whom this account is a contact with consent, by id."""
    found = select(FamilyContact).where(
        FamilyContact.account_id == account_id,
        FamilyContact.ended_at.is_(None),
        FamilyContact.consent_at.is_not(None),
    )
    return (await uow.session.scalars(found.order_by(FamilyContact.id))).all()


async def contacts_at_telephone(uow: UnitOfWork, telephone_id: int) -> Sequence[FamilyContact]:
    """Whose contact may speak from this telephone: with consent and a proved way to it, by id."""
    found = (
        select(FamilyContact)
        .join(ContactMethod, ContactMethod.contact_id == FamilyContact.id)
        .where(
            ContactMethod.telephone_id == telephone_id,
            ContactMethod.ended_at.is_(None),
            ContactMethod.state.in_(REACHABLE),
            FamilyContact.ended_at.is_(None),
            FamilyContact.consent_at.is_not(None),
        )
        .order_by(FamilyContact.id)
        .distinct()
    )
    return (await uow.session.scalars(found)).all()


async def access_contact(uow: UnitOfWork, actor: Actor, contact_id: int, permission: Permission) -> FamilyContact:
    """A contact that has not ended, for who may do this to it; raises NotFound or AccessDenied."""
    contact = await uow.session.get(FamilyContact, contact_id)
    if contact is None or contact.ended_at is not None:
        raise NotFound
    home = await home_of(uow, contact.person_id)
    check_access(actor, permission, home.org_path)
    return contact


def _contacts(person_id: int) -> Select[FamilyContact]:
    return (
        select(FamilyContact)
        .where(FamilyContact.person_id == person_id, FamilyContact.ended_at.is_(None))
        .order_by(FamilyContact.rank, FamilyContact.id)
    )


async def _methods_by_contact(
    uow: UnitOfWork, contacts: Iterable[FamilyContact], states: Sequence[MethodState]
) -> dict[int, tuple[Method, ...]]:
    by_id = {contact.id: contact for contact in contacts}
    rows = await uow.session.execute(
        select(ContactMethod, Account.telegram_id, Account.id)
        .join(FamilyContact, FamilyContact.id == ContactMethod.contact_id)
        .outerjoin(Account, Account.id == FamilyContact.account_id)
        .where(ContactMethod.contact_id.in_(by_id), ContactMethod.ended_at.is_(None), ContactMethod.state.in_(states))
        .order_by(ContactMethod.id)
    )
    found: dict[int, tuple[Method, ...]] = {}
    for row, chat_id, account_id in rows:
        method = _method(row, chat_id, account_id)
        if method is not None:
            found[row.contact_id] = (*found.get(row.contact_id, ()), method)
    return found


def _method(row: ContactMethod, chat_id: int | None, account_id: int | None) -> Method | None:
    """The way as others see it; None for a chat whose account is gone."""
    channel = ChannelName(row.channel)
    is_chat = channel is ChannelName.TELEGRAM
    if is_chat and chat_id is None:
        return None
    address = str(chat_id) if is_chat else telephone_address(row.telephone_id or 0)
    return Method(
        id=row.id,
        channel=channel,
        address=address,
        language=row.language,
        state=row.state,
        time_zone=row.time_zone,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        last_proven_at=row.last_proven_at,
        account_id=account_id if is_chat else None,
    )


def _rung(uow: UnitOfWork, row: FamilyContact, methods: tuple[Method, ...]) -> Rung:
    return Rung(
        contact_id=row.id,
        rank=row.rank,
        relation=row.relation,
        name=uow.vault.open(row.name_sealed),
        account_id=row.account_id,
        methods=methods,
        scopes=frozenset(ContactScope(scope) for scope in row.scopes),
        muted_until=row.muted_until,
    )
