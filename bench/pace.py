"""F2: how soon an update is answered when 25 of them come in every second, seen from Telegram's side."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from time import perf_counter

import httpx
import uvloop
from pydantic import SecretStr

from backend.kernel.settings import Settings
from bench.children import ROOT, end, environment
from bench.figures import Row, Section, Spread, quantile
from bench.machine import Noise
from bench.report_floor import STEPS
from bench.residents import FIRST_ID, PATIENCE, Feed, Resident
from bench.stub_telegram import TOKEN, StubTelegram
from bench.town import BOUNDS, PEOPLE, make_town
from playground.telegram.serve import serve_application
from tests.ground.postgres import PostgresServer

NAME = "pace"
METHOD = """The whole program runs in one process with all its roles, as `youlin run` starts it, by webhook. Residents
in the middle of their reports send 25 updates a second at an even pace, whether or not earlier ones are answered. It is
measured from the moment at which an update is posted to that at which the first call about it arrives. Eighty are in
the middle of a report at any moment, and chance says who acts next, so that they do not press the same button in step;
a warm-up of twenty seconds, in which they get out of step and every statement runs for the first time, is left out.
Telegram's own limits are left out here (see broadcast). Floor: the bare handler of report, one insert and commit on
PostgreSQL and one reply, by webhook at the same pace from the same residents."""
PER_SECOND = 25
WRITING = 80
"""Residents in the middle of a report at any moment."""
ROUNDS, WARM_UP, SECONDS = 1, 20.0, 60.0
SECRET = "bench-secret"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


Acting = Callable[[Resident, Feed], Awaitable[None]]


async def report(resident: Resident, feed: Feed) -> None:
    """One whole report, by the buttons that the program shows."""
    await resident.writes(feed)
    await resident.submits(feed)


async def act_blindly(resident: Resident, feed: Feed) -> None:
    """The updates of a usual report, for a floor that shows no buttons."""
    for step in STEPS["reports"]:
        await step(resident, feed)


class Crowd:
    """Residents of whom chance says who acts next, and the stub through which they see what is answered."""

    def __init__(self, act: Acting = report) -> None:
        self._act = act
        self._chance = random.Random(0)
        self._residents = [Resident(number, BOUNDS) for number in range(PEOPLE)]
        self._posted: dict[int, float] = {}
        self._waiting: list[asyncio.Future[None]] = []
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
            self._waiting.append(turn)
            await turn
            self._posted[resident.id] = perf_counter()
            (await client.post("/telegram/main", content=body)).raise_for_status()

        while True:
            for resident in self._residents[first::WRITING]:
                await self._act(resident, feed)

    async def keep_pace(self, seconds: float) -> None:
        """Let one of those who wait act, at an even pace; a moment at which nobody waits is missed."""
        began = perf_counter()
        for number in range(int(seconds * PER_SECOND)):
            await asyncio.sleep(max(began + number / PER_SECOND - perf_counter(), 0))
            if self._waiting:
                self._waiting.pop(self._chance.randrange(len(self._waiting))).set_result(None)
            else:
                self.missed += 1


@asynccontextmanager
async def running_program(database_url: str, home: Path, api: str) -> AsyncIterator[str]:
    """`youlin run` by webhook in a fresh town; gives the address of its web door."""
    await make_town(Settings(database_url=database_url, home=home, bot_token=SecretStr(TOKEN)))
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
    async with _running(["-c", "from bot.cli import app; app()", "run"], address, settings):
        yield address


@asynccontextmanager
async def running_floor(database_url: str, _home: Path, api: str) -> AsyncIterator[str]:
    """The bare handler by webhook; gives its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    async with _running(["-m", "bench.pace_floor", database_url, api, str(port)], address, {}):
        yield address


@asynccontextmanager
async def _running(arguments: Sequence[str], address: str, settings: Mapping[str, str]) -> AsyncIterator[None]:
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(settings))  # noqa: ASYNC220 - before anything runs
    try:
        await _until_ready(process, address)
        yield
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


Running = Callable[[str, Path, str], AbstractAsyncContextManager[str]]


async def paced(
    running: Running, act: Acting, database_url: str, noise: Noise, warm_up: float, seconds: float
) -> Crowd:
    """One run against an empty database."""
    crowd = Crowd(act)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            serve_application(StubTelegram(crowd.hear)) as api,
            running(database_url, Path(folder), api) as address,
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
    """The program on both databases and the floor, in turns."""
    rounds, warm_up, seconds = (1, 4.0, 5.0) if is_smoke else (ROUNDS, WARM_UP, SECONDS)
    runs: dict[str, list[Crowd]] = {}
    with PostgresServer(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            sides: dict[str, tuple[Running, Acting, str]] = {
                "PostgreSQL": (running_program, report, server.url_of(server.create_database())),
                "SQLite": (running_program, report, f"sqlite+aiosqlite:///{Path(folder) / f'{number}.sqlite3'}"),
                "floor": (running_floor, act_blindly, server.url_of(server.create_database())),
            }
            for name, (running, act, url) in sides.items():
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    crowd = runner.run(paced(running, act, url, noise, warm_up, seconds))
                runs.setdefault(name, []).append(crowd)
    return Section(NAME, "an answer while 25 updates come in every second (F2)", METHOD, _rows(runs, seconds))


def _rows(runs: Mapping[str, Sequence[Crowd]], seconds: float) -> list[Row]:
    rows = []
    for name, crowds in runs.items():
        answered = [[taken * 1000 for taken in crowd.answered_in] for crowd in crowds]
        p50, p99 = ("", "") if name == "floor" else ("≤ 20, quiet machine", "≤ 100, quiet machine")
        rows += [
            Row(f"{name}: p50", Spread.of(quantile(taken, 0.5) for taken in answered), "ms", p50),
            Row(f"{name}: p99", Spread.of(quantile(taken, 0.99) for taken in answered), "ms", p99),
            Row(f"{name}: answered a second", Spread.of(len(taken) / seconds for taken in answered), "1/s", "25"),
            Row(f"{name}: moments at which nobody was free to act", Spread.of(crowd.missed for crowd in crowds)),
        ]
    return rows
