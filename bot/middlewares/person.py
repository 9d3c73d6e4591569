"""Finds out who wrote: the account, the actor with the live roles, and the words in this person's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast
from zoneinfo import ZoneInfo

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.words import Words
from backend.registry.accounts import TelegramUser, language_of_account, who_writes

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PersonMiddleware(BaseMiddleware):
    """Gives handlers `account`, `actor` and `words`. Updates without a human sender (other bots too) go no further."""

    def __init__(self, texts: Texts, zone: ZoneInfo) -> None:
        self.texts = texts
        self.zone = zone

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user = cast(User | None, data.get("event_from_user"))
        if user is None or user.is_bot:
            return None
        uow = cast(UnitOfWork, data["uow"])
        account, data["actor"] = await who_writes(uow, as_telegram_user(user))
        data["account"] = account
        data["words"] = Words(self.texts, language_of_account(account), zone=self.zone)
        return await handler(event, data)


def as_telegram_user(user: User) -> TelegramUser:
    """What the registry keeps of a sender."""
    return TelegramUser(user.id, user.full_name, user.username, user.language_code)
