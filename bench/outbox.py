"""How many messages a second the delivery loop takes through the book of attempts when the channel costs nothing."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from backend.kernel.background import Nursery
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.unit_of_work import Work
from backend.kernel.wakeup import WakeUp
from backend.messaging.channel import Outcome, OutgoingMessage, Sent, Starting
from backend.messaging.claim import ChatPace
from backend.messaging.contents import ChannelName, Content, Lane, telegram_chat
from backend.messaging.deliver import DeliveryLoop
from backend.messaging.models import Message, MessageState
from backend.messaging.rows import insert_new, message_row
from backend.messaging.written import write_content
from bench.answering import timed
from bench.figures import Row, Section, Spread
from bench.machine import Noise
from tests.ground.postgres import PostgresServer
from tests.ground.schema import bring_up_to_date

NAME = "outbox"
METHOD = """One delivery loop, one process: messages to as many different chats lie in the outbox, the loop claims them,
writes each attempt before the call and each outcome after it. The channel answers at once, so what is left is our own
bookkeeping. Telegram takes 30 a second."""
ROUNDS, MESSAGES = 5, 1000


class NullChannel:
    """Takes everything."""

    async def send(self, message: OutgoingMessage, starting: Starting) -> Outcome:
        await starting()
        return Sent(str(message.id), "main")

    async def reconcile(self, message: OutgoingMessage) -> Outcome | None:
        del message
        return None


@dataclass(frozen=True)
class Office:
    """A database with tables, and what opens units of work on it."""

    work: Work
    bell: WakeUp

    async def deliver(self, round_number: int, count: int) -> dict[str, Any]:
        """Fill the outbox, then time the loop until it is empty."""
        await self._fill(round_number, count)
        nursery = Nursery()
        pace = None if self.work.database.is_sqlite else ChatPace()
        channels = {ChannelName.TELEGRAM: NullChannel()}
        loop = DeliveryLoop(self.work, channels, bell=self.bell, nursery=nursery, name="bench", pace=pace)
        told = await timed(self._run(loop, nursery, count))
        await nursery.close()
        return told

    async def _fill(self, round_number: int, count: int) -> None:
        async with self.work.begin() as uow:
            content = write_content(Content("社区通知：今晚停水检修，请提前储水。"))
            rows = [
                message_row(
                    telegram_chat(round_number * count + number + 1),
                    lane=Lane.NORMAL,
                    content=content,
                    dedup_key=f"bench:{round_number}:{number}",
                    now=uow.now,
                )
                for number in range(count)
            ]
            await insert_new(uow, Message, rows)

    async def _run(self, loop: DeliveryLoop, nursery: Nursery, count: int) -> int:
        nursery.start(loop.run(), name="delivery")
        while await self._open():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.05)
        return count

    async def _open(self) -> int:
        async with self.work.look() as uow:
            return await uow.session.scalar(select(func.count()).where(Message.state != MessageState.SENT)) or 0


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Both databases in turns."""
    with databases() as urls, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runs = runner.run(_rounds(urls, noise, *((2, 200) if is_smoke else (ROUNDS, MESSAGES))))
    rows = []
    for name, told in runs.items():
        rows += [
            Row(f"{name}: messages a second", Spread.of(run["done"] / run["seconds"] for run in told), "1/s"),
            Row(f"{name}: CPU per message", Spread.of(run["cpu"] * 1000 / run["done"] for run in told), "ms"),
        ]
    return Section(NAME, "the outbox's own speed", METHOD, rows)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The address of an empty database with all tables, by name of the kind; commits reach the disk on both."""
    with PostgresServer(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        urls = {
            "PostgreSQL": server.url_of(server.create_database()),
            "SQLite": f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite3'}",
        }
        for url in urls.values():
            bring_up_to_date(url)
        yield urls


def open_empty_work(url: str) -> tuple[Work, WakeUp]:
    """Units of work without reactions."""
    bell = WakeUp()
    return Work(Database(url), SystemClock(), Vault([Fernet.generate_key().decode()]), ring_outbox=bell.ring), bell


async def _rounds(urls: dict[str, str], noise: Noise, rounds: int, count: int) -> dict[str, list[dict[str, Any]]]:
    offices = {name: Office(*open_empty_work(url)) for name, url in urls.items()}
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in urls}
    for number in range(rounds + 1):
        with noise.watched():
            for name, office in offices.items():
                told = await office.deliver(number, count)
                if number:  # the first round warms up
                    runs[name].append(told)
    for office in offices.values():
        await office.work.database.close()
    return runs
