"""A hand-moved clock for the limiter: its timers ring when the test moves time on."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any


@dataclass(eq=False)
class HandAlarm:
    ring: Callable[[], None]
    is_off: bool = False

    def cancel(self) -> None:
        self.is_off = True


@dataclass
class HandTicks:
    """Seconds that pass only in `pass_time`; what rings then is heard in order."""

    moment: float = 1000.0
    _alarms: list[tuple[float, int, HandAlarm]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def now(self) -> float:
        return self.moment

    def call_at(self, when: float, ring: Callable[[], None]) -> HandAlarm:
        alarm = HandAlarm(ring)
        heapq.heappush(self._alarms, (when, next(self._numbers), alarm))
        return alarm

    async def pass_time(self, seconds: float) -> None:
        """Let so many seconds go by, and whoever gets a turn meanwhile run."""
        end = self.moment + seconds
        await settle()
        while self._alarms and self._alarms[0][0] <= end:
            when, _, alarm = heapq.heappop(self._alarms)
            self.moment = max(self.moment, when)
            if not alarm.is_off:
                alarm.ring()
                await settle()
        self.moment = end


async def settle() -> None:
    """Let everything that can run now run."""
    for _ in range(5):
        await asyncio.sleep(0)


@dataclass
class Crowd:
    """Waiters at the limiter; `went` says who had a turn and when."""

    ticks: HandTicks
    went: list[tuple[float, str]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def comes(self, name: str, turn: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let one more wait for `turn`."""

        async def wait() -> None:
            await turn
            self.went.append((self.ticks.moment, name))

        task = asyncio.ensure_future(wait())
        self.tasks.append(task)
        await settle()
        return task

    def names(self) -> list[str]:
        return [name for _, name in self.went]

    def times(self) -> list[float]:
        return [round(moment - 1000.0, 2) for moment, _ in self.went]
