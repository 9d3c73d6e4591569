"""Long polling: a batch is confirmed to Telegram only after every update in it is committed."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramConflictError
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import ValidationError

from backend.kernel.database import DatabaseAway
from backend.kernel.faults import fault_point
from bot.handling import UpdateHandler

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
"""What handlers hear; `chat_member` comes only when it is asked for."""

WAIT_SECONDS = 25
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
"""How long to wait after the first, second, ... failure in a row."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without decoding: one update that the library does not know must not hold up all others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = WAIT_SECONDS
    allowed_updates: list[str] = ALLOWED_UPDATES


class Poller:
    """Fetches updates of one bot for as long as the process lives."""

    def __init__(self, bot: Bot, door: str, handler: UpdateHandler) -> None:
        self._bot = bot
        self._door = door
        self._handler = handler
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Poll until cancelled; failures of the network or the database pause it and never lose an update."""
        while True:
            try:
                await self.poll_once()
                self._failures = 0
            except (TelegramAPIError, ClientDecodeError, DatabaseAway) as error:
                await self._pause(error)

    async def poll_once(self) -> int:
        """Fetch one batch, handle it to the commit, move on; returns how many updates came."""
        raw = await self._bot(GetRawUpdates(offset=self._offset), request_timeout=WAIT_SECONDS + 10)
        updates = [update for entry in raw if (update := parsed(self._bot, entry)) is not None]
        # Started in order; the handler keeps the order of each person and lets people pass each other.
        results = await asyncio.gather(
            *(self._handler.handle(self._bot, self._door, update) for update in updates), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result
        fault_point("before_confirm")
        if raw:
            self._offset = max(int(entry["update_id"]) for entry in raw) + 1
        return len(raw)

    async def _pause(self, error: BaseException) -> None:
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        reason = "another process polls with the same token" if isinstance(error, TelegramConflictError) else ""
        log.warning("polling.paused", error=type(error).__name__, reason=reason, seconds=pause)
        await asyncio.sleep(pause)


def parsed(bot: Bot, raw: dict[str, Any]) -> Update | None:
    """The update, or None when it is of a shape that nobody here could handle."""
    try:
        update = Update.model_validate(raw, context={"bot": bot})
        update.event_type  # noqa: B018 - raises for kinds of updates that the library does not know
    except (ValidationError, LookupError):
        log.warning("update.unreadable", update_id=raw.get("update_id"), kinds=sorted(raw.keys() - {"update_id"}))
        return None
    return update
