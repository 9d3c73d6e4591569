"""The room of key 3: one enters it by the key, the other is called into it; both leave it when one does."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from twilio.twiml.voice_response import Dial

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.standings import FINAL
from backend.phone.bridging import Leg, end_legs_of_call, leg_by_id, note_leg
from backend.phone.models import BridgeLeg
from backend.phone.twilio.answers import MACHINES, call_status
from backend.phone.twilio.line import Line, language_in, nothing
from backend.phone.twilio.settings import NAME
from backend.phone.twilio.speech import Speech

RING_SECONDS = 25
LONGEST_TALK = 1_800
CONNECTED = "completed"
LARGEST_ID = 2**62


@dataclass(frozen=True, slots=True)
class Met:
    """How far a leg has come, and the call of the one who pressed: its id, its pages, its language."""

    is_open: bool = False
    was_together: bool = False
    call_id: str = ""
    path: str = ""
    language: str = "zh_Hans"


def dial(spoken: Speech, number: str, then: str) -> Response:
    """Ring the other end while music plays; afterwards the call goes on at `then`."""
    connection = Dial(
        action=spoken.account.page(then),
        method="POST",
        timeout=RING_SECONDS,
        time_limit=LONGEST_TALK,
        caller_id=spoken.account.number,
        answer_on_bridge=True,
    )
    connection.number(number)
    spoken.twiml.append(connection)
    return spoken.answer()


async def bring_together(line: Line, spoken: Speech, leg: Leg) -> Response | None:
    """Call the other one in and let this one wait in the room; None when they cannot be called just now."""
    if leg.is_new:
        provider_id = await line.carrier.bring_in(leg.number, f"bridge/{leg.id}")
        if not await line.in_time(lambda uow: note_leg(uow, leg.id, provider_id)):
            if provider_id is not None:
                await line.carrier.hang_up(provider_id)
            return None
    # They hear music until the other one begins the room.
    return _enter(spoken, leg.id, begins=False).answer()


async def let_go(line: Line, call_id: str) -> None:
    """Who pressed 3 has put down: whoever still rings for them is left in peace."""
    legs = await line.in_time(lambda uow: end_legs_of_call(uow, NAME, call_id))
    for provider_id in legs or ():
        await line.carrier.hang_up(provider_id)


def bridging_pages(line: Line) -> APIRouter:
    """What the one hears who is called in, how that call went, and what follows for the one who pressed."""
    router = APIRouter()

    @router.post("/bridge/{leg_id}/join")
    async def joined(leg_id: int, request: Request) -> Response:
        form = await line.form(request)
        call_id = form.get("CallSid", 64)
        met = await line.in_time(lambda uow: _join(uow, leg_id, call_id))
        if met is None:
            return line.one_moment(request)
        spoken = line.speech(language_in(request))
        if not met.is_open:
            return spoken.say("phone.bridge.gone").hang_up()
        return _enter(spoken.say("phone.bridge.joining"), leg_id, begins=True).say("phone.bye").hang_up()

    @router.post("/bridge/{leg_id}/status")
    async def went(leg_id: int, request: Request) -> Response:
        form = await line.form(request)
        status = call_status(form.get("CallStatus"))
        return nothing() if status is None or status not in FINAL else await _part(line, leg_id, was_machine=False)

    @router.post("/bridge/{leg_id}/machine")
    async def answered_by(leg_id: int, request: Request) -> Response:
        form = await line.form(request)
        if form.get("AnsweredBy") not in MACHINES:
            return nothing()
        response = await _part(line, leg_id, was_machine=True)
        await line.carrier.hang_up(form.get("CallSid", 64))
        return response

    return router


def room_pages(line: Line) -> APIRouter:
    """What follows for the one who pressed the key."""
    router = APIRouter()

    @router.post("/bridge/{leg_id}/after")
    async def after(leg_id: int, request: Request) -> Response:
        """Only the one who was connected knows whether it was the elder and no machine: ask."""
        await line.form(request)
        met = await line.in_time(lambda uow: _met(uow, leg_id))
        if met is None:
            return line.one_moment(request)
        spoken = line.speech(met.language)
        if not met.was_together:
            menu = line.texts.say(met.language, "phone.menu.not_connected")
            return (
                spoken.say("phone.bridge.failed")
                .ask(f"{met.path}/keys?round=1&language={met.language}", (menu,))
                .answer()
            )
        question = line.texts.say(met.language, "phone.bridge.question")
        return spoken.ask(f"{met.path}/reached?language={met.language}", (question,)).hang_up()

    return router


def _enter(spoken: Speech, leg_id: int, *, begins: bool) -> Speech:
    """Into the room of a leg, which is over for both when one leaves. Who began it was called in and just goes."""
    then = {} if begins else {"action": spoken.account.page(f"bridge/{leg_id}/after"), "method": "POST"}
    connection = Dial(time_limit=LONGEST_TALK, **then)
    connection.conference(
        f"youlin-{leg_id}",
        beep=False,
        start_conference_on_enter=begins,
        end_conference_on_exit=True,
        max_participants=2,
    )
    spoken.twiml.append(connection)
    return spoken


async def _part(line: Line, leg_id: int, *, was_machine: bool) -> Response:
    """The other end is over. Where they were not together the one who waits hears so at once."""
    left = await line.in_time(lambda uow: _leave(uow, leg_id, was_machine=was_machine))
    if left is None:
        return Response(status_code=503)
    if left.is_open and not left.was_together:
        await line.carrier.go_on_at(left.call_id, f"bridge/{leg_id}/after")
    return nothing()


async def _join(uow: UnitOfWork, leg_id: int, provider_id: str) -> Met:
    leg = await _leg(uow, leg_id)
    if leg is None or leg.ended_at is not None or leg.provider_id not in (None, provider_id):
        return NEVER_MET
    leg.provider_id, leg.joined_at = provider_id, leg.joined_at or uow.now
    return _met_of(leg)


async def _leave(uow: UnitOfWork, leg_id: int, *, was_machine: bool) -> Met:
    """How it stood before; the leg is over after this."""
    leg = await _leg(uow, leg_id)
    if leg is None:
        return NEVER_MET
    if was_machine:
        leg.joined_at = None
    before = _met_of(leg)
    leg.ended_at = leg.ended_at or uow.now
    return before


async def _met(uow: UnitOfWork, leg_id: int) -> Met:
    leg = await _leg(uow, leg_id)
    if leg is None:
        return NEVER_MET
    leg.ended_at = leg.ended_at or uow.now  # who stands here has left the room
    return _met_of(leg)


async def _leg(uow: UnitOfWork, leg_id: int) -> BridgeLeg | None:
    return await leg_by_id(uow, leg_id, NAME) if 0 < leg_id < LARGEST_ID else None


NEVER_MET = Met()


def _met_of(leg: BridgeLeg) -> Met:
    return Met(
        is_open=leg.ended_at is None,
        was_together=leg.joined_at is not None,
        call_id=leg.call_id,
        path=f"voice/{leg.message_id}/{leg.attempt_id}",
        language=leg.language,
    )
