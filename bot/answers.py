"""Replies: they leave after the commit, in order per chat, and one that a crash swallowed is said after the restart."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot
from aiogram.methods import TelegramMethod
from cryptography.fernet import InvalidToken

from backend.kernel.arrivals import Arrival, answer_of, note_answered, unanswered
from backend.kernel.background import Nursery
from backend.kernel.database import DatabaseAway
from backend.kernel.encryption import Vault
from backend.kernel.faults import fault_point
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import Work
from backend.kernel.wakeup import WakeUp
from bot.saying import STALE_AFTER, say
from bot.stored_methods import Unreadable, read

log = structlog.get_logger(__name__)

RETRY_DATABASE_AFTER = 1.0
"""Seconds."""

OTHERS_NEED = 6.0
"""Seconds in which another process has said and noted its answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one update. `turn` is whose conversation it belongs to: answers of one turn keep their order."""

    bot: Bot
    door: str
    external_id: str
    turn: int
    methods: Sequence[TelegramMethod[Any]]
    arrived: float | None = None
    """By the loop's clock, where it is to be measured how long the person waited."""


class Answers:
    """Sends replies beside the handling of further updates and notes those that left."""

    def __init__(self, work: Work, nursery: Nursery, metrics: Metrics) -> None:
        self._metrics = metrics
        self._work = work
        self._nursery = nursery
        self._waiting: dict[int, list[Answer]] = defaultdict(list)
        self._sent: list[Answer] = []
        self._sent_some = WakeUp()
        self._open: set[tuple[str, str]] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    def give(self, answer: Answer) -> None:
        """Send `answer` after those of the same turn that are still waiting. Call after the commit."""
        self._open.add((answer.door, answer.external_id))
        queue = self._waiting[answer.turn]
        queue.append(answer)
        self._idle.clear()
        if len(queue) == 1:
            self._nursery.start(self._send_turn(answer.turn), name="answers.turn")

    def has(self, door: str, external_id: str) -> bool:
        """Whether this answer is on its way, or has left and is not yet written down."""
        return (door, external_id) in self._open

    async def resume(self, bots: dict[str, Bot]) -> int:
        """Say what a crash before this start left unsaid; returns how many updates that were. Call once.

        Where several processes share the database, an answer may just be on its way from another one: those get a
        moment to arrive.
        """
        started_at = self._work.clock.now()
        if not self._work.database.is_sqlite:
            await asyncio.sleep(OTHERS_NEED)
        count = 0
        for door, bot in bots.items():
            for arrival in await self._left_over(door, started_at):
                methods = _readable(self._work.vault, arrival)
                self.give(Answer(bot, door, arrival.external_id, _chat_of(methods), methods))
                count += 1
        if count:
            fault_point("replies_resumed")
        return count

    async def _left_over(self, door: str, started_at: datetime) -> list[Arrival]:
        while True:
            try:
                async with self._work.look() as uow:
                    return await unanswered(uow, door, before=started_at, younger_than=STALE_AFTER)
            except DatabaseAway as error:
                log.warning("reply.not_resumed_yet", error=str(error))
                await asyncio.sleep(RETRY_DATABASE_AFTER)

    async def note_forever(self) -> None:
        """Write down what has left, many at a time, for as long as the process lives."""
        while True:
            await self._sent_some.wait(at_most=60)
            try:
                await self.note()
            except DatabaseAway as error:
                log.warning("reply.not_noted_yet", error=str(error))
                await asyncio.sleep(RETRY_DATABASE_AFTER)

    async def note(self) -> None:
        """Write down what has left by now."""
        sent, self._sent = self._sent, []
        try:
            await self._note(sent)
        except DatabaseAway:
            self._sent = sent + self._sent
            self._sent_some.ring()
            raise

    async def _note(self, sent: Sequence[Answer]) -> None:
        by_door: dict[str, list[str]] = defaultdict(list)
        for answer in sent:
            by_door[answer.door].append(answer.external_id)
        for door, ids in by_door.items():
            async with self._work.begin() as uow:
                await note_answered(uow, door, ids)
            self._open -= {(door, external_id) for external_id in ids}
            fault_point("reply_noted")

    async def settled(self) -> None:
        """Wait until every answer given so far has left and is written down."""
        await self._idle.wait()
        await self.note()

    async def _send_turn(self, turn: int) -> None:
        queue = self._waiting[turn]
        while queue:
            answer = queue[0]
            await self._send(answer)
            if answer.arrived is not None:
                self._metrics.reply_seconds.observe(asyncio.get_running_loop().time() - answer.arrived)
            self._sent.append(answer)
            queue.pop(0)
            self._sent_some.ring()
        del self._waiting[turn]
        if not self._waiting:
            self._idle.set()

    async def _send(self, answer: Answer) -> None:
        for method in answer.methods:
            fault_point("before_reply")
            await say(answer.bot, method, self._work.clock)
            fault_point("after_reply")


def _readable(vault: Vault, arrival: Arrival) -> list[TelegramMethod[Any]]:
    """The answer, or nothing where an older version wrote it in a way, or under a key, that we no longer have."""
    try:
        return read(answer_of(vault, arrival))
    except (Unreadable, InvalidToken) as error:
        log.warning("reply.unreadable", external_id=arrival.external_id, reason=type(error).__name__)
        return []


def _chat_of(methods: Sequence[TelegramMethod[Any]]) -> int:
    return next((int(chat) for method in methods if (chat := getattr(method, "chat_id", None)) is not None), 0)
