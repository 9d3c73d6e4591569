"""What the clock does with bookings: offers that run out, reminders, sessions that are over, the absent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from backend.bookings.attendance import LATE
from backend.bookings.events import BookingDue, SessionTaught, SurveyDue
from backend.bookings.models import Booking, Session
from backend.bookings.moving import move_booking
from backend.bookings.offerings import claim_key_of_day, claim_key_of_session
from backend.bookings.seats import free_seat, lock_session
from backend.bookings.states import BookingAction, BookingState, SessionState
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork

REMIND_BEFORE = timedelta(hours=18)
"""For nine in the morning that is three in the afternoon before. Who books later than that needs no reminder."""


async def lapse_offers(uow: UnitOfWork, *, most: int = 100) -> int:
    """Let offers and unconfirmed seats run out whose time has come: the seat goes to the next; returns how many."""
    due = await uow.session.scalars(
        select(Booking.id)
        .where(
            or_(
                (Booking.state == BookingState.OFFERED) & (Booking.offer_until <= uow.now),
                (Booking.state == BookingState.CONFIRMED) & (Booking.confirm_by <= uow.now),
            )
        )
        .order_by(Booking.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = due.all()
    for booking_id in ids:
        booking = await move_booking(uow, booking_id, BookingAction.LAPSE, actor=CLOCK_ACTOR)
        if booking.session_id is not None:
            await free_seat(uow, booking.session_id, booking.claim_key)
    return len(ids)


async def end_waiting(uow: UnitOfWork, *, most: int = 100) -> int:
    """Nobody waits any longer for what has begun or was called off; returns how many waited."""
    ahead = (
        select(Session.id)
        .where(
            Session.offering_id == Booking.offering_id,
            or_(Booking.claim_key == claim_key_of_day(), Booking.claim_key == claim_key_of_session()),
            Session.starts_at > uow.now,
            Session.state == SessionState.OPEN,
        )
        .exists()
    )
    rows = await uow.session.scalars(
        select(Booking.id)
        .where(Booking.state == BookingState.WAITLISTED, ~ahead)
        .order_by(Booking.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = rows.all()
    for booking_id in ids:
        await move_booking(uow, booking_id, BookingAction.LAPSE, actor=CLOCK_ACTOR)
    return len(ids)


async def remind(uow: UnitOfWork, *, most: int = 200) -> int:
    """Record BookingDue once for every confirmed booking whose reminder is due; returns how many.

    The state is read now, not when the booking was made: what was cancelled or moved is not reminded of.
    """
    rows = await uow.session.execute(
        select(Booking, Session.starts_at)
        .join(Session, Session.id == Booking.session_id)
        .where(
            Booking.state == BookingState.CONFIRMED,
            Booking.reminded_at.is_(None),
            Session.state == SessionState.OPEN,
            Session.starts_at > uow.now,
            Session.starts_at <= uow.now + REMIND_BEFORE,
        )
        .order_by(Booking.id)
        .limit(most)
        .with_for_update(of=Booking, skip_locked=True)
    )
    told = 0
    for booking, starts_at in rows.all():
        booking.reminded_at = uow.now
        if booking.created_at <= starts_at - REMIND_BEFORE:
            uow.record(BookingDue(booking.id))
            told += 1
    return told


async def finish_sessions(uow: UnitOfWork, *, most: int = 50) -> int:
    """End what is over: who came is asked how it was, who did not is noted as absent; returns how many sessions.

    The absent are noted LATE after the end, when the list can no longer be put right; nobody loses points by it.
    """
    ended = await uow.session.scalars(
        select(Session.id)
        .where(Session.state == SessionState.OPEN, Session.ends_at <= uow.now)
        .order_by(Session.ends_at, Session.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = ended.all()
    for session_id in ids:
        await _finish(uow, session_id)
    return len(ids)


async def _finish(uow: UnitOfWork, session_id: int) -> None:
    session = await lock_session(uow, session_id)
    session.state = SessionState.DONE
    came = await _booking_ids(uow, session_id, BookingState.CHECKED_IN)
    for booking_id in came:
        await move_booking(uow, booking_id, BookingAction.FINISH, actor=CLOCK_ACTOR, surveyed_at=uow.now)
        uow.record(SurveyDue(booking_id))
    for booking_id in await _booking_ids(uow, session_id, BookingState.OFFERED):
        await move_booking(uow, booking_id, BookingAction.LAPSE, actor=CLOCK_ACTOR)
    if came:
        uow.record(SessionTaught(session_id, len(came)))


async def note_absences(uow: UnitOfWork, *, most: int = 200) -> int:
    """Note as absent who still stands as confirmed a day after the end; returns how many."""
    absent = await uow.session.scalars(
        select(Booking.id)
        .join(Session, Session.id == Booking.session_id)
        .where(Booking.state == BookingState.CONFIRMED, Session.ends_at <= uow.now - LATE)
        .order_by(Booking.id)
        .limit(most)
    )
    ids = absent.all()
    for booking_id in ids:
        await move_booking(uow, booking_id, BookingAction.MISS, actor=CLOCK_ACTOR)
    return len(ids)


async def _booking_ids(uow: UnitOfWork, session_id: int, state: BookingState) -> list[int]:
    rows = await uow.session.scalars(
        select(Booking.id).where(Booking.session_id == session_id, Booking.state == state).order_by(Booking.id)
    )
    return list(rows)
