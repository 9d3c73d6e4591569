"""The nursery: long-running tasks with a strong reference, a logged failure and an orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Nursery:
    """Holds background tasks. `failed` is set when one dies: the process then ends instead of limping."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._farewells: list[Callable[[], Awaitable[None]]] = []
        self.failed = asyncio.Event()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run `work` beside everything else; its failure is logged and sets `failed`."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def before_close(self, farewell: Callable[[], Awaitable[None]]) -> None:
        """Await `farewell` at the end, while everything still runs: for work that must not be cut off."""
        self._farewells.append(farewell)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("background.died", task=task.get_name(), exc_info=error)
            self.failed.set()

    async def close(self) -> None:
        """Let everybody say farewell, the last first; then cancel what still runs and wait for its end."""
        while self._farewells:
            await self._farewells.pop()()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
