"""What becomes of a booking before its day: an offer accepted, another time, given up, assured."""

from __future__ import annotations

from datetime import timedelta

from backend.bookings.booking import Booked, bookable, claim_key
from backend.bookings.codes import new_code
from backend.bookings.errors import BookingMoved, OfferOver, SessionFull
from backend.bookings.models import Booking, Offering, Session
from backend.bookings.moving import move_booking, write_down
from backend.bookings.own import access_booking
from backend.bookings.seats import free_seat, lock_session, take_seat
from backend.bookings.states import SEATED, BookingAction, BookingState, SessionState
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork


async def accept_offer(uow: UnitOfWork, *, actor: Actor, booking_id: int) -> Booked:
    """Take the seat that was offered. Raises OfferOver when it was kept too long, and what the gate says now."""
    booking = await access_booking(uow, actor, booking_id)
    if booking.state is BookingState.CONFIRMED:
        return Booked(booking, is_new=False)
    if booking.state is not BookingState.OFFERED:
        raise OfferOver(booking.offer_until)
    if booking.offer_until is not None and booking.offer_until <= uow.now:
        raise OfferOver(booking.offer_until)
    code = new_code()
    moved = await move_booking(uow, booking_id, BookingAction.ACCEPT, actor=actor, code_digest=code.digest)
    await write_down(uow, actor, "booking.accept", moved)
    return Booked(moved, is_new=True, code=code.text)


async def cancel_booking(uow: UnitOfWork, *, actor: Actor, booking_id: int) -> Booking:
    """Give a seat, an offer or a place on the list up; the seat goes to the next in the same transaction.

    Later than the offering's window it is still possible, and noted as late. Twice changes nothing.
    """
    booking = await access_booking(uow, actor, booking_id)
    if booking.state is BookingState.CANCELLED:
        return booking
    had_seat, session_id = booking.state in SEATED, booking.session_id
    is_late = await _is_late(uow, booking)
    moved = await move_booking(uow, booking_id, BookingAction.CANCEL, actor=actor, is_late=is_late)
    if had_seat and session_id is not None:
        await free_seat(uow, session_id, moved.claim_key)
    await write_down(uow, actor, "booking.cancel", moved)
    return moved


async def change_session(uow: UnitOfWork, *, actor: Actor, booking_id: int, session_id: int) -> Booking:
    """Move a booking to another time of the same service and day; the old seat goes to the next who waits."""
    booking = await access_booking(uow, actor, booking_id)
    target, _ = await bookable(uow, session_id)
    old = booking.session_id
    if old == session_id:
        return booking
    if booking.state is not BookingState.CONFIRMED or old is None or claim_key(target) != booking.claim_key:
        raise BookingMoved
    # The sessions' rows are locked in the order of their ids, so two who swap do not wait for each other.
    for each in sorted((old, session_id)):
        await lock_session(uow, each)
    if target.state is not SessionState.OPEN or not await take_seat(uow, session_id):
        raise SessionFull
    booking.session_id, booking.sequence = session_id, booking.sequence + 1
    booking.reminded_at = None
    await uow.session.flush()
    await free_seat(uow, old, booking.claim_key)
    await write_down(uow, actor, "booking.change_time", booking)
    return booking


async def assure(uow: UnitOfWork, *, actor: Actor, booking_id: int) -> Booking:
    """Say that one is coming, where that was asked for."""
    booking = await access_booking(uow, actor, booking_id)
    if booking.confirm_by is None:
        return booking
    return await move_booking(uow, booking_id, BookingAction.ASSURE, actor=actor, confirm_by=None)


async def _is_late(uow: UnitOfWork, booking: Booking) -> bool:
    if booking.session_id is None or booking.state is not BookingState.CONFIRMED:
        return False
    session = await uow.session.get_one(Session, booking.session_id)
    offering = await uow.session.get_one(Offering, booking.offering_id)
    return session.starts_at - uow.now < timedelta(hours=offering.cancel_hours)
