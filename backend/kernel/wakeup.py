"""A wake-up makes loops fast; their sweep makes them true, so that a lost wake-up only costs a moment."""

from __future__ import annotations

import asyncio


class WakeUp:
    """Rings a loop in the same process. Several rings before the loop looks count as one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits; safe to call at any time from the loop's thread."""
        self._rung.set()

    async def wait(self, at_most: float) -> bool:
        """Wait for a ring, at most so many seconds; True if it rang."""
        try:
            await asyncio.wait_for(self._rung.wait(), at_most)
        except TimeoutError:
            return False
        self._rung.clear()
        return True
