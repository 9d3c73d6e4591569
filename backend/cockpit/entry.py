"""Coming in: the one-time link that `/web` gives in chat, and its exchange for a session."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, update

from backend.cockpit.errors import LinkSpent
from backend.cockpit.models import WebEntry, WebSession
from backend.kernel.access import PERMISSIONS, Actor, Door, Permission
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.accounts import actor_of_account
from backend.registry.models import Account

LINK_LIFE = timedelta(minutes=5)
TOKEN_BYTES = 16
SESSION_BYTES = 32
LONGEST_TOKEN = 64


def may_open_web(actor: Actor) -> bool:
    """Whether any role of the actor, anywhere, opens the web pages."""
    return bool(actor.paths_of(PERMISSIONS[Permission.OPEN_WEB]))


async def open_web_door(uow: UnitOfWork, *, actor: Actor) -> str:
    """Make the token of a one-time link for this staff member; a link that they did not use yet is dead from now on.

    Raises AccessDenied for everybody without a role that opens the web. The token is told only here.
    """
    if actor.account_id is None or not may_open_web(actor):
        raise AccessDenied
    await uow.session.execute(
        delete(WebEntry).where(WebEntry.account_id == actor.account_id, WebEntry.used_at.is_(None))
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.session.add(
        WebEntry(
            token_digest=digest(token),
            account_id=actor.account_id,
            created_at=uow.now,
            expires_at=uow.now + LINK_LIFE,
        )
    )
    audit(uow, actor, "web.link_given", f"account:{actor.account_id}")
    return token


def web_link(base_url: str, token: str) -> str:
    """The address to send. The token stands behind `#`: browsers and link previews never send that part to a server."""
    return f"{base_url.rstrip('/')}/web/enter#{token}"


async def enter_web(uow: UnitOfWork, *, token: str) -> str:
    """Spend the link and return the secret of a new session; raises LinkSpent, whatever is wrong with it.

    Two browsers with the same link at the same moment: the database lets one in.
    """
    account_id = await uow.session.scalar(
        update(WebEntry)
        .where(
            WebEntry.token_digest == digest(token[:LONGEST_TOKEN]),
            WebEntry.used_at.is_(None),
            WebEntry.expires_at > uow.now,
        )
        .values(used_at=uow.now)
        .returning(WebEntry.account_id)
    )
    account = await uow.session.get(Account, account_id) if account_id is not None else None
    if account is None or account.forgotten_at is not None:
        raise LinkSpent
    actor = await actor_of_account(uow, account, Door.WEB)
    if not may_open_web(actor):
        raise LinkSpent
    secret = secrets.token_urlsafe(SESSION_BYTES)
    session = WebSession(token_digest=digest(secret), account_id=account.id, created_at=uow.now, seen_at=uow.now)
    uow.session.add(session)
    audit(uow, actor, "web.signed_in", f"account:{account.id}")
    return secret


def digest(secret: str) -> str:
    """What is kept of a secret; secrets here have 128 bits or more, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()
