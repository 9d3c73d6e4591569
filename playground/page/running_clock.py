"""Time that runs faster than the machine's while one watches, and at its pace while somebody is on the telephone."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from datetime import timedelta

from playground.page.clock import PlayClock

SPEEDS = (1, 10, 60)
TICK_SECONDS = 0.25


class RunningClock:
    """Moves a clock on. `is_held`: nobody can answer a telephone sixty times as fast, so then it runs as it is."""

    def __init__(self, clock: PlayClock, is_held: Callable[[], bool] = lambda: False) -> None:
        self.clock, self.is_held = clock, is_held
        self.speed = 1

    async def run(self) -> None:
        """Tick until cancelled."""
        loop = asyncio.get_running_loop()
        before = loop.time()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = loop.time()
            await self.tick(now - before)
            before = now

    async def tick(self, seconds: float) -> None:
        """So many real seconds have passed."""
        if self.speed == 1 or self.is_held():
            return
        moved = self.clock.advance(timedelta(seconds=(self.speed - 1) * seconds))
        if inspect.isawaitable(moved):
            await moved
