"""`kill -9` of the delivery process at every named point: no message is lost, at most one is said twice (P1)."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from contextlib import asynccontextmanager
from typing import Any

import pytest

from backend.messaging.contents import Lane
from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.serve import serve
from playground.telegram.world import World
from tests.service.messaging.post_office import PostOffice, open_office

POINTS = (
    "delivery_claimed",
    "delivery_before_call",
    "delivery_after_call",
    "delivery_recorded",
    "before_commit",
    "after_commit",
)
PEOPLE = 12


@asynccontextmanager
async def delivery_process(*arguments: str) -> Any:
    """The delivery process, killed at the end if it has not died by itself."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.delivery_process", *arguments)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def crash_and_recover(url: str, point: str, after: int) -> None:
    """Write messages, kill the process at `point`, start it again, and count what everybody heard."""
    world = World()
    bot = world.add_bot("42:youlin", "youlin_bot")
    phones = PhoneBook(world)
    people: list[Phone] = [phones.new(f"neighbour {number}") for number in range(PEOPLE)]
    for person in people:
        await person.starts(bot=bot)
    office: PostOffice = open_office(url)
    for number, person in enumerate(people):
        await office.write(person.person.id, f"message {number}", list(Lane)[number % len(Lane)])

    async with serve(world) as api:
        async with delivery_process(url, api, "first", point, str(after)) as first:
            await asyncio.wait_for(first.wait(), 30)
            assert first.returncode == -signal.SIGKILL
        async with delivery_process(url, api, "second"):
            await office.until_idle(30)

    heard = Counter(message["text"] for person in people for message in person.messages() if message["text"])
    counts = [heard[f"message {number}"] for number in range(PEOPLE)]
    await office.work.database.close()
    assert min(counts) >= 1, f"lost: {counts} {heard}"
    assert max(counts) <= 2
    assert sum(counts) <= PEOPLE + (PEOPLE if point == "delivery_after_call" else 0)


async def test_a_crash_right_after_the_calls_loses_nothing(database_url: str) -> None:
    await crash_and_recover(database_url, "delivery_after_call", 3)


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 2, 5, 9])
@pytest.mark.parametrize("point", POINTS)
async def test_a_crash_at_any_point_loses_nothing(database_url: str, point: str, after: int) -> None:
    await crash_and_recover(database_url, point, after)
