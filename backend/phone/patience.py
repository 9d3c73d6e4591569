"""Work for somebody who is on the line: bounded in time, so that a slow database is heard as "one moment"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from backend.kernel.database import DatabaseAway
from backend.kernel.unit_of_work import UnitOfWork, Work

SECONDS = 6.0
"""A carrier waits fifteen for our answer; a person on the line much less."""
MOST_WAITS = 6

log = structlog.get_logger(__name__)
Result = TypeVar("Result")


async def in_time(
    work: Work, do: Callable[[UnitOfWork], Awaitable[Result]], *, seconds: float = SECONDS
) -> Result | None:
    """Do it in one unit of work; None when that took too long or the database is away.

    Whether the commit stands is then unknown: what is done must be safe to do again.
    """
    try:
        async with asyncio.timeout(seconds), work.begin() as uow:
            return await do(uow)
    except (TimeoutError, DatabaseAway) as error:
        log.warning("phone.caller_waits", error=type(error).__name__)
        return None
