"""aiogram's state machine in our database, inside the unit of work: a step and its effect are stored together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import TelegramObject

from backend.kernel.conversations import Conversation, keep_notes, notes_of
from backend.kernel.unit_of_work import UnitOfWork

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class UnitStorage(BaseStorage):
    """Storage that lives as long as one unit of work; every key is read at most once."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._rows: dict[StorageKey, Conversation | None] = {}

    async def _row(self, key: StorageKey) -> Conversation | None:
        if key not in self._rows:
            self._rows[key] = await self._uow.session.get(Conversation, (key.bot_id, key.chat_id, key.user_id))
        return self._rows[key]

    async def _row_to_write(self, key: StorageKey) -> Conversation:
        row = await self._row(key)
        if row is None:
            row = Conversation(bot_id=key.bot_id, chat_id=key.chat_id, user_id=key.user_id, notes_sealed="")
            self._uow.session.add(row)
            self._rows[key] = row
        row.updated_at = self._uow.now
        row.reminded_at = None
        return row

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        step = state.state if isinstance(state, State) else state
        if step is None and await self._row(key) is None:
            return
        (await self._row_to_write(key)).step = step

    async def get_state(self, key: StorageKey) -> str | None:
        row = await self._row(key)
        return row.step if row else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        if not data and await self._row(key) is None:
            return
        keep_notes(self._uow, await self._row_to_write(key), data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        row = await self._row(key)
        return notes_of(self._uow, row) if row else {}

    async def close(self) -> None:
        """Nothing of its own to close: the unit of work ends by itself."""


class ConversationMiddleware(BaseMiddleware):
    """Gives handlers `state` (aiogram's FSMContext) and filters `raw_state`; one conversation per person and chat."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        context = cast(EventContext, data[EVENT_CONTEXT_KEY])
        if context.user_id is not None:
            bot = cast(Bot, data["bot"])
            key = StorageKey(bot.id, context.chat_id or context.user_id, context.user_id)
            state = FSMContext(storage=UnitStorage(cast(UnitOfWork, data["uow"])), key=key)
            data["state"] = state
            data["raw_state"] = await state.get_state()
        return await handler(event, data)
