"""F2: how soon an update is answered when 25 of them come in every second, seen from Telegram's side."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import httpx
import uvloop
from pydantic import SecretStr

from backend.kernel.settings import Settings
from bench.children import ROOT, end, environment
from bench.figures import Row, Section, Spread, quantile
from bench.machine import Noise
from bench.residents import FIRST_ID, PATIENCE, Resident
from bench.stub_telegram import TOKEN, StubTelegram
from bench.town import BOUNDS, PEOPLE, make_town
from playground.telegram.serve import serve_application
from tests.ground.postgres import PostgresServer

NAME = "pace"
METHOD = """The whole program runs in one process with all its roles, as `youlin run` starts it, by webhook. Residents
in the middle of their reports send 25 updates a second at an even pace, whether or not earlier ones are answered. It is
measured from the moment at which an update is posted to that at which the first call about it arrives. Telegram's
own limits are left out here (see broadcast)."""
PER_SECOND = 25
WRITING = 80
"""Residents in the middle of a report at any moment."""
ROUNDS, WARM_UP, SECONDS = 1, 10.0, 60.0
SECRET = "bench-secret"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Crowd:
    """Residents who take the next free moment in turn, and the stub through which they see what is answered."""

    def __init__(self) -> None:
        self._residents = [Resident(number, BOUNDS) for number in range(PEOPLE)]
        self._posted: dict[int, float] = {}
        self._waiting: asyncio.Queue[asyncio.Future[None]] = asyncio.Queue()
        self.answered_in: list[float] = []
        self.missed = 0

    def hear(self, method: str, fields: dict[str, str]) -> None:
        """A call arrived at Telegram."""
        asked = fields.get("callback_query_id", "").partition(".")[0]
        chat = int(asked or fields.get("chat_id") or 0)
        if (posted := self._posted.pop(chat, None)) is not None:
            self.answered_in.append(perf_counter() - posted)
        number = chat - FIRST_ID
        if 0 <= number < len(self._residents) and "reply_markup" in fields:
            markup = json.loads(fields["reply_markup"])
            presses = [key["callback_data"] for row in markup.get("inline_keyboard", ()) for key in row]
            self._residents[number].hears(presses, place="keyboard" in markup)

    async def write(self, client: httpx.AsyncClient, first: int) -> None:
        """One of several who report, each for a share of the residents, for ever."""

        async def feed(body: bytes) -> None:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.put_nowait(turn)
            await turn
            self._posted[resident.id] = perf_counter()
            (await client.post("/telegram/main", content=body)).raise_for_status()

        while True:
            for resident in self._residents[first::WRITING]:
                await resident.writes(feed)
                await resident.submits(feed)

    async def keep_pace(self, seconds: float) -> None:
        """Let one of those who wait act, at an even pace; a moment at which nobody waits is missed."""
        began = perf_counter()
        for number in range(int(seconds * PER_SECOND)):
            await asyncio.sleep(max(began + number / PER_SECOND - perf_counter(), 0))
            if self._waiting.empty():
                self.missed += 1
            else:
                self._waiting.get_nowait().set_result(None)


@asynccontextmanager
async def running_program(database_url: str, home: Path, api: str) -> AsyncIterator[str]:
    """`youlin run` by webhook; gives the address of its web door."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "DATABASE_URL": database_url,
        "HOME": str(home),
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API": api,
        "TELEGRAM_MODE": "webhook",
        "WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": address,
        "HTTP_PORT": str(port),
        "MESSAGES_PER_SECOND": "10000",
        "UPDATES_PER_PERSON_PER_MINUTE": "10000",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-c", "from bot.cli import app; app()", "run"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(settings))  # noqa: ASYNC220 - before anything runs
    try:
        await _until_ready(process, address)
        yield address
    finally:
        await asyncio.to_thread(end, process)


async def _until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    async with httpx.AsyncClient() as client:
        while process.poll() is None:
            try:
                if (await client.get(f"{address}/healthz")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"the program ended with {process.returncode}")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def paced(database_url: str, noise: Noise, warm_up: float, seconds: float) -> Crowd:
    """One run against a fresh town."""
    crowd = Crowd()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        await make_town(Settings(database_url=database_url, home=home, bot_token=SecretStr(TOKEN)))
        async with (
            serve_application(StubTelegram(crowd.hear)) as api,
            running_program(database_url, home, api) as address,
            httpx.AsyncClient(base_url=address, headers=HEADERS, timeout=PATIENCE) as client,
            asyncio.TaskGroup() as group,
        ):
            writing = [group.create_task(crowd.write(client, first)) for first in range(WRITING)]
            await crowd.keep_pace(warm_up)
            crowd.answered_in.clear()
            crowd.missed = 0
            with noise.watched():
                await crowd.keep_pace(seconds)
            for task in writing:
                task.cancel()
    return crowd


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Both databases in turns."""
    rounds, warm_up, seconds = (1, 4.0, 5.0) if is_smoke else (ROUNDS, WARM_UP, SECONDS)
    runs: dict[str, list[Crowd]] = {"PostgreSQL": [], "SQLite": []}
    with PostgresServer(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            urls = {
                "PostgreSQL": server.url_of(server.create_database()),
                "SQLite": f"sqlite+aiosqlite:///{Path(folder) / f'{number}.sqlite3'}",
            }
            for name, url in urls.items():
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    runs[name].append(runner.run(paced(url, noise, warm_up, seconds)))
    return Section(NAME, "an answer while 25 updates come in every second (F2)", METHOD, _rows(runs, seconds))


def _rows(runs: dict[str, list[Crowd]], seconds: float) -> list[Row]:
    rows = []
    for name, crowds in runs.items():
        answered = [[taken * 1000 for taken in crowd.answered_in] for crowd in crowds]
        rows += [
            Row(f"{name}: p50", Spread.of(quantile(taken, 0.5) for taken in answered), "ms", "≤ 20, quiet machine"),
            Row(f"{name}: p99", Spread.of(quantile(taken, 0.99) for taken in answered), "ms", "≤ 100, quiet machine"),
            Row(f"{name}: answered a second", Spread.of(len(taken) / seconds for taken in answered), "1/s", "25"),
            Row(f"{name}: moments at which nobody was free to act", Spread.of(crowd.missed for crowd in crowds)),
        ]
    return rows
