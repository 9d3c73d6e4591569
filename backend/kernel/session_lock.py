"""A lock that one process holds by a connection of its own to PostgreSQL; free the moment that connection ends."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel.database import Database

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 5.0
"""Seconds. A database that is silent for longer counts as lost."""

_AWAY = (DBAPIError, OSError, TimeoutError)

# The server notices by these that a machine vanished without a word, and frees the lock; no effect on a local socket.
_KEEPALIVES = ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 2", "tcp_keepalives_count = 3")


class SessionLock:
    """Advisory lock number `key`. Not through a pooler that shares sessions: the lock belongs to the session."""

    def __init__(self, database: Database, key: int) -> None:
        self._database = database
        self._key = key
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """Take the lock if nobody has it; False as well while the database is away."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._try()
        except Exception as error:  # noqa: BLE001 - the driver raises its own kinds while it connects
            log.warning("session_lock.out_of_reach", error=type(error).__name__)
            await self.release()
            return False

    async def is_held(self) -> bool:
        """Ask over the connection that holds the lock whether it still lives; ask often, it keeps it alive too."""
        if self._connection is None:
            return False
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._connection.execute(text("SELECT 1"))
        except _AWAY:
            await self.release()
            return False
        return True

    async def release(self) -> None:
        """Give the lock back by ending its connection: that is safe in whatever state it is."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()

    async def _try(self) -> bool:
        if self._connection is None:
            engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._connection = await engine.connect()
            for setting in _KEEPALIVES:
                await self._connection.execute(text(f"SET {setting}"))
        taken = await self._connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key})
        return bool(taken)
