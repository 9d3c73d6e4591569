"""The last conversation: whatever nobody else understood gets a friendly word, in private chats and on old buttons."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from backend.kernel.errors import BadInput
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from handlers.common.keyboards import keyboard
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say


def fallback_router() -> Router:
    router = Router(name="common.fallback")
    router.message.register(not_understood, IN_PRIVATE)
    router.callback_query.register(old_button)
    return router


async def not_understood(message: Message, words: Words) -> Reply:
    """A command that does not exist, a sticker out of nowhere."""
    menu = keyboard([(words.plain("menu.report"), MenuPress(MenuButton.REPORT))])
    return say(message, words("common.not_understood"), menu)


async def old_button(call: CallbackQuery) -> Reply:
    """A button that no version of this program knows, or that a client made up."""
    raise BadInput("error.old_button")
