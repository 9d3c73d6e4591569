"""How soon silent devices are noticed (P14): ten thousand of them, all at once, on either database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import perf_counter

import uvloop
from sqlalchemy import func, select, update

from backend.devices import DeviceStatus, is_check_due, sweep_devices
from backend.devices.models import DeviceState
from backend.kernel.unit_of_work import Work
from bench.figures import Row, Section, Spread
from bench.ingest import Field
from bench.machine import Noise
from bench.outbox import databases, open_empty_work

NAME = "silence"
METHOD = """Ten thousand devices have spoken for the last time in the same second, and their interval is over. What is
measured is the work of the clock from then on: one look whether anything is due, while nothing is; and the sweeps, 200
devices in a unit of work each, until the last device is told as silent (events recorded, states sealed and stored)."""
ROUNDS, DEVICES = 3, 10_000


def measure(noise: Noise, *, is_smoke: bool = False, rounds: int = ROUNDS) -> Section:
    """Both databases in turns."""
    with databases() as urls, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runs = runner.run(_rounds(urls, noise, *((1, 500) if is_smoke else (rounds, DEVICES))))
    rows = []
    for name, (looks, sweeps) in runs.items():
        rows += [
            Row(f"{name}: a look when nothing is due", Spread.of(look * 1000 for look in looks), "ms"),
            Row(f"{name}: until the last of 10,000 is told", Spread.of(sweeps), "s", "≤ 10"),
        ]
    return Section(NAME, "ten thousand devices fall silent at once (P14)", METHOD, rows)


async def _rounds(
    urls: dict[str, str], noise: Noise, rounds: int, count: int
) -> dict[str, tuple[list[float], list[float]]]:
    works = {name: open_empty_work(url)[0] for name, url in urls.items()}
    runs: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in urls}
    for work in works.values():
        await Field(work, count).fill()
    for _ in range(rounds):
        with noise.watched():
            for name, work in works.items():
                await _fall_silent(work, after=timedelta(hours=1))
                runs[name][0].append(await _look(work))
                await _fall_silent(work, after=timedelta(0))
                runs[name][1].append(await _sweep(work, count))
    for work in works.values():
        await work.database.close()
    return runs


async def _fall_silent(work: Work, *, after: timedelta) -> None:
    """All have spoken, and are silent if nothing comes until `after` from now."""
    async with work.begin() as uow:
        due = uow.now + after
        spoke = {"status": DeviceStatus.HEALTHY, "last_seen_at": due - timedelta(seconds=1500), "check_at": due}
        await uow.session.execute(update(DeviceState).values(**spoke))


async def _look(work: Work) -> float:
    began = perf_counter()
    async with work.look() as uow:
        assert not await is_check_due(uow)
    return perf_counter() - began


async def _sweep(work: Work, count: int) -> float:
    began = perf_counter()
    while True:
        async with work.begin() as uow:
            if not await sweep_devices(uow):
                break
    took = perf_counter() - began
    async with work.look() as uow:
        silent = select(func.count()).where(DeviceState.status == DeviceStatus.SILENT)
        assert await uow.session.scalar(silent) == count
    return took
