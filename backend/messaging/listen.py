"""Hears on PostgreSQL that another process has written messages, and wakes this process's delivery loop."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from backend.kernel.database import Database
from backend.kernel.wakeup import WakeUp
from backend.messaging.rows import OUTBOX_BELL

CHECK_EVERY = 15.0
RETRY_AFTER = 2.0

log = structlog.get_logger(__name__)


async def listen_for_messages(database: Database, bell: WakeUp) -> None:
    """Ring `bell` at every notification, for ever; while the connection is away the loop's sweep stands in."""
    while True:
        try:
            await _listen(database, bell)
        except (DBAPIError, OSError) as error:
            log.warning("messaging.listener_waits", error=type(error).__name__)
            await asyncio.sleep(RETRY_AFTER)


async def _listen(database: Database, bell: WakeUp) -> None:
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None

        def rung(*_: object) -> None:
            bell.ring()

        await driver.add_listener(OUTBOX_BELL, rung)
        try:
            while True:
                await asyncio.sleep(CHECK_EVERY)
                await connection.exec_driver_sql("SELECT 1")  # raises when the connection has died
                await connection.rollback()
        finally:
            if not driver.is_closed():
                await driver.remove_listener(OUTBOX_BELL, rung)
