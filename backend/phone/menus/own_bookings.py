"""One's own bookings by telephone: heard, an offered seat taken, a seat or a place on the list given up."""

from __future__ import annotations

from backend.bookings import MyBooking, accept_offer, assure, cancel_booking, my_bookings, one_booking
from backend.bookings.errors import BookingMoved, OfferOver
from backend.bookings.states import AHEAD, BookingState
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.words import Words
from backend.phone.callers import Caller
from backend.phone.menus.picks import MENU, MINE, Pick, Step
from backend.phone.menus.points import can_pay
from backend.phone.menus.screens import Option, Screen, booking_facts, part


async def own_bookings(uow: UnitOfWork, caller: Caller) -> list[MyBooking]:
    """What the caller has booked, waits for or was offered, and can still give up."""
    if caller.person is None:
        return []
    return await my_bookings(uow, actor=caller.actor, states=AHEAD)


async def show_mine(uow: UnitOfWork, words: Words, caller: Caller, *, start: int, size: int) -> Screen:
    """One's own bookings, a few at a time."""
    mine = await own_bookings(uow, caller)
    if not mine:
        return Screen((words.plain("phone.book.none_mine"),), back=MENU)
    options = [Option(said_of(words, one), Pick(Step.ONE, (one.booking.id,))) for one in part(mine, start, size)]
    has_more = start + size < len(mine)
    more = Option(words.plain("phone.book.more_mine"), Pick(Step.MINE, (start + size,))) if has_more else None
    return Screen((words.plain("phone.book.mine", count=len(mine)),), tuple(options), more, MENU)


async def show_one(uow: UnitOfWork, words: Words, caller: Caller, *, booking_id: int) -> Screen:
    """One booking with what can be done with it. Raises NotFound, BookingMoved."""
    one = await one_booking(uow, actor=caller.actor, booking_id=booking_id)
    if one.booking.state not in AHEAD:
        raise BookingMoved
    drop = Option(words.plain("phone.book.drop"), Pick(Step.GIVE_UP, (booking_id,)))
    take = Option(words.plain("phone.book.accept"), Pick(Step.ACCEPT, (booking_id,)))
    asks = one.booking.state is BookingState.OFFERED or one.booking.confirm_by is not None
    return Screen((said_of(words, one),), (take, drop) if asks else (drop,), back=MINE)


async def accept(uow: UnitOfWork, words: Words, caller: Caller, *, booking_id: int) -> Screen:
    """Take the seat that is kept, or say that one comes. Raises NotFound, OfferOver."""
    one = await one_booking(uow, actor=caller.actor, booking_id=booking_id)
    if one.booking.state is BookingState.OFFERED:
        if not await can_pay(uow, caller.actor.person_id, one.booking.points):
            return Screen((words.plain("phone.book.points", points=one.booking.points),), back=MINE)
        await accept_offer(uow, actor=caller.actor, booking_id=booking_id)
    elif one.booking.state is not BookingState.CONFIRMED:
        raise OfferOver(one.booking.offer_until)
    else:
        await assure(uow, actor=caller.actor, booking_id=booking_id)
    return Screen((words.plain("phone.book.done", **booking_facts(words, one)),))


async def give_up(uow: UnitOfWork, words: Words, caller: Caller, *, booking_id: int) -> Screen:
    """Give up the caller's own booking; a seat goes to the next at once. Twice is told the same."""
    one = await one_booking(uow, actor=caller.actor, booking_id=booking_id)
    await cancel_booking(uow, actor=caller.actor, booking_id=booking_id)
    return Screen((words.plain("phone.book.given_up", **booking_facts(words, one)),))


def said_of(words: Words, one: MyBooking) -> str:
    """One booking in a line, by how it stands."""
    return words.plain(f"phone.book.state.{one.booking.state.value}", **booking_facts(words, one))
