"""A contact's own chat: a link from staff, opened once by the relative, makes it a way that is proved."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from backend.kernel.access import Actor, Permission
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName
from backend.registry.accounts import language_of_account
from backend.registry.contacts import access_contact
from backend.registry.contacts_errors import ConsentMissing
from backend.registry.contacts_models import ContactLink, ContactMethod, FamilyContact, MethodState
from backend.registry.models import Account, OrgUnit

LIFE = timedelta(days=7)
TOKEN_BYTES = 24


async def link_for_contact(uow: UnitOfWork, *, actor: Actor, contact_id: int) -> str:
    """A token for the contact's own chat, told this once; an earlier one ends. Raises ConsentMissing, NotFound."""
    contact = await access_contact(uow, actor, contact_id, Permission.EDIT_CONTACTS)
    if contact.consent_at is None:
        raise ConsentMissing
    await uow.session.execute(
        update(ContactLink)
        .where(ContactLink.contact_id == contact_id, ContactLink.used_at.is_(None))
        .values(expires_at=uow.now)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.session.add(
        ContactLink(
            contact_id=contact_id,
            token_digest=_digest(token),
            made_at=uow.now,
            made_by_id=actor.account_id,
            expires_at=uow.now + LIFE,
        )
    )
    audit(uow, actor, "contact.link", f"contact:{contact_id}")
    return token


async def link_account(uow: UnitOfWork, *, actor: Actor, account: Account, token: str) -> FamilyContact:
    """The relative opened the link: this chat is theirs from now on. Raises NotFound for a used or unknown one.

    Opening it again from the same chat changes nothing.
    """
    link = await uow.session.scalar(
        select(ContactLink).where(ContactLink.token_digest == _digest(token)).with_for_update()
    )
    contact = await uow.session.get(FamilyContact, link.contact_id) if link is not None else None
    if link is None or contact is None or contact.ended_at is not None:
        raise NotFound("contact.error.link_over")
    if link.used_at is not None and contact.account_id == account.id:
        return contact
    if link.used_at is not None or link.expires_at <= uow.now:
        raise NotFound("contact.error.link_over")
    link.used_at, contact.account_id = uow.now, account.id
    await _add_chat(uow, contact, account)
    audit(uow, actor, "contact.linked", f"contact:{contact.id}")
    return contact


async def _add_chat(uow: UnitOfWork, contact: FamilyContact, account: Account) -> None:
    known = await uow.session.scalar(
        select(ContactMethod).where(
            ContactMethod.contact_id == contact.id,
            ContactMethod.channel == ChannelName.TELEGRAM.value,
            ContactMethod.ended_at.is_(None),
        )
    )
    community = await uow.session.get_one(OrgUnit, contact.community_id)
    way = known or ContactMethod(
        contact_id=contact.id,
        channel=ChannelName.TELEGRAM.value,
        time_zone=community.time_zone,
        added_at=uow.now,
    )
    way.language = language_of_account(account).value
    way.state, way.verified_at, way.last_proven_at = MethodState.VERIFIED, uow.now, uow.now
    uow.session.add(way)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
