"""The verbs that are heard: Say, Play, Pause."""

from __future__ import annotations

from .pace import speech_seconds
from .records import Line
from .sounds import wav_seconds
from .stage import Stage, Turn
from .twiml import Step

MOST_LOOPS = 5
"""Loop 0 means for ever; nobody listens longer than this."""
SOUND_KINDS = ("audio/", "application/octet-stream")


async def say(stage: Stage, step: Step) -> Turn | None:
    for _ in range(loops(step)):
        stage.hear(Line("said", " ".join(step.text.split()), step.get("language")))
        await spoken(stage, step.text, step.get("language"))
    return None


async def spoken(stage: Stage, words: str, language: str) -> None:
    """Wait as long as the voice speaks that the page lets one hear; without one, as long as a calm voice would."""
    if stage.exchange.pace.quick:
        await stage.exchange.pace.wait(0)
        return
    sound = await stage.exchange.voice.speak(words, language)
    await stage.exchange.pace.wait(wav_seconds(sound) if sound else speech_seconds(words))


async def play(stage: Stage, step: Step) -> Turn | None:
    """Fetch the sound as Twilio does; one that is not there is an error and the document goes on."""
    if step.get("digits"):
        stage.hear(Line("played", step.get("digits")))
        return None
    url = stage.hook(step.text or step.get("url"), "GET").url
    answer = await stage.exchange.webhooks.fetch_sound(url)
    if answer is None or answer.status != 200 or not answer.kind.startswith(SOUND_KINDS):
        stage.exchange.complain(11200, f"no sound at {url}", stage.call.sid)
        return None
    sound = stage.exchange.sounds.keep(answer.kind, answer.body)
    for _ in range(loops(step)):
        stage.hear(Line("played", url.rpartition("/")[2], sound=sound.id))
        await stage.exchange.pace.wait(sound.seconds)
    return None


async def pause(stage: Stage, step: Step) -> Turn | None:
    await stage.exchange.pace.wait(step.seconds("length", 1))
    return None


def loops(step: Step) -> int:
    wished = int(step.seconds("loop", 1))
    return min(wished or MOST_LOOPS, MOST_LOOPS)
