"""`kill -9` of the doors at every named point: an SOS is stored once, and answered at last (P1)."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from backend.devices.models import ObservedPacket
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from playground.devices import Watch
from tests.faults.free_ports import free_port
from tests.service.devices.scenes import WATCH, Yard
from tests.service.world import open_world

POINTS = ("ingest_received", "before_commit", "after_commit", "ingest_stored")


@asynccontextmanager
async def doors(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, killed at the end if it has not died by itself."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.ingest_process", *arguments)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def die_and_recover(url: str, point: str) -> None:
    """Press SOS at doors that die of it, open them again, and count what is stored."""
    key, database, port = Fernet.generate_key().decode(), Database(url), str(free_port())
    yard = Yard(await open_world(database, vault=Vault([key])))
    await yard.enrol_watch()
    watch = Watch(WATCH, host="127.0.0.1", port=int(port), repeat=2.0)

    async with doors(url, key, port, point, "2") as first:
        pressed = asyncio.ensure_future(put_on_and_press(watch))
        await asyncio.wait_for(first.wait(), 30)
        assert first.returncode == -signal.SIGKILL
    async with doors(url, key, port):
        await asyncio.wait_for(pressed, 30)

    async with database.reading() as session:
        dated = select(func.count()).where(ObservedPacket.device_time.is_not(None))
        assert await session.scalar(dated) == 1
    await watch.stop()
    await database.close()


async def put_on_and_press(watch: Watch) -> None:
    """The doors die at the sign of life, at the SOS, or at looking for commands between the two."""
    await watch.start()
    await watch.sos()


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
async def test_an_sos_survives_a_death_at_any_point(database_url: str, point: str) -> None:
    await die_and_recover(database_url, point)
