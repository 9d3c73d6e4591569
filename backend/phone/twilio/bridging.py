"""Key 3: the one who answered is connected to the elder or the grid worker, on the same call."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from twilio.twiml.voice_response import Dial

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript
from backend.phone.twilio.line import Line, language_in
from backend.phone.twilio.speech import Speech
from backend.registry.telephones import number_at

RING_SECONDS = 25
LONGEST_TALK = 1_800
CONNECTED = "completed"


def offers_bridge(script: CallScript) -> bool:
    """Whether there is somebody to be connected to."""
    return script.kind is CallKind.ALERT and script.bridge is not None


async def bridge_number(uow: UnitOfWork, script: CallScript) -> str:
    """The number to which key 3 connects; empty when there is none."""
    known = await number_at(uow, script.bridge or "")
    return known.number if known is not None else ""


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


def bridging_pages(line: Line) -> APIRouter:
    """What follows a connection."""
    router = APIRouter()

    @router.post("/voice/{message_id}/{attempt_id}/bridged")
    async def bridged(message_id: int, attempt_id: int, request: Request) -> Response:
        """Only the one who was connected knows whether it was the elder and no machine: ask."""
        form = await line.form(request)
        language = language_in(request)
        spoken = line.speech(language)
        path = f"voice/{message_id}/{attempt_id}"
        if form.get("DialCallStatus") != CONNECTED:
            after = line.texts.say(language, "phone.menu.after")
            page = f"{path}/keys?round=3&language={language}"
            return spoken.say("phone.bridge.failed").ask(page, (after,)).hang_up()
        question = line.texts.say(language, "phone.bridge.question")
        return spoken.ask(f"{path}/reached?language={language}", (question,)).hang_up()

    return router
