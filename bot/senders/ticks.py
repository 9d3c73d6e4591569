"""The limiter's sense of time: monotonic seconds and timers, which tests bring themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Alarm(Protocol):
    """A timer that can be put off."""

    def cancel(self) -> object: ...


class Ticks(Protocol):
    """Monotonic seconds and timers; tests bring their own."""

    def now(self) -> float: ...

    def call_at(self, when: float, ring: Callable[[], None]) -> Alarm: ...


class LoopTicks:
    """The running event loop's clock."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def call_at(self, when: float, ring: Callable[[], None]) -> Alarm:
        return asyncio.get_running_loop().call_at(when, ring)
