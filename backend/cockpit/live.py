"""Live updates: a page hears within a second that something of its community has changed, and fetches itself anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy import func, select

from backend.issues.models import HistoryEntry, Report
from backend.kernel.unit_of_work import Work

LOOK_EVERY = 0.5
MOST_LISTENERS = 500
BEAT_EVERY = 15.0
LONGEST_STREAM = 600.0
"""Browsers come back by themselves after a stream has ended; so no stream outlives a deployment."""


class Live:
    """The mark of the newest change, read at most twice a second however many pages listen."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._closing = asyncio.Event()
        self._turn = asyncio.Lock()
        self._mark = ""
        self._read_at = float("-inf")
        self.listeners = 0

    @property
    def is_full(self) -> bool:
        """Whether another page would be one too many for this process."""
        return self.listeners >= MOST_LISTENERS

    async def mark(self) -> str:
        """What stands for the present state: another value means that something has changed."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if loop.time() - self._read_at >= LOOK_EVERY:
                self._mark = await self._read()
                self._read_at = loop.time()
        return self._mark

    async def marks(self) -> AsyncIterator[str]:
        """The mark, again and again, until the program closes or the stream has lasted long enough."""
        loop = asyncio.get_running_loop()
        end = loop.time() + LONGEST_STREAM
        self.listeners += 1
        try:
            while not self._closing.is_set() and loop.time() < end:
                yield await self.mark()
                await self._rest()
        finally:
            self.listeners -= 1

    def close(self) -> None:
        """End all streams, so that the web server can stop."""
        self._closing.set()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), LOOK_EVERY)
        except TimeoutError:
            return

    async def _read(self) -> str:
        # Every step of an issue or task writes history, so the newest ids tell of any change.
        async with self._work.look() as uow:
            found = await uow.session.execute(
                select(
                    select(func.max(HistoryEntry.id)).scalar_subquery(),
                    select(func.max(Report.id)).scalar_subquery(),
                )
            )
            return "-".join(str(value or 0) for value in found.one())
