"""Calls to our number at Twilio, about service days: each step said with its keys, each key the next step."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from backend.bookings.states import BookedThrough
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.menus.booking import Talk, perform, words_for
from backend.phone.menus.picks import FIRST_DAY, MINE, Pick, Step, read_keys, read_pick, write_keys
from backend.phone.menus.points import points_told
from backend.phone.menus.screens import Screen
from backend.phone.twilio.guard import SignedForm
from backend.phone.twilio.inbound_step import Inbound, take_step
from backend.phone.twilio.line import Line, number_in
from backend.phone.twilio.speech import Speech

STEP, PICKED = "inbound/step", "inbound/picked"
MAIN_MENU = "voice/inbound?round=1"
MORE, BACK, AGAIN = "9", "0", "*"
CHOICES_AT_ONCE = 3
"""More than three nobody keeps in mind who only hears them."""
MOST_ROUNDS = 3


def inbound_booking_pages(line: Line) -> APIRouter:
    """The pages behind the keys; which key means what stands in their address, which the carrier's signature covers."""
    router = APIRouter()

    @router.post(f"/voice/{STEP}")
    async def step(request: Request) -> Response:
        form = await line.form(request)
        return await _go(line, request, form, read_pick(request.query_params.get("to", "")[:80]), round_=0)

    @router.post(f"/voice/{PICKED}")
    async def picked(request: Request) -> Response:
        form = await line.form(request)
        key = form.get("Digits", 1) or request.query_params.get("key", "")[:1]
        keys = read_keys(request.query_params.get("keys", "")[:400])
        if key in keys:
            return await _go(line, request, form, keys[key], round_=0, key=key)
        # No key, or one that means nothing: the same again, not for ever.
        return await _go(line, request, form, keys.get(AGAIN), round_=number_in(request, "round") + 1, key=key)

    return router


async def offer_services(uow: UnitOfWork, call: Inbound) -> Response:
    """The services of the next day, each with a key."""
    return await _say(uow, call, FIRST_DAY, 0)


async def offer_bookings(uow: UnitOfWork, call: Inbound) -> Response:
    """One's own bookings, each with a key."""
    return await _say(uow, call, MINE, 0)


async def tell_points(uow: UnitOfWork, call: Inbound) -> Response:
    told = await points_told(uow, call.caller)
    return call.spoken.say(told.words, **told.params).go_to(MAIN_MENU).answer()


async def _go(
    line: Line, request: Request, form: SignedForm, pick: Pick | None, *, round_: int, key: str = ""
) -> Response:
    if round_ >= MOST_ROUNDS:
        return line.speech(line.account.voices[0][0]).say("phone.bye").hang_up()
    if pick is None or pick.step is Step.MENU:
        return line.speech(line.account.voices[0][0]).go_to(MAIN_MENU).answer()

    async def choice(uow: UnitOfWork, call: Inbound) -> Response:
        return await _say(uow, call, pick, round_)

    return await take_step(line, request, form, choice, key=key)


async def _say(uow: UnitOfWork, call: Inbound, pick: Pick, round_: int) -> Response:
    words = words_for(call.line.texts, call.caller)
    talk = Talk(words, call.caller, BookedThrough.VOICE, CHOICES_AT_ONCE)
    screen = await perform(uow, talk, pick)
    if screen.options or screen.more:
        return _ask(call.spoken, screen, pick, round_)
    for said in screen.said:
        call.spoken.say_text(said)
    if screen.back is None:
        return call.spoken.hang_up()
    is_menu = screen.back.step is Step.MENU
    return call.spoken.go_to(MAIN_MENU if is_menu else f"voice/{STEP}?to={screen.back.written()}").answer()


def _ask(spoken: Speech, screen: Screen, pick: Pick, round_: int) -> Response:
    """What is said, then each choice with its key; the keys that move about come last."""
    said = [*screen.said]
    keys: dict[str, Pick] = {}
    for number, option in enumerate(screen.options, start=1):
        keys[str(number)] = option.pick
        said.append(_with_key(spoken, option.what, str(number)))
    if screen.more is not None:
        keys[MORE] = screen.more.pick
        said.append(_with_key(spoken, screen.more.what, MORE))
    if screen.back is not None:
        keys[BACK] = screen.back
        said.append(spoken.texts.say(spoken.language, "phone.key.back"))
    keys[AGAIN] = pick
    said.append(spoken.texts.say(spoken.language, "phone.key.again"))
    return spoken.ask(f"voice/{PICKED}?keys={write_keys(keys)}&round={round_}", tuple(said)).answer()


def _with_key(spoken: Speech, what: str, key: str) -> str:
    return spoken.texts.say(spoken.language, "phone.key", what=what, press=key)
