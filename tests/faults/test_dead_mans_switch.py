"""The dead man's switch: whoever watches from outside hears of us while all is well, and only then (P15)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.alerts.due import beat
from backend.kernel.database import Database
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.unit_of_work import Work
from bot.auditing import EVERY, PATIENCE, Auditor
from tests.faults.free_ports import free_port
from tests.faults.program import Forge
from tests.faults.scene import Filled, open_scene
from tests.service.world import open_world

SHORT = 0.1
"""Seconds: the patience with one who never comes to an end."""
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Watchman:
    """A server outside: keeps the first line of each request, and answers as it is told to."""

    port: int = field(default_factory=free_port)
    heard: list[str] = field(default_factory=list)
    says: Answer | bytes = FINE
    rang: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ping/7"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heard.append(head.split(b"\r\n", 1)[0].decode())
            self.rang.set()
            if isinstance(self.says, bytes):
                writer.write(self.says)
                await writer.drain()
            else:
                await self.says(reader, writer)
        writer.close()

    @asynccontextmanager
    async def awake(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        try:
            yield
        finally:
            server.close()


async def resets(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def says_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()  # until the other side gives up


async def drips(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(10_000):
        writer.write(f"X-{number}: 1\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.01)


async def never_ends(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(10_000):
        writer.write(b"OK ")
        await writer.drain()
        await asyncio.sleep(0.01)


TROUBLES: Mapping[str, Answer | bytes | None] = {
    "error": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    "moved": b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
    "no http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "reset": resets,
    "silent": says_nothing,
    "dripping": drips,
    "endless": never_ends,
    "away": None,
}


@pytest.fixture
async def work(sqlite_url: str) -> AsyncIterator[Work]:
    """A world in which nothing is late."""
    database = Database(sqlite_url)
    world = await open_world(database)
    async with world.work.begin() as uow:
        await beat(uow)
    yield world.work
    await database.close()


def auditor_of(work: Work, url: str, patience: float = PATIENCE) -> Auditor:
    return Auditor(work, Metrics(), Settings.model_validate({"dead_man_url": url}), patience=patience)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_watchman_in_trouble_is_left_alone_and_told_again_next_time(work: Work, trouble: str) -> None:
    watchman = Watchman()
    answer = TROUBLES[trouble]

    if answer is None:
        assert await auditor_of(work, watchman.url).audit()
    else:
        watchman.says = answer
        async with watchman.awake():
            assert await asyncio.wait_for(auditor_of(work, watchman.url, SHORT).audit(), PATIENCE)
    watchman.heard.clear()
    watchman.says = FINE
    async with watchman.awake():
        assert await auditor_of(work, watchman.url).audit()

    assert watchman.heard == ["GET /ping/7 HTTP/1.1"]


@pytest.mark.parametrize("url", ["watch.example/ping/7", "https://[::1/ping/7", "http://watch.example:99999/ping/7"])
def test_an_address_that_is_none_is_noticed_at_the_start_and_not_shown(url: str) -> None:
    with pytest.raises(ValidationError, match="dead_man_url") as refused:
        Settings.model_validate({"dead_man_url": url})

    assert "ping/7" not in str(refused.value)


@pytest.mark.slow
async def test_the_whole_program_is_heard_while_its_clock_runs(
    filled_sqlite: Filled, forge: Forge, tmp_path: Path
) -> None:
    watchman = Watchman()
    async with watchman.awake(), open_scene(filled_sqlite, forge, tmp_path, dead_man_url=watchman.url) as scene:
        await scene.program.start()
        await asyncio.wait_for(watchman.rang.wait(), EVERY * 4)
        await scene.program.stop()

        watchman.rang.clear()
        scene.program.roles = ("bot", "delivery")
        await scene.program.start()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(watchman.rang.wait(), EVERY * 2)

    assert set(watchman.heard) == {"GET /ping/7 HTTP/1.1"}
