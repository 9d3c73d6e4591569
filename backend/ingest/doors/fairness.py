"""Reading by turns: what a thousand devices said at once is decoded little by little, and an alarm before the rest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

AT_ONCE, BESIDE_ALARMS = 4, 1
"""Of those who wait, so many go on in one turn of the event loop; and so many while an alarm is being stored, which
takes a dozen turns of it."""


class ByTurns:
    """One per door. Whoever calls `turn` goes on with the next ones in the order in which they came."""

    def __init__(self, has_alarms: Callable[[], bool]) -> None:
        self._has_alarms = has_alarms
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
        most = BESIDE_ALARMS if self._has_alarms() else AT_ONCE
        for _ in range(min(most, len(self._waiting))):
            turn = self._waiting.popleft()
            if not turn.done():  # its line has gone meanwhile
                turn.set_result(None)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._let_go_on)
