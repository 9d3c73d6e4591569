"""aiogram's dispatcher: the middlewares in their order, then the conversations."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from aiogram import Dispatcher

from backend.kernel.texts import Texts
from bot.middlewares.conversation import ConversationMiddleware
from bot.middlewares.person import PersonMiddleware
from handlers.router import build_router


def build_dispatcher(texts: Texts, *, zone: ZoneInfo, **shared: Any) -> Dispatcher:
    """A fresh dispatcher. `shared` reaches every handler by name (settings, links); `uow` comes with each update.

    aiogram's own state machine is off: it would read its storage before our unit of work is known to it.
    """
    dispatcher = Dispatcher(disable_fsm=True, texts=texts, **shared)
    dispatcher.update.outer_middleware(PersonMiddleware(texts, zone))
    dispatcher.update.outer_middleware(ConversationMiddleware())
    dispatcher.include_router(build_router())
    return dispatcher
