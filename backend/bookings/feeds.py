"""A calendar that follows somebody's bookings: an address that nobody guesses, worth nothing once it is renewed."""

from __future__ import annotations

from sqlalchemy import delete, select

from backend.bookings.calendar_files import calendar_of
from backend.bookings.codes import digest_of
from backend.bookings.models import CalendarFeed
from backend.bookings.own import bookings_to_follow
from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.accounts import actor_of_account
from backend.registry.models import Account

TOKEN_LETTERS = 40
"""Of a keyed hash in hexadecimal: 160 bits."""


async def feed_token(uow: UnitOfWork, *, actor: Actor) -> str:
    """The token of the actor's feed, the same until it is renewed."""
    row = await _feed(uow, actor)
    return _token(uow, row)


async def renew_feed(uow: UnitOfWork, *, actor: Actor) -> str:
    """A new token; whoever has the one before reads nothing from now on."""
    row = await _feed(uow, actor)
    row.version += 1
    token = _token(uow, row)
    row.digest = digest_of(token)
    audit(uow, actor, "calendar_feed.renew", f"account:{row.account_id}")
    return token


async def read_feed(uow: UnitOfWork, token: str) -> bytes:
    """The calendar behind a token: what its owner has booked, with nobody's name. Raises NotFound."""
    row = await uow.session.scalar(select(CalendarFeed).where(CalendarFeed.digest == digest_of(token)))
    if row is None:
        raise NotFound
    actor = await actor_of_account(uow, await uow.session.get_one(Account, row.account_id))
    return calendar_of(await bookings_to_follow(uow, actor=actor), now=uow.now, language=actor.language)


async def end_feed(uow: UnitOfWork, *, account_id: int) -> None:
    """Nobody reads this calendar any more. Twice is safe."""
    await uow.session.execute(delete(CalendarFeed).where(CalendarFeed.account_id == account_id))


async def _feed(uow: UnitOfWork, actor: Actor) -> CalendarFeed:
    if actor.account_id is None:
        raise AccessDenied
    row = await uow.session.get(CalendarFeed, actor.account_id, with_for_update=True)
    if row is None:
        row = CalendarFeed(account_id=actor.account_id, version=1, made_at=uow.now)
        row.digest = digest_of(_token(uow, row))
        uow.session.add(row)
        await uow.session.flush()
    return row


def _token(uow: UnitOfWork, row: CalendarFeed) -> str:
    """Made anew each time it is shown: in the database stands only its digest.

    The moment is in it, so that a feed ended and made again has another token.
    """
    made = int(row.made_at.timestamp())
    return uow.vault.lookup("calendar feed", f"{row.account_id}:{made}:{row.version}")[:TOKEN_LETTERS]
