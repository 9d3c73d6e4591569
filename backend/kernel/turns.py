"""Turns at what only one may hold at a time: whoever is urgent goes before all others who wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

URGENT_IN_A_ROW = 8
"""After so many urgent ones one other goes, so that in the longest storm nobody waits for ever."""


class Turns:
    """An exclusive lock; among equals whoever came first has it first. Nobody is interrupted."""

    def __init__(self) -> None:
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._usual: deque[asyncio.Future[None]] = deque()
        self._is_taken = False
        self._in_a_row = 0

    @asynccontextmanager
    async def turn(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Hold it while the block lasts."""
        await self._take(self._urgent if urgent else self._usual)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, queue: deque[asyncio.Future[None]]) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given in the moment in which its owner went
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        queues = [self._urgent, self._usual]
        if self._in_a_row >= URGENT_IN_A_ROW:
            queues.reverse()
        for queue in queues:
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    self._in_a_row = self._in_a_row + 1 if queue is self._urgent else 0
                    turn.set_result(None)
                    return
        self._is_taken = False
