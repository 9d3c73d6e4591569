"""Reading by turns: what a thousand devices said at once is decoded little by little, and an alarm before the rest."""

from __future__ import annotations

import asyncio
from collections import deque

AT_ONCE = 8
"""Of those who wait, so many go on in one turn of the event loop: everybody else of the process waits for no more."""


class ByTurns:
    """One per door. Whoever calls `turn` goes on with the next ones in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def turn(self) -> None:
        """Wait for one's turn."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._let_go_on)
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _let_go_on(self) -> None:
        for _ in range(min(AT_ONCE, len(self._waiting))):
            turn = self._waiting.popleft()
            if not turn.done():  # its line has gone meanwhile
                turn.set_result(None)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._let_go_on)
