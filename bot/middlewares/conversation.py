"""aiogram's state machine in our database, inside the unit of work: a step and its effect are stored together."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import TelegramObject

from backend.kernel.conversations import ConversationKey, Standing, keep_standing, standing_of
from backend.kernel.unit_of_work import UnitOfWork

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class UnitStorage(BaseStorage):
    """Storage that lives as long as one unit of work: a conversation is read once, and `keep` writes it once."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._standing: dict[ConversationKey, Standing] = {}
        self._changed: set[ConversationKey] = set()

    async def keep(self) -> None:
        """Store what was changed."""
        for key in sorted(self._changed):
            await keep_standing(self._uow, key, self._standing[key])

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        standing = await self._of(key)
        step = state.state if isinstance(state, State) else state
        self._change(key, standing, is_needed=step is not None)
        standing.step = step

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._of(key)).step

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        standing = await self._of(key)
        self._change(key, standing, is_needed=bool(data))
        standing.notes = json.dumps(data, ensure_ascii=False, separators=(",", ":")) if data else ""

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        notes = (await self._of(key)).notes
        return dict(json.loads(notes)) if notes else {}

    async def close(self) -> None:
        """Nothing of its own to close: the unit of work ends by itself."""

    async def _of(self, key: StorageKey) -> Standing:
        conversation = _key_of(key)
        if conversation not in self._standing:
            self._standing[conversation] = await standing_of(self._uow, conversation)
        return self._standing[conversation]

    def _change(self, key: StorageKey, standing: Standing, *, is_needed: bool) -> None:
        """Have it written at the end; one that never began needs no row to say that it is over."""
        if is_needed or standing.is_kept:
            self._changed.add(_key_of(key))


def _key_of(key: StorageKey) -> ConversationKey:
    return ConversationKey(key.bot_id, key.chat_id, key.user_id)


class ConversationMiddleware(BaseMiddleware):
    """Gives handlers `state` (aiogram's FSMContext) and filters `raw_state`; one conversation per person and chat."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        context = cast(EventContext, data[EVENT_CONTEXT_KEY])
        if context.user_id is None:
            return await handler(event, data)
        bot, storage = cast(Bot, data["bot"]), UnitStorage(cast(UnitOfWork, data["uow"]))
        state = FSMContext(storage=storage, key=StorageKey(bot.id, context.chat_id or context.user_id, context.user_id))
        data["state"] = state
        data["raw_state"] = await state.get_state()
        reply = await handler(event, data)
        await storage.keep()
        return reply
