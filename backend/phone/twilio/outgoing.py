"""Calls that we make: what is said when somebody answers, what their keys do, and how the call went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from backend.alerts.states import Via
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript, ChannelName, Content
from backend.messaging.models import Message
from backend.messaging.written import read_content
from backend.phone.answering import Heard, Said, answer, has_taken, standing_words
from backend.phone.bridging import Leg, LegRequest, bridge_targets, open_leg, telephone_of_attempt
from backend.phone.greeting import greeting
from backend.phone.reserving import note_landed
from backend.phone.twilio.bridging import bring_together
from backend.phone.twilio.line import Line, language_in, number_in
from backend.phone.twilio.settings import NAME
from backend.registry.telephones import KnownNumber

MOST_ROUNDS = 3
LAST_ROUND = MOST_ROUNDS - 1
LARGEST_ID = 2**62
KEYS: Mapping[str, Said] = {"1": Said.YES, "2": Said.NO}
BRIDGE, AGAIN = "3", "*"
MENUS: Mapping[CallKind, str] = {
    CallKind.ALERT: "phone.menu.alert",
    CallKind.CHECK_IN: "phone.menu.check_in",
    CallKind.DRILL: "phone.menu.drill",
    CallKind.NOTICE: "phone.menu.notice",
    CallKind.BOOKING: "phone.menu.booking",
}


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call of ours that was answered: `instead` is said when its matter is settled meanwhile."""

    content: Content
    greeting: str
    instead: Heard | None
    targets: tuple[KnownNumber, ...] = ()
    """Whom key 3 reaches; it is offered only where there is somebody."""
    is_theirs: bool = False
    """They have taken it on already."""

    @property
    def script(self) -> CallScript:
        return self.content.call or CallScript(CallKind.NOTICE)

    @property
    def language(self) -> str:
        return self.content.language or "zh_Hans"


def outgoing_pages(line: Line) -> APIRouter:
    """The pages of a call that we made."""
    router = APIRouter()
    at = "/voice/{message_id}/{attempt_id}"

    @router.post(f"{at}/answer")
    async def answered(message_id: int, attempt_id: int, request: Request) -> Response:
        form = await line.form(request)
        call = await line.in_time(lambda uow: _open(uow, line, message_id, attempt_id, form.get("CallSid")))
        if call is None:
            return line.one_moment(request)
        return _speak(line, call, f"voice/{message_id}/{attempt_id}", number_in(request, "round"))

    @router.post(f"{at}/keys")
    async def pressed(message_id: int, attempt_id: int, request: Request) -> Response:
        form = await line.form(request)
        key = form.get("Digits", 1) or request.query_params.get("key", "")[:1]
        press = Press(message_id, attempt_id, form.get("CallSid"), key, number_in(request, "round"))
        return await _hear(line, request, press)

    @router.post(f"{at}/reached")
    async def reached(message_id: int, attempt_id: int, request: Request) -> Response:
        form = await line.form(request)
        key = form.get("Digits", 1) or request.query_params.get("key", "")[:1]
        press = Press(message_id, attempt_id, form.get("CallSid"), key, 0)
        if key != "1":
            return _not_reached(line, request, press.path)
        return await _act(line, request, press, Said.REACHED)

    return router


def _not_reached(line: Line, request: Request, path: str) -> Response:
    """They were connected, but not with the elder herself: it is still open who takes care."""
    language = language_in(request)
    menu = line.texts.say(language, "phone.menu.not_connected")
    return line.speech(language).ask(f"{path}/keys?round={LAST_ROUND}&language={language}", (menu,)).hang_up()


@dataclass(frozen=True, slots=True)
class Press:
    """One key, or none, in one call."""

    message_id: int
    attempt_id: int
    call_id: str
    key: str
    round: int

    @property
    def path(self) -> str:
        return f"voice/{self.message_id}/{self.attempt_id}"


async def _open(uow: UnitOfWork, line: Line, message_id: int, attempt_id: int, call_id: str) -> OpenCall:
    """The call as it stands now. One that we never made says nothing of anybody."""
    message = await uow.session.get(Message, message_id) if 0 < message_id < LARGEST_ID else None
    is_ours = 0 < attempt_id < LARGEST_ID and await note_landed(
        uow, attempt_id=attempt_id, carrier=NAME, provider_id=call_id
    )
    if message is None or not is_ours or message.channel != ChannelName.VOICE.value:
        return OpenCall(Content(""), "", Heard("phone.nothing", is_recorded=False))
    content = read_content(message.content)
    script = content.call or CallScript(CallKind.NOTICE)
    language = content.language or "zh_Hans"
    return OpenCall(
        content,
        await greeting(uow, line.texts, language, script),
        await standing_words(uow, script),
        targets=await _targets(uow, line, script, attempt_id),
        is_theirs=await has_taken(uow, script),
    )


async def _targets(uow: UnitOfWork, line: Line, script: CallScript, attempt_id: int) -> tuple[KnownNumber, ...]:
    service = line.carrier.services[ChannelName.VOICE]
    return await bridge_targets(uow, script, service, but=await telephone_of_attempt(uow, attempt_id))


def _speak(line: Line, call: OpenCall, path: str, round_: int) -> Response:
    spoken = line.speech(call.language)
    if call.instead is not None:
        return spoken.say_text(call.greeting).say(call.instead.words, **call.instead.params).hang_up()
    menu = MENUS.get(call.script.kind)
    if menu is None:
        return spoken.say_text(call.content.text).wait(1).say_text(call.content.text).hang_up()
    texts = [call.greeting] if round_ == 0 else []
    texts += [call.content.text, line.texts.say(call.language, menu)]
    if call.targets:
        texts.append(line.texts.say(call.language, "phone.menu.bridge"))
    return spoken.ask(f"{path}/keys?round={round_}&language={call.language}", tuple(texts)).answer()


async def _hear(line: Line, request: Request, press: Press) -> Response:
    said = KEYS.get(press.key)
    if said is not None:
        return await _act(line, request, press, said)
    call = await line.in_time(lambda uow: _open(uow, line, press.message_id, press.attempt_id, press.call_id))
    if call is None:
        return line.one_moment(request, key=press.key)
    if press.key == BRIDGE and call.targets and call.instead is None:
        return await _bridge(line, request, press, call)
    round_ = press.round + 1
    if round_ >= MOST_ROUNDS and press.key != AGAIN:
        return line.speech(call.language).say("phone.bye" if call.is_theirs else "phone.no_key").hang_up()
    return _speak(line, call, press.path, min(round_, MOST_ROUNDS))


async def _act(line: Line, request: Request, press: Press, said: Said) -> Response:
    """Do what the key means; only when the commit stands is it said to be done."""
    done = await line.in_time(lambda uow: _answer(uow, line, press, said))
    if done is None:
        return line.one_moment(request, key=press.key)
    call, heard = done
    spoken = line.speech(call.language).say(heard.words, **heard.params)
    if heard.is_recorded and said is Said.YES and call.targets:
        after = line.texts.say(call.language, "phone.menu.after")
        page = f"{press.path}/keys?round={MOST_ROUNDS}&language={call.language}"
        return spoken.ask(page, (after,)).hang_up()
    return spoken.hang_up()


async def _bridge(line: Line, request: Request, press: Press, call: OpenCall) -> Response:
    """Who wants to speak with the elder first has not taken it on by that: the ladder goes on meanwhile."""
    wish = LegRequest(
        carrier=NAME,
        call_id=press.call_id,
        message_id=press.message_id,
        attempt_id=press.attempt_id,
        language=call.language,
    )
    asked = await line.in_time(lambda uow: _ask(uow, line, press, wish, call.targets))
    if asked is None:
        return line.one_moment(request, key=press.key)
    spoken = line.speech(call.language).say(asked.heard.words, **asked.heard.params)
    if not asked.heard.is_recorded:
        return spoken.hang_up()
    together = await bring_together(line, spoken, asked.leg) if asked.leg is not None else None
    if together is not None:
        return together
    menu = line.texts.say(call.language, "phone.menu.alert")
    page = f"{press.path}/keys?round={LAST_ROUND}&language={call.language}"
    return line.speech(call.language).say("phone.bridge.none").ask(page, (menu,)).hang_up()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was made of the key, and whom to bring in: nobody, where it was tried too often."""

    heard: Heard
    leg: Leg | None


async def _ask(uow: UnitOfWork, line: Line, press: Press, wish: LegRequest, targets: tuple[KnownNumber, ...]) -> Asked:
    _, heard = await _answer(uow, line, press, Said.SPEAKS)
    return Asked(heard, await open_leg(uow, wish, targets) if heard.is_recorded else None)


async def _answer(uow: UnitOfWork, line: Line, press: Press, said: Said) -> tuple[OpenCall, Heard]:
    call = await _open(uow, line, press.message_id, press.attempt_id, press.call_id)
    if not call.greeting and call.instead is not None:  # no call of ours
        return call, call.instead
    evidence = f"{NAME}:{press.call_id}:{press.key}"
    return call, await answer(uow, call.script, said, Via.VOICE, evidence)
