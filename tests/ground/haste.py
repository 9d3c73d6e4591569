"""Spares the tests what costs time and is nobody's promise: the safety of their files, and drawings of exceptions."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.pool import Pool

from backend.kernel.tracebacks import bare_traceback


def log_briefly() -> None:
    """Exceptions as the program writes them. Unconfigured, structlog draws frames with all their variables: seconds."""
    processors = [structlog.processors.add_log_level, bare_traceback, structlog.dev.ConsoleRenderer(colors=False)]
    structlog.configure(processors=processors)


def commit_without_waiting() -> None:
    """No waiting for the disk at a commit on SQLite. A killed program loses nothing by it, only a power cut does."""
    event.listen(Pool, "checkout", _without_waiting)


def _without_waiting(connection: Any, record: Any, _proxy: Any) -> None:
    # The program's own settings of a connection come after those that are made for all pools, hence this late moment.
    if isinstance(connection, AsyncAdapt_aiosqlite_connection) and not record.info.setdefault("is_hasty", False):
        record.info["is_hasty"] = True
        connection.execute("PRAGMA synchronous=OFF").close()
