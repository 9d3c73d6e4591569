"""The test world around a program that is a process of its own: chats and people live here and survive its death."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import func, select

from backend.issues.models import Issue
from backend.kernel.arrivals import Arrival
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.unit_of_work import Work
from backend.messaging.contents import Content, Lane, telegram_chat
from backend.messaging.models import Message, MessageState
from backend.messaging.outbox import enqueue
from playground.telegram.inbox import words_of
from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.serve import serve
from playground.telegram.state import Group
from playground.telegram.views import message_view
from playground.telegram.world import World as Telegram
from tests.chat.town import TOKEN, seat
from tests.faults.program import ROLES, Forge, Program
from tests.ground.postgres import PostgresServer
from tests.service.world import NOON, World, open_world

SECRET = "the-secret-of-the-webhook"
TAG = re.compile("<[^>]*>")

Said = Counter[tuple[int, str]]
"""How often each chat heard what."""


@dataclass(frozen=True)
class Filled:
    """A database that holds the test world, to be copied for each run; on PostgreSQL `server` has it under a name."""

    world: World
    key: str
    file: Path | None = None
    server: PostgresServer | None = None
    name: str = ""

    @asynccontextmanager
    async def copied(self, home: Path) -> AsyncIterator[str]:
        """The address of a copy."""
        if self.server is None:
            assert self.file is not None
            yield f"sqlite+aiosqlite:///{shutil.copy(self.file, home / 'youlin.db')}"
            return
        name = await asyncio.to_thread(self.server.create_database, template=self.name)
        yield self.server.url_of(name)
        await asyncio.to_thread(self.server.drop_database, name)


async def fill(url: str) -> tuple[World, str]:
    """Put the test world into the database at `url` and let go of it; returns the world and the key of its secrets."""
    key = Fernet.generate_key().decode()
    database = Database(url)
    world = await open_world(database, vault=Vault([key]))
    await database.close()
    return world, key


@dataclass
class Scene:
    """One run: `program` is what dies, everything else stays."""

    program: Program
    work: Work
    world: World
    telegram: Telegram
    phones: PhoneBook
    address: str
    stop_telegram: Callable[[], Awaitable[None]]

    def phone(self, name: str) -> Phone:
        return self.phones.of(self.telegram.person(self.world.accounts[name].telegram_id))

    def group(self, key: str) -> Group:
        return self.telegram.group(self.world.chats[key].chat_id)

    async def write(self, name: str, text: str, lane: Lane = Lane.NORMAL) -> None:
        """Have a message delivered to somebody, as any service does."""
        async with self.work.begin() as uow:
            to = telegram_chat(self.world.accounts[name].telegram_id)
            await enqueue(uow, to=to, content=Content(text), lane=lane, dedup_key=text)

    async def states(self) -> Counter[str]:
        """How many messages of the outbox are in which state."""
        async with self.work.look() as uow:
            rows = await uow.session.execute(select(Message.state, func.count()).group_by(Message.state))
            return Counter({state.value: count for state, count in rows})

    async def summaries(self) -> list[str]:
        """What the issues in the database say."""
        async with self.work.look() as uow:
            return list(await uow.session.scalars(select(Issue.summary)))

    async def open_ends(self) -> list[str]:
        """What has not come to its end: unconfirmed updates, unsaid answers, undelivered messages."""
        ends = [f"{len(bot.updates.pending)} updates" for bot in self.telegram.bots.values() if bot.updates.pending]
        async with self.work.look() as uow:
            unsaid = await uow.session.scalar(
                select(func.count()).select_from(Arrival).where(Arrival.answered_at.is_(None))
            )
            waiting = await uow.session.scalar(
                select(func.count())
                .select_from(Message)
                .where(Message.state.in_([MessageState.PENDING, MessageState.SENDING]))
            )
        return ends + [f"{count} {what}" for count, what in ((unsaid, "answers"), (waiting, "messages")) if count]

    async def settles(self, within: float = 30) -> None:
        """Wait until nothing is left to do."""
        end = monotonic() + within
        while ends := await self.open_ends():
            if monotonic() > end:
                raise AssertionError(f"after {within} s still: {ends}\n{self.program.last_words()}")
            await asyncio.sleep(0.05)

    async def until(self, is_so: Callable[[], bool], what: str, within: float = 30) -> None:
        """Wait until `is_so`."""
        end = monotonic() + within
        while not is_so():
            if monotonic() > end:
                raise AssertionError(f"not within {within} s: {what}\n{self.program.last_words()}")
            await asyncio.sleep(0.02)

    async def unsaid(self) -> frozenset[str]:
        """First lines of messages that the outbox took back because something newer took their place."""
        async with self.work.look() as uow:
            contents = await uow.session.scalars(
                select(Message.content).where(Message.state == MessageState.SUPERSEDED)
            )
            return frozenset(_without_figures(TAG.sub("", content["text"])).split("\n")[0] for content in contents)

    def said(self) -> Said:
        """What the bot has said and still stands, by chat; figures left out, because times differ between runs."""
        heard: Said = Counter()
        chats = [*self.telegram.private_chats.values(), *self.telegram.groups.values()]
        for chat in chats:
            for message in self.telegram.history(chat):
                if message.sender is not None and message.sender.id in self.telegram.bots and message.service is None:
                    heard[(_id_of(chat), _without_figures(words_of(message_view(message))))] += 1
        return heard


def _id_of(chat: Any) -> int:
    return int(chat.id) if isinstance(chat, Group) else int(chat.person.id)


def _without_figures(text: str) -> str:
    """The text without figures and without the lines that count time."""
    lines = [line for line in text.split("\n") if "⏳" not in line]
    return "".join(letter for letter in "\n".join(lines) if not letter.isdigit())


@asynccontextmanager
async def open_scene(filled: Filled, forge: Forge, home: Path, **more: Any) -> AsyncIterator[Scene]:
    """A copy of the world with its Telegram; the program is not started yet. `more` are further settings."""
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
    roles = more.pop("roles", ROLES)
    telegram = Telegram()
    phones = PhoneBook(telegram)
    shift = (NOON - datetime.now(UTC)).total_seconds()  # noqa: TID251 - tells the program how far its time is moved
    clock = MovableClock()
    clock.set(NOON)
    async with filled.copied(home) as url, AsyncExitStack() as serving:
        address = await serving.enter_async_context(serve(telegram))
        seat(telegram, filled.world, phones)
        settings = {
            "database_url": url,
            "home": str(home),
            "bot_token": TOKEN,
            "telegram_api": address,
            "encryption_keys": filled.key,
            "updates_per_person_per_minute": 10_000,
            "messages_per_second": 1_000,
            "group_messages_per_minute": 100_000,
            **more,
        }
        program = Program(forge, settings, home / "log", shift, roles)
        work = Work(Database(url, pool_size=2), clock, Vault([filled.key]))
        try:
            yield Scene(program, work, filled.world, telegram, phones, address, serving.aclose)
        finally:
            if program.lives:
                program.lives[-1].signal(signal.SIGKILL)
                await program.lives[-1].ends()
            await work.database.close()
