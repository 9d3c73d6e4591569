"""One run of the story with deaths planned in it, what came of it, and the plan of all runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.faults import story
from tests.faults.free_ports import free_port
from tests.faults.program import Fault, Forge
from tests.faults.scene import SECRET, Filled, Said, Scene, open_scene

POLLING, WEBHOOK = "polling", "webhook"

UPDATE_POINTS = ("update_received", "update_stored", "before_confirm", "before_reply", "after_reply", "reply_noted")
DELIVERY_POINTS = ("delivery_claimed", "delivery_before_call", "delivery_after_call", "delivery_recorded")
COMMIT_POINTS = ("before_commit", "after_commit")
JOB_POINTS = ("job_claimed", "job_done")
SECOND_DEATHS = {"replies_resumed": ("before_reply", "after_reply"), "orphans_taken_over": DELIVERY_POINTS[1:3]}
"""Points that are only reached after a first death at one of those."""

Line = tuple[int, str]
"""A chat, and what was said there."""
Plan = tuple[Fault, ...]
"""The death of the first life, of the second, ..."""


@dataclass(frozen=True)
class Golden:
    """A run without a death: what was said, what was taken back unsaid, how often each point was reached."""

    said: Said
    unsaid: frozenset[str]
    reached: Mapping[str, int]


@dataclass(frozen=True)
class Run:
    """What came of one run. Times in seconds."""

    plan: Plan
    deaths: int
    seconds: float
    longest_wait: float
    lost: tuple[Line, ...]
    twice: tuple[Line, ...]

    @property
    def has_died(self) -> bool:
        return self.deaths == len(self.plan)


async def golden_run(filled: Filled, forge: Forge, home: Path, mode: str, points: Sequence[str]) -> Golden:
    """Play the story undisturbed."""
    async with open_scene(filled, forge, home, **settings_of(mode)) as scene:
        scene.program.counts = points
        await _live(scene, ())
        await check(scene)
        return Golden(scene.said(), await scene.unsaid(), scene.program.counted())


async def deadly_run(filled: Filled, forge: Forge, home: Path, mode: str, plan: Plan, golden: Golden) -> Run:
    """Play the story with deaths, and compare. Raises AssertionError when something never comes to its end."""
    started = monotonic()
    async with open_scene(filled, forge, home, **settings_of(mode)) as scene:
        longest = await _live(scene, plan)
        await check(scene)
        lost, twice = compare(golden, scene.said(), await scene.unsaid())
        return Run(plan, scene.program.crashes, monotonic() - started, longest, lost, twice)


async def _live(scene: Scene, plan: Plan) -> float:
    """Begin, play, settle and stop; a death on the way out is followed by one more life."""
    await story.begin(scene)
    keeper = asyncio.ensure_future(scene.program.keep_alive([(fault,) for fault in plan]))
    playing = asyncio.ensure_future(_play(scene))
    try:
        await asyncio.wait([keeper, playing], return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            keeper.result()  # raises: only an error ends it
        longest = playing.result()
    finally:
        keeper.cancel()
        playing.cancel()
        await asyncio.gather(keeper, playing, return_exceptions=True)
    await scene.program.stop()
    if scene.program.lives[-1].was_killed or await scene.open_ends():
        # It died on its way out, or the clock wrote something in its last moment: the next life says it.
        await scene.program.start()
        await scene.settles()
        await scene.program.stop()
    return longest


async def _play(scene: Scene) -> float:
    longest = await story.play(scene)
    await scene.settles()
    return longest


async def check(scene: Scene) -> None:
    """Every report is exactly one issue, and every message of the outbox ended as sent or was taken back by a newer."""
    assert sorted(await scene.summaries()) == sorted([story.CORRIDOR, story.NOISE])
    states = await scene.states()
    assert set(states) <= {"sent", "superseded"}, states


def compare(golden: Golden, said: Said, unsaid: frozenset[str]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """What was said in the golden run and not in this one, and what was said too often.

    What the outbox itself took back, because something newer took its place, is neither.
    """
    lost = [line for line in (golden.said - said).elements() if first_line(line[1]) not in unsaid]
    twice = [line for line in (said - golden.said).elements() if first_line(line[1]) not in golden.unsaid]
    return tuple(lost), tuple(twice)


def first_line(words: str) -> str:
    return words.split("\n", 1)[0]


def settings_of(mode: str) -> dict[str, object]:
    """The settings that a mode needs."""
    if mode == POLLING:
        return {}
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    return {"telegram_mode": "webhook", "webhook_secret": SECRET, "http_port": port, "public_url": public}


def plans(golden: Golden, mode: str, each: int) -> Iterator[Plan]:
    """Deaths at every point, `each` of them spread evenly over the story."""
    firsts = UPDATE_POINTS + (DELIVERY_POINTS + COMMIT_POINTS + JOB_POINTS if mode == POLLING else ())
    for point in firsts:
        for nth in spread(golden.reached[point], each):
            yield ((point, nth),)
    if mode == POLLING:
        for second, before in SECOND_DEATHS.items():
            for point in before:
                for nth in spread(golden.reached[point], each // 2):
                    yield ((point, nth), (second, 1))


def spread(times: int, most: int) -> list[int]:
    """At most so many of 1..times, evenly; not the last ones, which are not met in every run."""
    last = max(times * 9 // 10, 1)
    count = min(most, last)
    return sorted({1 + round(index * (last - 1) / max(count - 1, 1)) for index in range(count)})


async def many_runs(
    filled: Filled, forge: Forge, home: Path, mode: str, chosen: Sequence[Plan], golden: Golden, at_once: int
) -> list[Run]:
    """Make all chosen runs, so many at a time; every failure is raised with the plan that brought it."""
    room = asyncio.Semaphore(at_once)

    async def one(number: int, plan: Plan) -> Run | str:
        async with room:
            try:
                return await deadly_run(filled, forge, home / f"{mode}-{number}", mode, plan, golden)
            except Exception as error:  # noqa: BLE001 - all failures are shown together, each with its plan
                return f"{mode} {plan}: {type(error).__name__} {error}"

    made = await asyncio.gather(*(one(number, plan) for number, plan in enumerate(chosen)))
    failures = [run for run in made if isinstance(run, str)]
    runs = [run for run in made if isinstance(run, Run)]
    what = f"{len(failures)} of {len(made)} runs failed; the others: {summed_up(runs)}"
    assert not failures, "\n\n".join([what, *failures[:10]])
    return runs


def summed_up(runs: Sequence[Run]) -> str:
    """Figures of many runs in one paragraph."""
    died = [run for run in runs if run.has_died]
    waits = sorted(run.longest_wait for run in died)
    twice = Counter(len(run.twice) for run in died)
    worst = max((Counter(run.twice).most_common(1)[0][1] for run in died if run.twice), default=0)
    return (
        f"{len(runs)} runs, {sum(run.deaths for run in runs)} deaths, "
        f"{len(runs) - len(died)} ended before their point; "
        f"lost {sum(len(run.lost) for run in runs)}; messages said twice per run {dict(sorted(twice.items()))}, "
        f"one of them at most {worst} time(s) too often; "
        f"longest wait of a person: median {waits[len(waits) // 2]:.1f} s, worst {waits[-1]:.1f} s"
    )
