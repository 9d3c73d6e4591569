"""What people do with seats in whatever order, and what must hold after each of it (P5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from backend.bookings import accept_offer, book, cancel_booking, change_session, lapse_offers, myself, wait
from backend.bookings.models import Booking, Session
from backend.bookings.states import LIVE, SEATED, BookingState
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork, Work

ACTIONS = ("book", "wait", "cancel", "accept", "change", "lapse")


async def act(uow: UnitOfWork, actor: Actor, action: str, session_id: int) -> object:
    """Do one of ACTIONS for oneself, at that session or with one's live booking. Raises what the service raises."""
    me = await myself(uow, actor)
    mine = await uow.session.scalar(select(Booking.id).where(Booking.beneficiary == me.key, Booking.state.in_(LIVE)))
    acts: dict[str, Callable[[], Any]] = {
        "book": lambda: book(uow, actor=actor, session_id=session_id, beneficiary=me),
        "wait": lambda: wait(uow, actor=actor, session_id=session_id, beneficiary=me),
        "cancel": lambda: cancel_booking(uow, actor=actor, booking_id=mine or 0),
        "accept": lambda: accept_offer(uow, actor=actor, booking_id=mine or 0),
        "change": lambda: change_session(uow, actor=actor, booking_id=mine or 0, session_id=session_id),
        "lapse": lambda: lapse_offers(uow),
    }
    return await acts[action]()


async def check_seats(work: Work) -> None:
    """Each session counts the seats that its bookings hold, and nobody waits while one is free."""
    async with work.look() as uow:
        seats = {session.id: session.taken for session in await uow.session.scalars(select(Session))}
        counted = await uow.session.execute(
            select(Booking.session_id, func.count()).where(Booking.state.in_(SEATED)).group_by(Booking.session_id)
        )
        held = dict(counted.all())
        waiting = await uow.session.scalar(select(func.count()).where(Booking.state == BookingState.WAITLISTED))
        has_free = await uow.session.scalar(select(Session.id).where(Session.taken < Session.capacity).limit(1))
    assert {session_id: count for session_id, count in seats.items() if count} == held
    assert not (waiting and has_free), "somebody waits while a seat is free"
