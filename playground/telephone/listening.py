"""The verbs that listen: Gather for keys and words, Record for a voice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from .background import first_of
from .ear import Heard, Kind
from .names import sid
from .records import Recording
from .sounds import SECONDS_PER_LETTER, silence
from .speaking import pause, play, say
from .stage import Stage, Turn
from .twiml import Step

PROMPTS: dict[str, Callable[[Stage, Step], Awaitable[Turn | None]]] = {"Say": say, "Play": play, "Pause": pause}
CONFIDENCE = "0.9"
MOST_DIGITS = 100
ENDS_RECORDING = "1234567890*#"


async def gather(stage: Stage, step: Step) -> Turn | None:
    """Speak, listen at the same time, and tell what came; without anything the document goes on."""
    inputs = step.get("input", "dtmf").split()
    kinds = [kind for name, kind in (("dtmf", Kind.KEYS), ("speech", Kind.WORDS)) if name in inputs]
    with stage.call.ear.listening(*kinds):
        stage.exchange.tell_call(stage.call)
        first = await _first_heard(stage, step)
        if first is None:
            form = {"Digits": ""}
        elif first[0] is Kind.WORDS:
            form = {"SpeechResult": str(first[1]), "Confidence": CONFIDENCE}
        else:
            form = await _further_keys(stage, step, str(first[1]))
    stage.exchange.tell_call(stage.call)
    empty = not form.get("Digits") and "SpeechResult" not in form
    if empty and not step.is_on("actionOnEmptyResult"):
        return None
    return Turn(stage.action(step), form | {"msg": "Gather End"})


async def _first_heard(stage: Stage, step: Step) -> tuple[Kind, Heard] | None:
    """Wait while the prompts speak and `timeout` seconds longer; the first key silences them."""
    waiting = asyncio.ensure_future(stage.call.ear.next(None))

    async def speak() -> None:
        for prompt in step.inside:
            await PROMPTS[prompt.name](stage, prompt)
        await asyncio.sleep(stage.patience(step.seconds("timeout", 5)))

    try:
        await first_of(speak(), _until(waiting))
        return waiting.result() if waiting.done() else None
    finally:
        waiting.cancel()


async def _until(waiting: asyncio.Future[tuple[Kind, Heard] | None]) -> None:
    await asyncio.wait([waiting])


async def _further_keys(stage: Stage, step: Step, first: str) -> dict[str, str]:
    """Collect keys until there are enough, the finishing key, or a pause."""
    finish = step.get("finishOnKey", "#")
    most = min(int(step.seconds("numDigits", MOST_DIGITS)), MOST_DIGITS)
    digits, key = "", first
    while True:
        if key in finish and finish:
            return {"Digits": digits, "FinishedOnKey": key}
        digits += key
        if len(digits) >= most:
            return {"Digits": digits}
        heard = await stage.call.ear.next(stage.patience(step.seconds("timeout", 5)))
        if heard is None or heard[0] is not Kind.KEYS:
            return {"Digits": digits}
        key = str(heard[1])


async def record(stage: Stage, step: Step) -> Turn | None:
    """Record until a key, silence, the limit or the end of the call. Without a word the document goes on."""
    words: list[str] = []
    ended_by = "hangup"
    try:
        with stage.call.ear.listening(Kind.RECORDING):
            stage.exchange.tell_call(stage.call)
            ended_by = await _take_down(stage, step, words)
    except asyncio.CancelledError:
        # The person has put down: what was said is kept and told, but nothing that is answered can be heard.
        if words and stage.call.put_down.is_set():
            stage.exchange.background.start(_tell_last(stage, step, words))
        raise
    stage.exchange.tell_call(stage.call)
    if not words:
        return None
    recording = await keep_recording(stage, step, words)
    return Turn(stage.action(step), result(stage, recording, ended_by))


async def _take_down(stage: Stage, step: Step, words: list[str]) -> str:
    finish = step.get("finishOnKey", ENDS_RECORDING)
    while True:
        heard = await stage.call.ear.next(stage.patience(step.seconds("timeout", 5)))
        if heard is None:
            return ""
        if heard[0] is Kind.WORDS:
            words.append(str(heard[1]))
        elif str(heard[1]) in finish:
            return str(heard[1])


async def _tell_last(stage: Stage, step: Step, words: list[str]) -> None:
    recording = await keep_recording(stage, step, words)
    form = stage.exchange.calling.form(stage.call) | result(stage, recording, "hangup")
    await stage.exchange.webhooks.ask(stage.action(step), form)


async def keep_recording(stage: Stage, step: Step, words: list[str]) -> Recording:
    """Make the words a sound, keep it, and tell who wants to know of recordings and of what was said in them."""
    exchange, text = stage.exchange, " ".join(words)
    seconds = max(1, round(SECONDS_PER_LETTER * len(text)))
    wav = await exchange.voice.speak(text) or silence(seconds)
    recording = Recording(sid("RE"), stage.call, exchange.clock.now(), seconds, wav)
    exchange.recordings[recording.sid] = recording
    base = exchange.calling.form(stage.call) | result(stage, recording, "")
    if step.get("recordingStatusCallback"):
        hook = stage.hook(step.get("recordingStatusCallback"), step.get("recordingStatusCallbackMethod", "POST"))
        exchange.webhooks.tell(f"recordings/{recording.sid}", hook, base | {"RecordingStatus": "completed"})
    if step.is_on("transcribe") and step.get("transcribeCallback"):
        said = {"TranscriptionText": text, "TranscriptionStatus": "completed", "TranscriptionSid": sid("TR")}
        exchange.webhooks.tell(
            f"transcriptions/{recording.sid}", stage.hook(step.get("transcribeCallback"), "POST"), base | said
        )
    return recording


def result(stage: Stage, recording: Recording, ended_by: str) -> dict[str, str]:
    return {
        "RecordingUrl": stage.exchange.recording_url(recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.seconds),
        "Digits": ended_by,
    }
