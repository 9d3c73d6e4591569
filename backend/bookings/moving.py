"""How a booking changes its state: one conditional update, one row of its history, one event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from backend.bookings import events
from backend.bookings.errors import BookingMoved
from backend.bookings.models import Booking, BookingEvent
from backend.bookings.states import MOVES, BookedThrough, BookingAction, BookingState
from backend.kernel.access import Actor, Door
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

_THROUGH = {Door.CHAT: BookedThrough.CHAT, Door.WEB: BookedThrough.WEB, Door.CLOCK: BookedThrough.CLOCK}


def through_of(actor: Actor) -> BookedThrough:
    """The channel by which this actor came, where nobody names one such as the telephone or paper."""
    return _THROUGH.get(actor.door, BookedThrough.VOICE if actor.door is Door.PHONE else BookedThrough.CHAT)


async def move_booking(
    uow: UnitOfWork,
    booking_id: int,
    action: BookingAction,
    *,
    actor: Actor,
    by_provider: bool = False,
    reason: str = "",
    **values: Any,
) -> Booking:
    """Take `action` on a booking, whoever else tries at the same moment; the loser hears BookingMoved."""
    before = await uow.session.get(Booking, booking_id, populate_existing=True)
    if before is None:
        raise NotFound
    possible, to_state = MOVES[action]
    from_state = before.state
    moved: Booking | None = await uow.session.scalar(
        update(Booking)
        .where(Booking.id == booking_id, Booking.state == from_state, Booking.state.in_(possible))
        .values(state=to_state, sequence=Booking.sequence + 1, **values)
        .returning(Booking)
        .execution_options(populate_existing=True)
    )
    if moved is None:
        raise BookingMoved
    note(uow, moved, action, from_state, actor, by_provider=by_provider, reason=reason)
    return moved


def note(
    uow: UnitOfWork,
    booking: Booking,
    action: BookingAction | None,
    from_state: BookingState | None,
    actor: Actor,
    *,
    by_provider: bool = False,
    reason: str = "",
) -> None:
    """Write the step into the booking's history and let the others hear of it."""
    uow.session.add(
        BookingEvent(
            booking_id=booking.id,
            at=uow.now,
            action=action.value if action else "book",
            from_state=from_state.value if from_state else None,
            to_state=booking.state.value,
            actor_id=actor.account_id,
            through=through_of(actor).value,
        )
    )
    uow.record(
        events.BookingMoved(
            booking.id, action, from_state, booking.state, actor.account_id, by_provider=by_provider, reason=reason
        )
    )


async def write_down(uow: UnitOfWork, actor: Actor, action: str, booking: Booking) -> None:
    """Into the audit trail: who acted, for whom, by which door."""
    community = await uow.session.get_one(OrgUnit, booking.community_id)
    after = {"state": booking.state.value, "session": booking.session_id, "through": booking.through.value}
    audit(
        uow,
        actor,
        action,
        f"booking:{booking.id}",
        org_path=community.path,
        after=after,
        on_behalf_of=None if booking.person_id == actor.person_id else booking.person_id,
    )
