"""Of several processes one leads: by a lock of PostgreSQL, or because SQLite has only one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog

from backend.kernel.database import Database
from backend.kernel.session_lock import SessionLock

CLOCK_LOCK = 7_230_001
"""The number of the clock's advisory lock; others that lead in something have numbers of their own."""

BEAT = 1.0
"""Seconds between two looks: how soon a leader notices its end, and how soon another takes over."""

log = structlog.get_logger(__name__)

Office = Callable[[], AbstractAsyncContextManager[None]]


async def lead(database: Database, office: Office, *, key: int = CLOCK_LOCK, beat: float = BEAT) -> None:
    """Hold `office` open whenever this process leads, for ever; who leads in what is told by `key`.

    For a moment two may lead: a leader whose connection died has not noticed yet. So nothing in the office may rely
    on being alone.
    """
    if database.is_sqlite:
        async with office():
            await asyncio.Event().wait()
    lock = SessionLock(database, key)
    try:
        while True:
            if await lock.take():
                log.info("process.leads", lock=key)
                await _hold(lock, office, beat)
                log.warning("process.leads_no_more", lock=key)
            await asyncio.sleep(beat)
    finally:
        await lock.release()


async def _hold(lock: SessionLock, office: Office, beat: float) -> None:
    async with office():
        is_held = True
        while is_held:
            await asyncio.sleep(beat)
            is_held = await lock.is_held()
