"""A post office to test the outbox with: a database, a channel that writes down what it is given, delivery loops."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import select

from backend.kernel.background import Nursery
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.events import Event
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.kernel.wakeup import WakeUp
from backend.messaging.broadcasts import Audience
from backend.messaging.channel import Outcome, OutgoingMessage, Sent, Starting
from backend.messaging.claim import ChatPace
from backend.messaging.contents import ChannelName, Content, Lane, telegram_chat
from backend.messaging.deliver import DeliveryLoop, Rhythm
from backend.messaging.events import ChatMigrated, ContactBlocked, MessageFailed
from backend.messaging.models import Message
from backend.messaging.outbox import enqueue

QUICK = Rhythm(sweep=0.05, paced_sweep=0.02, renewal=0.2, expansion=0.02)


@dataclass
class NotebookChannel:
    """Takes every message; `answers` says what to reply instead to an address, one answer for each call."""

    taken: list[OutgoingMessage] = field(default_factory=list)
    answers: defaultdict[str, list[Outcome | Exception]] = field(default_factory=lambda: defaultdict(list))
    before_call: Callable[[OutgoingMessage], Awaitable[None]] | None = None
    during_call: Callable[[OutgoingMessage], Awaitable[None]] | None = None
    knows: dict[str, Outcome] = field(default_factory=dict)

    async def send(self, message: OutgoingMessage, starting: Starting) -> Outcome:
        if self.before_call is not None:
            await self.before_call(message)
        await starting()
        self.taken.append(message)
        if self.during_call is not None:
            await self.during_call(message)
        answers = self.answers[message.to.address]
        answer = answers.pop(0) if answers else Sent(message.posted_id or str(1000 + message.id), "main")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def reconcile(self, message: OutgoingMessage) -> Outcome | None:
        return self.knows.get(message.to.address)

    def texts(self, address: str | None = None) -> list[str]:
        """What was handed over, in order."""
        return [m.content.text for m in self.taken if address is None or m.to.address == address]


@dataclass
class PostOffice:
    """`work` for writing messages, `channel` to see what left, `opened()` for a loop that delivers."""

    work: Work
    clock: MovableClock
    channel: NotebookChannel
    bell: WakeUp
    heard: list[Event] = field(default_factory=list)

    @asynccontextmanager
    async def opened(
        self,
        *,
        name: str = "loop-1",
        audiences: Mapping[str, Audience] | None = None,
        pace: ChatPace | None = None,
        channel: NotebookChannel | None = None,
        rhythm: Rhythm = QUICK,
    ) -> Any:
        """A delivery loop at work while the block runs."""
        nursery = Nursery()
        loop = DeliveryLoop(
            self.work,
            {ChannelName.TELEGRAM: channel or self.channel},
            bell=self.bell,
            nursery=nursery,
            name=name,
            audiences=audiences,
            pace=pace,
            rhythm=rhythm,
        )
        nursery.start(loop.run(), name="delivery loop")
        try:
            yield loop
            await loop.close(1)
            assert not nursery.failed.is_set(), "a task of the loop died; see the log"
        finally:
            await nursery.close()

    async def write(self, chat: int, text: str, lane: Lane = Lane.NORMAL, **more: Any) -> None:
        """Enqueue one message in a transaction of its own; its dedup key is its text."""
        async with self.work.begin() as uow:
            key = more.pop("dedup_key", text)
            await enqueue(uow, to=telegram_chat(chat), content=Content(text), lane=lane, dedup_key=key, **more)

    async def states(self) -> dict[str, str]:
        """State by dedup key."""
        async with self.work.look() as uow:
            rows = await uow.session.execute(select(Message.dedup_key, Message.state))
            return {key: state.value for key, state in rows}

    async def until(self, is_so: Callable[[], Any], seconds: float = 8) -> None:
        """Wait until `is_so()` (or what it awaits) is true."""
        end = monotonic() + seconds
        while True:
            answer = is_so()
            if await answer if asyncio.iscoroutine(answer) else answer:
                return
            assert monotonic() < end, f"not so after {seconds} s: {await self.states()} {self.channel.texts()}"
            await asyncio.sleep(0.01)

    async def until_idle(self, seconds: float = 8) -> None:
        """Wait until nothing is pending or being sent."""

        async def is_idle() -> bool:
            return not {"pending", "sending"} & set((await self.states()).values())

        await self.until(is_idle, seconds)

    async def until_idle_as_time_passes(self) -> None:
        """Wait until nothing is open while the clock runs a hundred times as fast."""

        async def is_idle() -> bool:
            self.clock.advance(timedelta(seconds=1))
            return not {"pending", "sending"} & set((await self.states()).values())

        await self.until(is_idle)


def open_office(url: str) -> PostOffice:
    """A post office on the database at `url`; close `office.work.database` afterwards."""
    heard: list[Event] = []

    async def hear(_: UnitOfWork, event: Event) -> None:
        heard.append(event)

    kinds = (ContactBlocked, ChatMigrated, MessageFailed)
    bell, clock = WakeUp(), MovableClock()
    work = Work(Database(url), clock, Vault([Fernet.generate_key().decode()]), dict.fromkeys(kinds, (hear,)), bell.ring)
    return PostOffice(work, clock, NotebookChannel(), bell, heard)


def later(seconds: float) -> timedelta:
    """A short name for seconds as a duration."""
    return timedelta(seconds=seconds)
