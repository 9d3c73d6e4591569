"""Programs race for the same seats and are killed at it: no seat is sold twice, and none stays empty (P5)."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from backend.bookings.models import Booking
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from tests.faults.results import note
from tests.service.bookings.acting import check_seats
from tests.service.bookings.conftest import open_market
from tests.service.world import open_world

PEOPLE = ("Wang Fang", "Liu Yang", "Zhou Min", "worker Li", "worker Zhao", "stranger")
PROGRAMS, ROUNDS = 3, 4


async def live(number: int, *arguments: str) -> list[str]:
    """One life: so many lines, then SIGKILL in the middle of whatever comes next. Returns what it said."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.booking_process", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    said = [await program.stdout.readline() for _ in range(60 + 17 * number)]
    assert program.returncode is None, "it ended by itself"
    program.send_signal(signal.SIGKILL)
    said += [line async for line in program.stdout if line.endswith(b"\n")]
    await program.wait()
    return [line.decode().strip() for line in said]


@pytest.mark.slow
async def test_programs_that_race_for_seats_and_die_sell_none_twice(database_url: str) -> None:
    key, database = Fernet.generate_key().decode(), Database(database_url)
    world = await open_world(database, vault=Vault([key]))
    market = await open_market(world)
    accounts = ",".join(str(world.account_id(name)) for name in PEOPLE)
    sessions = ",".join(map(str, market.sessions))

    said: list[str] = []
    for round_ in range(ROUNDS):
        lives = [live(n, database_url, key, f"{round_ * PROGRAMS + n}", accounts, sessions) for n in range(PROGRAMS)]
        said += [line for lines in await asyncio.gather(*lives) for line in lines]
        await check_seats(world.work)

    async with world.work.look() as uow:
        known = {str(booking_id) for booking_id in await uow.session.scalars(select(Booking.id))}
    told = Counter(line.split()[0] for line in said if line.split()[1].isdigit())
    assert {line.split()[1] for line in said if line.split()[1].isdigit()} <= known
    assert told.keys() >= {"book", "wait"}, "they did get something"
    note("P5", f"{database_url.split(':')[0]}: {len(said)} presses, {PROGRAMS * ROUNDS} deaths, {dict(told)} succeeded")
    await database.close()
