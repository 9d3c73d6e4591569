"""The seats of a session: taken by a conditional update, given back to those who wait before anybody else (P5)."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from backend.bookings.events import OfferNotMade
from backend.bookings.models import Booking, Session
from backend.bookings.moving import move_booking
from backend.bookings.states import BookingAction, BookingState, SessionState
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.daytime import next_daytime
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

OFFER_LASTS = timedelta(hours=2)
OFFER_ENDS_BEFORE = timedelta(hours=1)
"""An offer ends so long before the start, so that the next one still has time to come."""


async def take_seat(uow: UnitOfWork, session_id: int) -> bool:
    """Take one free seat; False when none is left. The row's lock decides who gets the last one."""
    taken = await uow.session.scalar(
        update(Session)
        .where(
            Session.id == session_id,
            Session.taken < Session.capacity,
            Session.state == SessionState.OPEN,
            Session.starts_at > uow.now,
        )
        .values(taken=Session.taken + 1)
        .returning(Session.id)
    )
    return taken is not None


async def free_seat(uow: UnitOfWork, session_id: int, claim_key: str) -> None:
    """Hand a seat that came free to the first who waits, or back to the pool, in this same transaction.

    The session's row is locked first, so that nobody books the seat in between.
    """
    session = await lock_session(uow, session_id)
    if session.state is not SessionState.OPEN or not await offer_seat(uow, session, claim_key):
        session.taken -= 1


async def offer_seat(uow: UnitOfWork, session: Session, claim_key: str) -> bool:
    """Offer a seat, which already counts as taken, to the first who waits. False: nobody waits, or it is too late."""
    waiting = await _first_waiting(uow, claim_key)
    if waiting is None:
        return False
    community = await uow.session.get_one(OrgUnit, session.community_id)
    until = offer_ends(uow.now, session.starts_at, ZoneInfo(community.time_zone))
    if until <= uow.now:
        uow.record(OfferNotMade(session.id))
        return False
    await move_booking(
        uow,
        waiting,
        BookingAction.OFFER,
        actor=CLOCK_ACTOR,
        session_id=session.id,
        offer_until=until,
        points=session.points,
    )
    return True


def offer_ends(now: datetime, starts_at: datetime, zone: tzinfo) -> datetime:
    """Until when a seat that comes free now is kept for one person. Nobody's time runs out while they sleep."""
    return min(next_daytime(now, zone) + OFFER_LASTS, starts_at - OFFER_ENDS_BEFORE)


async def lock_session(uow: UnitOfWork, session_id: int) -> Session:
    """The session as it stands, held until the commit. Raises NotFound."""
    held: Session | None = await uow.session.scalar(
        select(Session).where(Session.id == session_id).with_for_update().execution_options(populate_existing=True)
    )
    if held is None:
        raise NotFound
    return held


async def _first_waiting(uow: UnitOfWork, claim_key: str) -> int | None:
    found: int | None = await uow.session.scalar(
        select(Booking.id)
        .where(Booking.claim_key == claim_key, Booking.state == BookingState.WAITLISTED)
        .order_by(Booking.priority, Booking.created_at, Booking.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return found
