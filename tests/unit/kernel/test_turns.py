"""Turns at SQLite's writer: who is urgent goes first, others in their order, and nobody waits for ever."""

from __future__ import annotations

import asyncio

from backend.kernel.turns import URGENT_IN_A_ROW, Turns


async def take(turns: Turns, name: str, taken: list[str], *, urgent: bool = False) -> None:
    async with turns.turn(urgent=urgent):
        taken.append(name)


async def hold(turns: Turns, until: asyncio.Event) -> None:
    async with turns.turn():
        await until.wait()


async def test_who_is_urgent_goes_before_those_who_wait_longer() -> None:
    turns, taken, over = Turns(), list[str](), asyncio.Event()

    async with asyncio.TaskGroup() as group:
        group.create_task(hold(turns, over))
        await asyncio.sleep(0)
        group.create_task(take(turns, "report", taken))
        group.create_task(take(turns, "broadcast", taken))
        group.create_task(take(turns, "alarm", taken, urgent=True))
        await asyncio.sleep(0)
        over.set()

    assert taken == ["alarm", "report", "broadcast"]


async def test_in_the_longest_storm_others_have_their_turn() -> None:
    turns, taken = Turns(), list[str]()
    alarms = [f"alarm {number}" for number in range(URGENT_IN_A_ROW + 2)]
    over = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        group.create_task(hold(turns, over))
        await asyncio.sleep(0)
        group.create_task(take(turns, "report", taken))
        for name in alarms:
            group.create_task(take(turns, name, taken, urgent=True))
        await asyncio.sleep(0)
        over.set()

    assert taken.index("report") == URGENT_IN_A_ROW


async def test_who_goes_away_while_waiting_costs_nobody_their_turn() -> None:
    turns, taken, over = Turns(), list[str](), asyncio.Event()

    async with asyncio.TaskGroup() as group:
        group.create_task(hold(turns, over))
        await asyncio.sleep(0)
        gone = group.create_task(take(turns, "gone", taken, urgent=True))
        group.create_task(take(turns, "stays", taken))
        await asyncio.sleep(0)
        over.set()
        await asyncio.sleep(0)
        gone.cancel()

    assert taken in (["stays"], ["gone", "stays"])
