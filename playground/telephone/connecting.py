"""The verb that connects people: Dial, to numbers (the first who answers) or into a conference."""

from __future__ import annotations

import asyncio

from .background import first_of
from .conferences import CAPACITY, Entry
from .names import is_number
from .records import ENDED, Call, CallStatus, Hook, Script, Watch
from .stage import Stage, Turn
from .twiml import Step

RING_SECONDS = 30
LONGEST_SECONDS = 14_400


async def dial(stage: Stage, step: Step) -> Turn | None:
    """Connect, and when that is over tell the action how it went; without one the document goes on."""
    rooms = [noun for noun in step.inside if noun.name == "Conference"]
    form = await _attend(stage, rooms[0]) if rooms else await _dial_numbers(stage, step)
    if not step.get("action"):
        return None
    return Turn(stage.action(step), form)


async def _attend(stage: Stage, noun: Step) -> dict[str, str]:
    entry = Entry(
        name=noun.text,
        begins=noun.is_on("startConferenceOnEnter", default=True),
        ends=noun.is_on("endConferenceOnExit"),
        most=int(noun.seconds("maxParticipants", CAPACITY, CAPACITY)),
        hook=_status_hook(stage, noun),
        events=frozenset(noun.get("statusCallbackEvent").split()),
    )
    await stage.exchange.conferences.attend(stage.call, entry)
    return {"DialCallStatus": "answered"}


def _status_hook(stage: Stage, noun: Step) -> Hook | None:
    url = noun.get("statusCallback")
    return stage.hook(url, noun.get("statusCallbackMethod", "POST")) if url else None


async def _dial_numbers(stage: Stage, step: Step) -> dict[str, str]:
    nouns = [noun for noun in step.inside if noun.name == "Number"]
    if step.text:
        nouns.append(Step("Number", {}, step.text))
    legs = [_leg(stage, step, noun) for noun in nouns if _may_be_dialled(stage, noun.text)]
    if not legs:
        return {"DialCallStatus": CallStatus.FAILED.value}
    try:
        winner = await _first_to_answer(legs)
        if winner is not None:
            for leg in legs:
                if leg is not winner:
                    leg.end(CallStatus.CANCELED)
            await _connect(stage, step, winner)
    finally:
        for leg in legs:
            leg.end(CallStatus.CANCELED if leg.started_at is None else CallStatus.COMPLETED)
    return _outcome(winner or legs[-1])


def _may_be_dialled(stage: Stage, number: str) -> bool:
    if not is_number(number):
        stage.exchange.complain(13223, f"{number} is no number that can be dialled", stage.call.sid)
        return False
    return True


def _leg(stage: Stage, step: Step, noun: Step) -> Call:
    """Call one number; its own document, if any, is whispered to it before it is connected."""
    whisper = Hook(stage.hook(noun.get("url"), "POST").url, noun.get("method", "POST")) if noun.get("url") else None
    events = frozenset(noun.get("statusCallbackEvent", "completed").split())
    inbound = stage.call.other if stage.call.direction == "inbound" else stage.call.from_
    return stage.exchange.calling.branch(
        stage.call,
        noun.text,
        from_=step.get("callerId") or inbound,
        ring_seconds=step.seconds("timeout", RING_SECONDS, 600),
        script=Script(whisper),
        watch=Watch(_status_hook(stage, noun), events),
    )


async def _first_to_answer(legs: list[Call]) -> Call | None:
    """Wait until one may be heard, or all have ended."""

    async def answered(leg: Call) -> Call | None:
        await first_of(leg.joined.wait(), leg.ended.wait())
        return leg if leg.joined.is_set() else None

    waits = {asyncio.ensure_future(answered(leg)) for leg in legs}
    try:
        while waits:
            done, waits = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                if (leg := one.result()) is not None:
                    return leg
    finally:
        for wait in waits:
            wait.cancel()
    return None


async def _connect(stage: Stage, step: Step, leg: Call) -> None:
    call = stage.call
    call.partners.append(leg)
    leg.partners.append(call)
    for one in (call, leg):
        stage.exchange.tell_call(one)
    try:
        await first_of(
            leg.ended.wait(), call.put_down.wait(), seconds=step.seconds("timeLimit", LONGEST_SECONDS, LONGEST_SECONDS)
        )
    finally:
        if leg in call.partners:
            call.partners.remove(leg)


def _outcome(leg: Call) -> dict[str, str]:
    status = leg.status if leg.status in ENDED else leg.outcome
    form = {"DialCallStatus": status.value, "DialCallSid": leg.sid}
    if leg.started_at is not None:
        form |= {"DialCallDuration": str(leg.seconds), "DialBridged": "true"}
    return form
