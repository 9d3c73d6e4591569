"""Work that goes on beside requests: kept, ended with the exchange, its faults raised at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Tasks of one exchange."""

    def __init__(self) -> None:
        self._running: set[asyncio.Future[Any]] = set()
        self._faults: list[BaseException] = []

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Future[Any]:
        running = asyncio.ensure_future(work)
        self._running.add(running)
        running.add_done_callback(self._note)
        return running

    def _note(self, ended: asyncio.Future[Any]) -> None:
        self._running.discard(ended)
        if not ended.cancelled() and (fault := ended.exception()) is not None:
            self._faults.append(fault)

    async def settled(self) -> None:
        """Wait until nothing is going on any more."""
        while self._running:
            await asyncio.wait(list(self._running))

    async def close(self) -> None:
        """End everything; raises the first fault of ours that happened meanwhile."""
        for running in list(self._running):
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._faults:
            raise self._faults[0]


async def first_of(*waits: Coroutine[Any, Any, Any], seconds: float | None = None) -> int | None:
    """Wait for the first to end; return its place, None when `seconds` ran out. The others are cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    ended = [place for place, task in enumerate(tasks) if task in done]
    for place in ended:
        tasks[place].result()
    return ended[0] if ended else None
