"""One alarm with deaths planned in it, what came of it, and the plan of all runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from backend.alerts.states import AlertState
from backend.kernel.faults import FAULT_POINTS
from playground.telegram.inbox import words_of
from tests.faults.alarm_scene import AlarmScene, answers_and_takes_it, open_alarm_scene
from tests.faults.killing import Plan, spread
from tests.faults.program import Forge
from tests.faults.scene import Filled

PATIENCE = 30.0
"""Seconds after the last death within which an alarm must be where it belongs (promise P1)."""
LAST_RUNG = "operator Luo"
SOS_WORDS = "求助键"

INGEST_POINTS = ("ingest_received", "ingest_stored")
CARRIER_POINTS = ("carrier_reserved", "carrier_asked", "carrier_noted")
CALLBACK_POINTS = ("callback_heard", "callback_kept")
CLOCK_POINTS = ("steps_due", "steps_taken")
DELIVERY_POINTS = ("delivery_claimed", "delivery_before_call", "delivery_after_call", "delivery_recorded")
COMMIT_POINTS = ("before_commit", "after_commit")
ALL_POINTS = INGEST_POINTS + CARRIER_POINTS + CALLBACK_POINTS + DELIVERY_POINTS + COMMIT_POINTS
TWICE = (("carrier_asked", "orphans_taken_over"), ("delivery_before_call", "orphans_taken_over"))
"""A death, and a second one in the middle of the recovery from it."""


@dataclass(frozen=True)
class AlarmRun:
    """What came of one run. `seconds` from the press of the button to the end, `after_death` from the last death."""

    plan: Plan
    deaths: int
    seconds: float
    after_death: float
    calls_twice: int
    said_twice: int

    @property
    def has_died(self) -> bool:
        return self.deaths == len(self.plan)


@asynccontextmanager
async def answered(alarm: AlarmScene) -> AsyncIterator[None]:
    """Whoever is called picks up and takes it."""
    people = [asyncio.ensure_future(answers_and_takes_it(phone)) for phone in alarm.ladder]
    try:
        yield
    finally:
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)


@asynccontextmanager
async def unanswered(alarm: AlarmScene) -> AsyncIterator[None]:
    """One is engaged, one far from the telephone, one has a machine."""
    daughter, son, neighbour = alarm.ladder
    daughter.busy()
    son.lets_it_ring()
    neighbour.voicemail()
    yield


@asynccontextmanager
async def ringing(_alarm: AlarmScene) -> AsyncIterator[None]:
    """Every telephone rings and nobody picks up: only time moves it on."""
    yield


async def is_taken(alarm: AlarmScene) -> bool:
    """A human has it."""
    return [alert.state for alert in await alarm.alerts()] == [AlertState.ACKNOWLEDGED]


async def is_settled(alarm: AlarmScene) -> bool:
    """Nothing is left to be said."""
    return await alarm.waiting() == 0


async def is_at_the_last_rung(alarm: AlarmScene) -> bool:
    """Everybody was tried, and the centre has read it."""
    return any(SOS_WORDS in words_of(message) for message in alarm.scene.phone(LAST_RUNG).messages())


@dataclass(frozen=True)
class AlarmStory:
    """How people behave, where the alarm must end by that, and the deaths that are tried in it."""

    people: Callable[[AlarmScene], AbstractAsyncContextManager[None]]
    is_over: Callable[[AlarmScene], Awaitable[bool]]
    points: tuple[str, ...]
    twice: tuple[tuple[str, str], ...] = ()


STORIES: Mapping[str, AlarmStory] = {
    "answered": AlarmStory(answered, is_taken, ALL_POINTS, TWICE),
    "unanswered": AlarmStory(unanswered, is_at_the_last_rung, CARRIER_POINTS + CALLBACK_POINTS),
    "ringing": AlarmStory(ringing, is_at_the_last_rung, CARRIER_POINTS + CLOCK_POINTS),
}


async def golden_alarm(filled: Filled, forge: Forge, home: Path, story: AlarmStory) -> Mapping[str, int]:
    """Play it without a death; returns how often each point was reached."""
    async with open_alarm_scene(filled, forge, home) as alarm:
        alarm.scene.program.counts = FAULT_POINTS
        await _live(alarm, story, ())
        await alarm.scene.program.stop()
        return alarm.scene.program.counted()


async def deadly_alarm(filled: Filled, forge: Forge, home: Path, story: AlarmStory, plan: Plan) -> AlarmRun:
    """Play it with deaths. Raises AssertionError where it never comes to its end, or anything was lost on the way."""
    async with open_alarm_scene(filled, forge, home) as alarm:
        seconds = await _live(alarm, story, plan)
        return _run_of(alarm, plan, seconds)


def _run_of(alarm: AlarmScene, plan: Plan, seconds: float) -> AlarmRun:
    program = alarm.scene.program
    last_death = max((life.ended_at for life in program.lives if life.was_killed), default=monotonic())
    said_twice = max((count - 1 for count in alarm.scene.said().values()), default=0)
    return AlarmRun(plan, program.crashes, seconds, max(monotonic() - last_death, 0.0), alarm.calls_twice(), said_twice)


async def _live(alarm: AlarmScene, story: AlarmStory, plan: Plan) -> float:
    keeper = asyncio.ensure_future(alarm.scene.program.keep_alive([(fault,) for fault in plan]))
    playing = asyncio.ensure_future(_play(alarm, story, len(plan)))
    try:
        await asyncio.wait([keeper, playing], return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            keeper.result()  # raises: only an error ends it
        return playing.result()
    finally:
        keeper.cancel()
        playing.cancel()
        await asyncio.gather(keeper, playing, return_exceptions=True)


async def _play(alarm: AlarmScene, story: AlarmStory, deaths: int) -> float:
    async with story.people(alarm):
        await alarm.watch.start()
        pressed = monotonic()
        await alarm.watch.sos()
        found = await alarm.alerts()
        assert len(found) == 1, "answered to the watch, and no alert"
        await _until(alarm, story.is_over, PATIENCE * (deaths + 1))
        seconds = monotonic() - pressed
        if story.people is answered:
            await _until(alarm, is_settled, PATIENCE)
    found = await alarm.alerts()
    # A watch that waits long for its answer says it again: that may count, and must not be another alert.
    assert len(found) == 1, [(alert.kind.value, alert.count) for alert in found]
    states = await alarm.scene.states()
    assert not set(states) & {"failed", "expired"} or story.people is not answered, states
    return seconds


async def _until(alarm: AlarmScene, is_so: Callable[[AlarmScene], Awaitable[bool]], within: float) -> None:
    end = monotonic() + within
    while not await is_so(alarm):
        if monotonic() > end:
            raise AssertionError(
                f"not within {within} s: {is_so.__name__}; {await alarm.rungs()}\n{alarm.scene.program.last_words()}"
            )
        await asyncio.sleep(0.05)


def alarm_plans(reached: Mapping[str, int], story: AlarmStory, each: int) -> Iterator[Plan]:
    """Deaths at every point of the story, `each` of them spread over it, then those in a recovery."""
    for point in story.points:
        assert reached[point], f"the story never comes to {point}"
        for nth in spread(reached[point], each):
            yield ((point, nth),)
    for first, second in story.twice:
        yield ((first, 1), (second, 1))


def summed_up(runs: Sequence[AlarmRun]) -> str:
    """Figures of many runs in one paragraph."""
    died = [run for run in runs if run.has_died]
    seconds, after = sorted(run.seconds for run in died), sorted(run.after_death for run in died)
    return (
        f"{len(runs)} runs, {sum(run.deaths for run in runs)} deaths, "
        f"{len(runs) - len(died)} ended before their point; lost 0; "
        f"calls too many per run {dict(sorted(Counter(run.calls_twice for run in died).items()))}; "
        f"press to end: median {seconds[len(seconds) // 2]:.1f} s, worst {seconds[-1]:.1f} s; "
        f"last death to end: median {after[len(after) // 2]:.1f} s, worst {after[-1]:.1f} s"
    )
