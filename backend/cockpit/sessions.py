"""Sessions of signed-in staff: found by cookie with the roles of this very moment, and ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from backend.cockpit.entry import LONGEST_TOKEN, digest, may_open_web
from backend.cockpit.errors import SessionEnded
from backend.cockpit.models import SentForm, WebEntry, WebSession
from backend.kernel.access import Actor, Door
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.accounts import actor_of_account
from backend.registry.models import Account

IDLE_LIFE = timedelta(hours=8)
FULL_LIFE = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=1)
"""How fine the idle time is counted: writing it with every page would double the writes."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a cookie at this moment."""

    session_id: int
    account_id: int
    actor: Actor
    community_id: int | None
    csrf: str
    is_seen_stale: bool


async def signed_in(uow: UnitOfWork, secret: str | None) -> SignedIn:
    """The person behind this cookie with the roles that are live now; raises SessionEnded otherwise."""
    row = await _live_session(uow, secret) if secret else None
    if row is None or secret is None:
        raise SessionEnded
    session, account = row
    actor = await actor_of_account(uow, account, Door.WEB)
    if not may_open_web(actor):
        raise SessionEnded
    return SignedIn(
        session_id=session.id,
        account_id=account.id,
        actor=actor,
        community_id=session.community_id,
        csrf=csrf_of(secret),
        is_seen_stale=uow.now - session.seen_at >= SEEN_EVERY,
    )


async def _live_session(uow: UnitOfWork, secret: str) -> tuple[WebSession, Account] | None:
    found = await uow.session.execute(
        select(WebSession, Account)
        .join(Account, Account.id == WebSession.account_id)
        .where(
            WebSession.token_digest == digest(secret[:LONGEST_TOKEN]),
            WebSession.seen_at > uow.now - IDLE_LIFE,
            WebSession.created_at > uow.now - FULL_LIFE,
            Account.forgotten_at.is_(None),
        )
    )
    row = found.one_or_none()
    return (row[0], row[1]) if row else None


def csrf_of(secret: str) -> str:
    """The word that our forms carry: made from the cookie, which no other site's page can read."""
    return hashlib.sha256(b"youlin form" + secret.encode()).hexdigest()


async def keep_awake(uow: UnitOfWork, session_id: int) -> None:
    """Start the idle time anew."""
    session = await uow.session.get(WebSession, session_id)
    if session is not None:
        session.seen_at = uow.now


async def choose_community(uow: UnitOfWork, *, session_id: int, community_id: int) -> None:
    """Put another community on screen; the caller has checked that the person serves it."""
    session = await uow.session.get_one(WebSession, session_id)
    session.community_id = community_id


async def sign_out(uow: UnitOfWork, *, actor: Actor, session_id: int) -> None:
    """End this one session."""
    await _end(uow, WebSession.id == session_id)
    audit(uow, actor, "web.signed_out", f"account:{actor.account_id}")


async def sign_out_everywhere(uow: UnitOfWork, *, actor: Actor) -> None:
    """End every session of this person, on every machine, and the links that were not used yet."""
    assert actor.account_id is not None
    await end_sessions_of(uow, account_id=actor.account_id)
    audit(uow, actor, "web.signed_out_everywhere", f"account:{actor.account_id}")


async def end_sessions_of(uow: UnitOfWork, *, account_id: int) -> None:
    """Close the web door behind somebody whose role ended; with another role they may ask for a new link."""
    await _end(uow, WebSession.account_id == account_id)
    await uow.session.execute(delete(WebEntry).where(WebEntry.account_id == account_id))


async def forget_old_sessions(uow: UnitOfWork) -> int:
    """Delete sessions and links that no longer open anything, for the clock; returns how many. Twice is safe."""
    await uow.session.execute(delete(WebEntry).where(WebEntry.expires_at < uow.now - FULL_LIFE))
    return await _end(uow, (WebSession.seen_at <= uow.now - IDLE_LIFE) | (WebSession.created_at <= uow.now - FULL_LIFE))


async def _end(uow: UnitOfWork, condition: ColumnElement[bool]) -> int:
    ended = list(await uow.session.scalars(select(WebSession.id).where(condition)))
    if ended:
        await uow.session.execute(delete(SentForm).where(SentForm.session_id.in_(ended)))
        await uow.session.execute(delete(WebSession).where(WebSession.id.in_(ended)))
    return len(ended)
