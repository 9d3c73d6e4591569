"""Doors in a process of their own, to be killed: `python -m tests.faults.ingest_process URL KEY PORT [FAULT AFTER]`."""

from __future__ import annotations

import asyncio
import sys

from backend.kernel.background import Nursery
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.faults import arm
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.unit_of_work import Work
from backend.kernel.wakeup import WakeUp
from bot.doors import Doors


async def listen(url: str, key: str, port: int) -> None:
    """Listen until killed."""
    work, nursery = Work(Database(url), SystemClock(), Vault([key])), Nursery()
    settings = Settings(_env_file=None, watch_port=port, device_host="127.0.0.1")  # type: ignore[call-arg]
    await Doors(work, Metrics(), nursery, settings, WakeUp()).open()
    await nursery.failed.wait()


if __name__ == "__main__":
    database_url, vault_key, watch_port, *fault = sys.argv[1:]
    if fault:
        arm(fault[0], int(fault[1]))
    asyncio.run(listen(database_url, vault_key, int(watch_port)))
