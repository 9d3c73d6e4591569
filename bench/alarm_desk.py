"""Where alarms are called in by HTTP while doors are measured: it counts and says yes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

MOST_SECONDS = 60.0


class AlarmDesk:
    """Counts calls by who makes them: the last word of the address."""

    def __init__(self) -> None:
        self.url = ""
        self._calls: Counter[str] = Counter()
        self._called = asyncio.Condition()

    async def hear(self, request: web.Request) -> web.Response:
        """Take one call."""
        await request.read()
        async with self._called:
            self._calls[request.match_info["who"]] += 1
            self._called.notify_all()
        return web.Response()

    def calls(self, who: str) -> int:
        """How often `who` has called so far."""
        return self._calls[who]

    async def heard(self, who: str, count: int) -> None:
        """Wait until `who` has called `count` times. Raises TimeoutError, and RuntimeError for calls too many."""
        async with asyncio.timeout(MOST_SECONDS), self._called:
            await self._called.wait_for(lambda: self._calls[who] >= count)
        if self._calls[who] > count:
            raise RuntimeError(f"{who} called {self._calls[who]} times, not {count}")


@asynccontextmanager
async def alarm_desk() -> AsyncIterator[AlarmDesk]:
    """A desk on loopback while the block lasts."""
    desk, application = AlarmDesk(), web.Application()
    application.router.add_post("/{who}", desk.hear)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield desk
    finally:
        await runner.cleanup()
