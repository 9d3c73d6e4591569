"""The engine on either database: SQLite with WAL and one writer, or PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from backend.kernel.remembering import RememberingSession
from backend.kernel.turns import Turns

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: what was said to a person to be stored survives a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
)


STATEMENTS = 1_000
"""How many prepared statements a connection keeps: more than the program has. With the driver's hundred it would
prepare most of them anew each time."""

RESERVED = 4
"""Connections that only what is urgent may use: an alarm never waits because everybody else is busy."""

REMEMBERING: dict[str, Any] = {"expire_on_commit": False, "sync_session_class": RememberingSession}

AWAY_STATES = ("08", "40", "53", "55P03", "57P")
"""SQLSTATEs that begin so: the connection broke, the transaction was chosen to give way (deadlock, serialization),
PostgreSQL has no room, a lock did not come in time, it stops or starts."""


class DatabaseAway(ConnectionError):
    """The database cannot be reached, or broke off in the middle: nobody's fault here, and it helps to try again later.

    When it comes out of a commit, nobody knows whether that stands.
    """


class Database:
    """Hands out sessions. Writers on SQLite take turns here, so that none ever waits on a busy file."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(url, is_sqlite=self.is_sqlite, pool_size=pool_size)
        self._reserved = self.engine if self.is_sqlite else _engine(url, is_sqlite=False, pool_size=RESERVED)
        self._writers = {False: _writer(self.engine), True: _writer(self._reserved)}
        self._turns = Turns() if self.is_sqlite else None

    @asynccontextmanager
    async def writing(self, *, urgent: bool = False) -> AsyncIterator[AsyncSession]:
        """A session in one transaction that takes the write lock at once; the caller commits or it rolls back.

        `urgent`, for alarms: before all others who wait on SQLite, by connections of its own on PostgreSQL. Raises
        DatabaseAway, as `reading` does.
        """
        engine = self._writers[urgent]
        turn = self._turns.turn(urgent=urgent) if self._turns is not None else nullcontext()
        with _telling_apart():
            async with turn, AsyncSession(engine, **REMEMBERING) as session:
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for queries only; nothing in it is ever committed."""
        with _telling_apart():
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session

    async def is_reachable(self) -> bool:
        """Whether the database answers at all; used by /readyz and the doctor."""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (OSError, Exception) as error:  # noqa: BLE001 - each driver raises its own kind
            return _unreachable(error)
        return True

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()
        await self._reserved.dispose()


@contextmanager
def _telling_apart() -> Iterator[None]:
    """Tell a database that is away from a statement that is wrong: each driver has its own words for it."""
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        if is_away(error):
            raise DatabaseAway(type(error).__name__) from error
        raise


def is_away(error: Exception) -> bool:
    """Whether `error` says nothing about the statement, only that the database could not be asked."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (PoolTimeout, OSError)) and not isinstance(error, DatabaseAway)
    if isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated:
        return True
    return str(getattr(error.orig, "sqlstate", None) or "").startswith(AWAY_STATES)


def _unreachable(error: BaseException) -> bool:
    if isinstance(error, asyncio.CancelledError):
        raise error
    return False


def _engine(url: str, *, is_sqlite: bool, pool_size: int) -> AsyncEngine:
    # Parameters are what people wrote: no error and no log quotes them.
    if not is_sqlite:
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,  # made and thrown away for one transaction: the pool should hold what is usual
            pool_use_lifo=True,  # the busiest connections know the most statements
            hide_parameters=True,
            connect_args={"prepared_statement_cache_size": STATEMENTS},
        )
        event.listen(engine.sync_engine, "checkout", _refuse_closed)
        return engine
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _writer(engine: AsyncEngine) -> AsyncEngine:
    """The same engine and pool, for transactions that take the write lock at once."""
    return engine.execution_options(youlin_writes=True)


def _refuse_closed(dbapi_connection: Any, _record: Any, _proxy: Any) -> None:
    """Let the pool open another one in place of a connection that the server ended.

    The driver has heard of the end already; asking the server before every transaction would cost three journeys.
    """
    if dbapi_connection.driver_connection.is_closed():
        raise DisconnectionError


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # the driver must not begin by itself: _begin_sqlite does
    cursor = dbapi_connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another one wrote meanwhile.
    writes = connection.get_execution_options().get("youlin_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
