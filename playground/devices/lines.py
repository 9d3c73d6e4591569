"""A device's line to its server: opened, kept, opened again when it breaks, as these watches do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from playground.devices.overhearing import HEARD, SAID, overhear


class DeviceLine:
    """Hands every piece that comes in to `heard`, and calls `opened` and `closed` for each connection.

    A watch that has no server tries again after `pause` seconds, for ever.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        heard: Callable[[bytes], None],
        opened: Callable[[], None],
        closed: Callable[[], None],
        pause: float = 1.0,
    ) -> None:
        self._host = host
        self._port = port
        self._heard = heard
        self._opened = opened
        self._closed = closed
        self._pause = pause
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self.is_open = asyncio.Event()

    async def start(self) -> None:
        """Begin to connect; returns once the line is open."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._keep(), name="device line")
        await self.is_open.wait()

    async def stop(self) -> None:
        """Hang up and stay away."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def send(self, content: bytes) -> None:
        """Raises ConnectionError while the line is down: there is no coverage."""
        if self._writer is None:
            raise ConnectionError("no coverage")
        self._writer.write(content)
        overhear(SAID, content)

    async def drain(self) -> None:
        """Wait until the network has taken what was sent."""
        if self._writer is not None:
            await self._writer.drain()

    def hang_up(self) -> None:
        """Lose the line without a word, as in a tunnel; it comes back by itself."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def _keep(self) -> None:
        while True:
            with suppress(OSError):
                await self._once()
            await asyncio.sleep(self._pause)

    async def _once(self) -> None:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        self._writer = writer
        try:
            self._opened()
            self.is_open.set()
            while received := await reader.read(8192):
                overhear(HEARD, received)
                self._heard(received)
        finally:
            self._writer = None
            self.is_open.clear()
            self._closed()
            writer.close()
