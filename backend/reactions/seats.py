"""Bookings and points: a seat holds points, coming pays them; who came, taught or said how it was earns some."""

from __future__ import annotations

from uuid import UUID, uuid5

from backend.bookings import events
from backend.bookings.models import Booking
from backend.bookings.payment import paid_until, payer_of, provider_of_session
from backend.bookings.states import BookingState
from backend.kernel.access import CLOCK_ACTOR, Actor, Door
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.awarding import award
from backend.points.ledger.holds import capture_hold, place_hold, void_hold

HOLDS = UUID("6f0f0b52-6c0a-4a53-9a0b-3f1d3c6d1e10")
"""The name space in which a booking's id becomes the id of its hold."""


async def pay_for_seat(uow: UnitOfWork, event: events.BookingMoved) -> None:
    """A seat that costs points holds them, coming pays them, everything else gives them back.

    Too few points refuse the booking as a whole.
    """
    booking = await uow.session.get_one(Booking, event.booking_id)
    if not booking.points:
        return
    hold_id = uuid5(HOLDS, str(booking.id))
    if event.to_state is BookingState.CONFIRMED and event.from_state is not BookingState.CONFIRMED:
        await place_hold(
            uow,
            hold_id=hold_id,
            payer=await payer_of(uow, booking),
            amount=booking.points,
            expires_at=await paid_until(uow, booking),
            ref=f"booking:{booking.id}",
        )
    elif event.to_state is BookingState.CHECKED_IN and event.from_state is BookingState.CONFIRMED:
        actor = Actor(event.actor_account_id, door=Door.CHAT) if event.actor_account_id is not None else CLOCK_ACTOR
        await capture_hold(uow, hold_id=hold_id, actor=actor, on_behalf_of=booking.person_id)
    elif event.from_state is BookingState.CONFIRMED and event.to_state is not BookingState.CONFIRMED:
        await void_hold(uow, hold_id=hold_id)


async def reward_attendance(uow: UnitOfWork, event: events.BookingMoved) -> None:
    """Whoever came earns what the community's rule says."""
    if event.to_state is not BookingState.DONE:
        return
    booking = await uow.session.get_one(Booking, event.booking_id)
    await _award(uow, "attendance", booking.person_id, f"attendance:{booking.id}", booking.community_id)


async def reward_opinion(uow: UnitOfWork, event: events.SurveyGiven) -> None:
    """Whoever said how it was earns what the rule says."""
    booking = await uow.session.get_one(Booking, event.booking_id)
    await _award(uow, "opinion", booking.person_id, f"survey:{booking.id}", booking.community_id)


async def reward_provider(uow: UnitOfWork, event: events.SessionTaught) -> None:
    """Whoever served or taught neighbours earns what the rule says."""
    person_id, community_id = await provider_of_session(uow, event.session_id)
    await _award(uow, "teaching", person_id, f"session:{event.session_id}", community_id)


async def _award(uow: UnitOfWork, rule: str, person_id: int | None, event_key: str, community_id: int) -> None:
    """Nobody whom the registry does not know has points."""
    if person_id is not None:
        await award(
            uow, rule=rule, person_id=person_id, event_key=event_key, community_id=community_id, actor=CLOCK_ACTOR
        )
