"""One update from the door to the commit: done once, in order per person, with a clear word when it fails."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.methods import AnswerCallbackQuery, SendMessage, TelegramMethod
from aiogram.types import CallbackQuery, Message, Update, User
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from backend.kernel.arrivals import Arrival, answer_of, is_first_arrival, keep_answer
from backend.kernel.database import DatabaseAway
from backend.kernel.errors import DomainError
from backend.kernel.faults import fault_point
from backend.kernel.metrics import Metrics
from backend.kernel.texts import Language, Texts, language_of
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.notify.words import Words
from backend.registry.accounts import account_for_telegram_user, language_of_account
from bot.answers import Answer, Answers
from bot.fitting_replies import fitted
from bot.middlewares.person import as_telegram_user
from bot.stored_methods import read, written
from bot.throttle import Throttle, Verdict
from handlers.common.replies import as_methods

log = structlog.get_logger(__name__)

ALERT_LENGTH = 200
"""Telegram's limit on the text that answers a button press."""

RACES = 3
"""How often one update is tried when it meets others at the same rows."""

AT_ONCE = 8
"""Updates in their transactions at the same time, per process. One process has one core: more of them would only hold
each other's rows and connections for longer, and everybody would wait for the slowest."""

RACE_STATES = ("40001", "40P01")
"""PostgreSQL: serialization failure, deadlock detected."""

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are misread or misheard over the telephone."""


class UpdateHandler:
    """Feeds updates to aiogram inside a unit of work. Raises DatabaseAway when the update must come again."""

    def __init__(
        self,
        *,
        dispatcher: Dispatcher,
        work: Work,
        texts: Texts,
        answers: Answers,
        throttle: Throttle,
        metrics: Metrics,
    ) -> None:
        self._dispatcher = dispatcher
        self._work = work
        self._texts = texts
        self._answers = answers
        self._throttle = throttle
        self._metrics = metrics
        self._turns = Turns()
        self._room = asyncio.Semaphore(AT_ONCE)
        # Updates whose commit the database did not answer: it may stand, and its answer be unsaid.
        self._unsure: set[tuple[str, str]] = set()

    async def handle(self, bot: Bot, door: str, update: Update) -> None:
        """Handle `update` of `door` (one per bot). When this returns it is committed and may be confirmed."""
        fault_point("update_received")
        arrived = asyncio.get_running_loop().time()
        sender = sender_of(update)
        turn = sender.id if sender else 0
        async with self._turns.of(turn):
            verdict = self._throttle.judge(turn, self._work.clock.now()) if sender else Verdict.GO_ON
            if verdict is Verdict.DROP:
                self._count("dropped")
                return
            try:
                methods = await self._answer_to(bot, door, update, slow_down=verdict is Verdict.WARN)
            except DatabaseAway:
                # Not the update's fault: it stays unconfirmed and comes again.
                self._unsure.add((door, str(update.update_id)))
                raise
            self._unsure.discard((door, str(update.update_id)))
            if methods:
                self._answers.give(Answer(bot, door, str(update.update_id), turn, methods, arrived))

    def _count(self, outcome: str) -> None:
        self._metrics.updates.labels(outcome=outcome).inc()

    async def _answer_to(self, bot: Bot, door: str, update: Update, *, slow_down: bool) -> list[TelegramMethod[Any]]:
        try:
            if slow_down:
                raise DomainError("error.slow_down")
            methods = await self._attempt_again(bot, door, update)
            self._count("handled")
            return methods
        except DomainError as refusal:
            self._count("refused")
            return await self._refuse(door, update, refusal.key, refusal.params)
        except DatabaseAway:
            raise
        except Exception as error:
            # The last line of defence: rolled back, the person told, the cause logged.
            self._count("failed")
            reference = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(5))
            log.error("update.failed", reference=reference, update_id=update.update_id, exc_info=error)
            return await self._refuse(door, update, "error.apology", {"reference": reference})

    async def _attempt_again(self, bot: Bot, door: str, update: Update) -> list[TelegramMethod[Any]]:
        """Try anew when somebody else wrote the same rows meanwhile: the second look sees what they did."""
        for _ in range(RACES - 1):
            try:
                return await self._attempt(bot, door, update)
            except (StaleDataError, DBAPIError) as error:
                if not is_race(error):
                    raise
        return await self._attempt(bot, door, update)

    async def _attempt(self, bot: Bot, door: str, update: Update) -> list[TelegramMethod[Any]]:
        external_id, sender = str(update.update_id), sender_of(update)
        async with self._room, self._work.begin() as uow:
            # Several processes: updates of one person wait for each other until the commit.
            if not await is_first_arrival(uow, door, external_id, turn=sender.id if sender else None):
                return await self._unsaid(uow, door, external_id)
            reply = await self._dispatcher.feed_update(bot, update, uow=uow)
            methods = [fitted(method) for method in _with_press_answered(update, as_methods(reply))]
            if methods:
                await keep_answer(uow, door, external_id, written(methods))
        fault_point("update_stored")
        return methods

    async def _refuse(
        self, door: str, update: Update, key: str, params: dict[str, object]
    ) -> list[TelegramMethod[Any]]:
        """Say why not. What can neither be done nor refused is noted as done, or it would come again for ever."""
        try:
            return await self._refuse_in_words(door, update, key, params)
        except DatabaseAway:
            raise
        except Exception as error:
            log.error("update.unanswerable", update_id=update.update_id, exc_info=error)
            async with self._work.begin() as uow:
                await is_first_arrival(uow, door, str(update.update_id))
            return []

    async def _refuse_in_words(
        self, door: str, update: Update, key: str, params: dict[str, object]
    ) -> list[TelegramMethod[Any]]:
        """Note the update as done without effect, and say why not."""
        async with self._work.begin() as uow:
            if not await is_first_arrival(uow, door, str(update.update_id)):
                return await self._unsaid(uow, door, str(update.update_id))
            words = Words(self._texts, await self._language(uow, update))
            methods = [fitted(method) for method in _refusal(update, words, key, params)]
            if methods:
                await keep_answer(uow, door, str(update.update_id), written(methods))
        return methods

    async def _unsaid(self, uow: UnitOfWork, door: str, external_id: str) -> list[TelegramMethod[Any]]:
        """What was stored at the first arrival, if its commit turns out to stand without anybody having heard of it."""
        if (door, external_id) not in self._unsure or self._answers.has(door, external_id):
            return []
        arrival = await uow.session.get(Arrival, (door, external_id))
        return read(answer_of(uow.vault, arrival)) if arrival is not None else []

    async def _language(self, uow: UnitOfWork, update: Update) -> Language:
        sender = sender_of(update)
        if sender is None or sender.is_bot:
            return language_of(None)
        return language_of_account(await account_for_telegram_user(uow, as_telegram_user(sender)))


def is_race(error: Exception) -> bool:
    """Whether two transactions met: a stale version, a taken key, a deadlock, a serialization failure."""
    if isinstance(error, (StaleDataError, IntegrityError)):
        return True
    return getattr(getattr(error, "orig", None), "sqlstate", None) in RACE_STATES


class Turns:
    """One lock per person, made when needed and dropped when nobody waits."""

    def __init__(self) -> None:
        self._locks: dict[int, asyncio.Lock] = {}
        self._users: dict[int, int] = defaultdict(int)

    @asynccontextmanager
    async def of(self, person: int) -> AsyncIterator[None]:
        """Wait until it is this person's turn; first come, first served."""
        lock = self._locks.setdefault(person, asyncio.Lock())
        self._users[person] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[person] -= 1
            if not self._users[person]:
                del self._users[person], self._locks[person]


def sender_of(update: Update) -> User | None:
    """The human or bot that caused the update, if any."""
    event = update.event
    return getattr(event, "from_user", None) or getattr(event, "user", None)


def _with_press_answered(update: Update, methods: list[TelegramMethod[Any]]) -> list[TelegramMethod[Any]]:
    """A pressed button spins until it is answered; whoever had nothing to say answers with silence."""
    call = update.callback_query
    if call is None or any(isinstance(method, AnswerCallbackQuery) for method in methods):
        return methods
    return [AnswerCallbackQuery(callback_query_id=call.id), *methods]


def _refusal(update: Update, words: Words, key: str, params: dict[str, object]) -> list[TelegramMethod[Any]]:
    event = update.event
    if isinstance(event, CallbackQuery):
        text = words.plain(key, **params)[:ALERT_LENGTH]
        return [AnswerCallbackQuery(callback_query_id=event.id, text=text, show_alert=True)]
    if isinstance(event, Message):
        return [
            SendMessage(chat_id=event.chat.id, message_thread_id=event.message_thread_id, text=words(key, **params))
        ]
    return []
