"""What a yes or no means to somebody who was called or texted because of their booking."""

from __future__ import annotations

from backend.bookings import accept_offer, assure, cancel_booking, one_booking
from backend.bookings.models import Booking
from backend.bookings.states import AHEAD, BookingState
from backend.kernel.access import Actor
from backend.kernel.errors import DomainError
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.menus.points import can_pay

ASKED = (BookingState.OFFERED, BookingState.CONFIRMED)
"""What can be answered: a seat that is kept, or one that they have."""

COMING, NOT_COMING, OVER = "phone.booking.coming", "phone.booking.not_coming", "phone.booking.over"
RECORDED = (COMING, NOT_COMING)
"""The words that say that something was written down."""


async def booking_stands(uow: UnitOfWork, booking_id: int) -> bool:
    """Whether there is still something to answer: asked before a call leaves, and when somebody picks up."""
    booking = await uow.session.get(Booking, booking_id)
    return booking is not None and booking.state in ASKED


async def say_coming(uow: UnitOfWork, actor: Actor, booking_id: int) -> str:
    """They come: the key of the words. Everything refused here is refused before anything is written."""
    try:
        booking = (await one_booking(uow, actor=actor, booking_id=booking_id)).booking
        if booking.state is BookingState.CONFIRMED:
            await assure(uow, actor=actor, booking_id=booking_id)
            return COMING
        if not await can_pay(uow, actor.person_id, booking.points):
            return "phone.booking.points"
        await accept_offer(uow, actor=actor, booking_id=booking_id)
    except DomainError:
        return OVER
    return COMING


async def say_not_coming(uow: UnitOfWork, actor: Actor, booking_id: int) -> str:
    """They do not come: the seat goes to the next in this same transaction. The key of the words."""
    try:
        booking = (await one_booking(uow, actor=actor, booking_id=booking_id)).booking
        if booking.state not in (*AHEAD, BookingState.CANCELLED):
            return OVER
        await cancel_booking(uow, actor=actor, booking_id=booking_id)
    except DomainError:
        return OVER
    return NOT_COMING
