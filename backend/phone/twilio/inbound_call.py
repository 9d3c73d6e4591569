"""Calls to our number at Twilio: a short menu for people who only have a telephone."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from twilio.twiml.voice_response import Record

from backend.alerts.states import Via
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.menus.checking_in import caller_is_fine
from backend.phone.menus.reporting import report_by_telephone, told_issues, want_recording
from backend.phone.menus.workers import worker_number
from backend.phone.spoken import spelled
from backend.phone.twilio.bridging import CONNECTED, dial
from backend.phone.twilio.guard import SignedForm
from backend.phone.twilio.inbound_booking import (
    inbound_booking_pages,
    offer_bookings,
    offer_services,
    tell_points,
)
from backend.phone.twilio.inbound_step import Choice, Inbound, take_step
from backend.phone.twilio.line import Line, number_in
from backend.phone.twilio.settings import NAME
from backend.phone.twilio.speech import Speech

MENU, CHOSEN, TOLD, CONNECTING = "inbound", "inbound/chosen", "inbound/told", "inbound/connected"
MOST_ROUNDS = 3
LONGEST_RECORDING = 120
SILENCE = 6
"""Seconds without a word that end a recording: elders pause."""


def inbound_call_pages(line: Line) -> APIRouter:
    """The menu: 1 tell a problem, 2 hear how mine stand, 3 I am well, 4 the grid worker, 5-7 bookings and points."""
    router = APIRouter()
    router.include_router(inbound_booking_pages(line))

    @router.post(f"/voice/{MENU}")
    async def menu(request: Request) -> Response:
        form = await line.form(request)
        return _menu(line, line.account.voices[0][0], number_in(request, "round"), form)

    @router.post(f"/voice/{CHOSEN}")
    async def chosen(request: Request) -> Response:
        form = await line.form(request)
        key = form.get("Digits", 1) or request.query_params.get("key", "")[:1]
        choice = CHOICES.get(key)
        if choice is None:
            return _menu(line, line.account.voices[0][0], number_in(request, "round") + 1, form)
        return await take_step(line, request, form, choice, key=key)

    @router.post(f"/voice/{TOLD}")
    async def told(request: Request) -> Response:
        return await take_step(line, request, await line.form(request), _take_report)

    @router.post(f"/voice/{CONNECTING}")
    async def connected(request: Request) -> Response:
        form = await line.form(request)
        spoken = line.speech(line.account.voices[0][0])
        if form.get("DialCallStatus") == CONNECTED:
            return spoken.say("phone.bye").hang_up()
        # Nobody there: what they wanted to say is not lost.
        return _record(spoken.say("phone.worker.away"))

    return router


def _menu(line: Line, language: str, round_: int, form: SignedForm) -> Response:
    spoken = line.speech(language)
    if round_ >= MOST_ROUNDS:
        return spoken.say("phone.bye").hang_up()
    texts = ["phone.menu.welcome"] if round_ == 0 else []
    texts.append("phone.menu.inbound")
    said = tuple(line.texts.say(language, key) for key in texts)
    return spoken.ask(f"voice/{CHOSEN}?round={round_}", said).answer()


async def _tell(_uow: UnitOfWork, call: Inbound) -> Response:
    return _record(call.spoken.say("phone.report.speak"))


def _record(spoken: Speech) -> Response:
    spoken.twiml.append(
        Record(
            action=spoken.account.page(f"voice/{TOLD}"),
            method="POST",
            max_length=LONGEST_RECORDING,
            timeout=SILENCE,
            finish_on_key="#",
            play_beep=True,
        )
    )
    # Without a word Twilio goes on here.
    return spoken.say("phone.report.nothing").hang_up()


async def _take_report(uow: UnitOfWork, call: Inbound) -> Response:
    """What was said becomes a report at once; the recording follows as soon as the carrier has it ready."""
    recording = call.form.get("RecordingSid", 64)
    seconds = call.form.get("RecordingDuration", 6)
    words = call.form.get("SpeechResult", 1_000) or call.line.texts.say(
        call.caller.language, "phone.report.recorded", seconds=seconds or "?"
    )
    if not recording and not call.form.get("SpeechResult"):
        return call.spoken.say("phone.report.nothing").hang_up()
    external_id = f"{NAME}:{recording or call.form.get('CallSid', 64)}"
    submitted = await report_by_telephone(uow, call.line.texts, call.caller, text=words, external_id=external_id)
    if submitted is None:
        return call.spoken.say("phone.nobody").hang_up()
    if recording:
        await want_recording(uow, carrier=NAME, provider_id=recording, report_id=submitted.report_id)
    return call.spoken.say("phone.report.taken", number=spelled(submitted.number)).hang_up()


async def _hear_mine(uow: UnitOfWork, call: Inbound) -> Response:
    issues = await told_issues(uow, call.caller)
    if not issues:
        call.spoken.say("phone.mine.none")
    for issue in issues:
        status = call.line.texts.say(call.caller.language, f"issue.status.{issue.status}")
        call.spoken.say("phone.mine.one", number=spelled(issue.number), status=status)
    return call.spoken.go_to(f"voice/{MENU}?round=1").answer()


async def _fine(uow: UnitOfWork, call: Inbound) -> Response:
    heard = await caller_is_fine(uow, call.caller, Via.VOICE)
    return call.spoken.say(heard.words, **heard.params).hang_up()


async def _reach_worker(uow: UnitOfWork, call: Inbound) -> Response:
    number = await worker_number(uow, call.caller)
    if number is None:
        return _record(call.spoken.say("phone.worker.none"))
    return dial(call.spoken.say("phone.bridge.wait"), number, f"voice/{CONNECTING}")


CHOICES: Mapping[str, Choice] = {
    "1": _tell,
    "2": _hear_mine,
    "3": _fine,
    "4": _reach_worker,
    "5": offer_services,
    "6": offer_bookings,
    "7": tell_points,
}
