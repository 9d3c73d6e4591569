"""Calls to our number at Twilio, about service days: hear what is on, book by a key, hear one's own, give one up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from fastapi import APIRouter, Request, Response

from backend.bookings.states import BookedThrough
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.menus.booking import (
    NO_BOOKINGS,
    NOTHING_ON,
    UNKNOWN,
    booking_lines,
    give_up,
    next_services,
    offered_lines,
    own_bookings,
    points_told,
    take_first,
    words_for,
)
from backend.phone.twilio.inbound_step import Inbound, take_step
from backend.phone.twilio.line import Line

TAKEN, GIVEN_UP = "inbound/booked", "inbound/given-up"
MENU = "voice/inbound?round=1"
MOST_DIGITS = 18

_Choice: TypeAlias = Callable[[UnitOfWork, Inbound, int], Awaitable[Response]]


def inbound_booking_pages(line: Line) -> APIRouter:
    """The pages behind the keys; which key means what stands in their address, which the carrier's signature covers."""
    router = APIRouter()

    @router.post(f"/voice/{TAKEN}")
    async def taken(request: Request) -> Response:
        return await _with_key(line, request, _take)

    @router.post(f"/voice/{GIVEN_UP}")
    async def given_up(request: Request) -> Response:
        return await _with_key(line, request, _give_up)

    return router


async def _with_key(line: Line, request: Request, choice: _Choice) -> Response:
    form = await line.form(request)
    key = form.get("Digits", 1) or request.query_params.get("key", "")[:1]
    numbers = _numbers(request)
    place = int(key) - 1 if key.isascii() and key.isdigit() else -1
    if not 0 <= place < len(numbers):
        return line.speech(line.account.voices[0][0]).go_to(MENU).answer()

    async def chosen(uow: UnitOfWork, call: Inbound) -> Response:
        return await choice(uow, call, numbers[place])

    return await take_step(line, request, form, chosen, key=key)


async def offer_services(uow: UnitOfWork, call: Inbound) -> Response:
    """The services of the next day, each with a key."""
    if call.caller.person is None:
        return call.spoken.say(UNKNOWN.words).hang_up()
    offered = await next_services(uow, call.caller)
    if offered is None:
        return call.spoken.say(NOTHING_ON.words).go_to(MENU).answer()
    lines = offered_lines(words_for(call.line.texts, call.caller), offered, "phone.book.press")
    keys = "-".join(str(offering.id) for offering, _ in offered.services)
    return call.spoken.ask(f"voice/{TAKEN}?day={offered.day.id}&numbers={keys}", tuple(lines)).answer()


async def offer_bookings(uow: UnitOfWork, call: Inbound) -> Response:
    """One's own bookings, each with the key that gives it up."""
    mine = await own_bookings(uow, call.caller)
    if not mine:
        told = NO_BOOKINGS if call.caller.person is not None else UNKNOWN
        return call.spoken.say(told.words).go_to(MENU).answer()
    lines = booking_lines(words_for(call.line.texts, call.caller), mine, "phone.book.press_to_give_up")
    numbers = "-".join(str(one.booking.number) for one in mine)
    return call.spoken.ask(f"voice/{GIVEN_UP}?numbers={numbers}", tuple(lines)).answer()


async def tell_points(uow: UnitOfWork, call: Inbound) -> Response:
    told = await points_told(uow, call.caller)
    return call.spoken.say(told.words, **told.params).go_to(MENU).answer()


async def _take(uow: UnitOfWork, call: Inbound, number: int) -> Response:
    day = call.request.query_params.get("day", "")
    day_id = int(day) if day.isascii() and day.isdigit() and len(day) <= MOST_DIGITS else 0
    words = words_for(call.line.texts, call.caller)
    told = await take_first(uow, words, call.caller, day_id=day_id, offering_id=number, through=BookedThrough.VOICE)
    return call.spoken.say(told.words, **told.params).hang_up()


async def _give_up(uow: UnitOfWork, call: Inbound, number: int) -> Response:
    told = await give_up(uow, words_for(call.line.texts, call.caller), call.caller, number=number)
    return call.spoken.say(told.words, **told.params).hang_up()


def _numbers(request: Request) -> list[int]:
    parts = request.query_params.get("numbers", "")[:200].split("-")
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= MOST_DIGITS]
