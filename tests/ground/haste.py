"""Spares the tests what costs time and is nobody's promise: the safety of their files, and drawings of exceptions."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.pool import Pool
from sqlalchemy.util import LRUCache

from backend.kernel.tracebacks import bare_traceback

MOST_STATEMENTS = 5_000


def log_briefly() -> None:
    """Exceptions as the program writes them. Unconfigured, structlog draws frames with all their variables: seconds."""
    processors: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        bare_traceback,
        structlog.dev.ConsoleRenderer(colors=False),
    ]
    structlog.configure(processors=processors)


def commit_without_waiting() -> None:
    """No waiting for the disk at a commit on SQLite. A killed program loses nothing by it, only a power cut does."""
    event.listen(Pool, "checkout", _without_waiting)


def _without_waiting(connection: Any, record: Any, _proxy: Any) -> None:
    # The program's own settings of a connection come after those that are made for all pools, hence this late moment.
    if isinstance(connection, AsyncAdapt_aiosqlite_connection) and not record.info.setdefault("is_hasty", False):
        record.info["is_hasty"] = True
        connection.execute("PRAGMA synchronous=OFF").close()


class CompiledOnce:
    """Gives all databases of one kind the same dialect and compiled statements, though every test opens its own.

    An engine compiles each statement once in its life. A program has one engine for years, a test run thousands for a
    moment each, and would spend a quarter of its time on compiling the same statements again.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}

    def listen(self) -> None:
        event.listen(Engine, "engine_connect", self._share)

    def _share(self, connection: Connection) -> None:
        engine = connection.engine
        # The first engine of a kind has asked its server what it can by now; all tests have the same servers.
        dialect, statements = self._known.setdefault(engine.url.drivername, (engine.dialect, LRUCache(MOST_STATEMENTS)))
        engine.dialect = connection.dialect = dialect
        engine._compiled_cache = statements
