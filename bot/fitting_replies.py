"""Replies within Telegram's limits: a screen with one word too many would be refused whole, and nobody answered."""

from __future__ import annotations

from typing import Any

from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardMarkup

from bot.senders.fitting import LONGEST_CAPTION, LONGEST_TEXT, cut_html

LONGEST_POP_UP = 200
MOST_BUTTONS = 100
"""Of inline buttons Telegram shows so many under one message."""


def fitted(method: TelegramMethod[Any]) -> TelegramMethod[Any]:
    """The same method with text, caption and buttons cut to what Telegram takes; mostly the very same object."""
    changes = {
        name: shorter for name, shorter in _shortened(method).items() if shorter is not getattr(method, name, None)
    }
    return method.model_copy(update=changes) if changes else method


def _shortened(method: TelegramMethod[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    text, caption, markup = (getattr(method, name, None) for name in ("text", "caption", "reply_markup"))
    if isinstance(text, str):
        found["text"] = _pop_up(text) if method.__api_method__ == "answerCallbackQuery" else _html(text, LONGEST_TEXT)
    if isinstance(caption, str):
        found["caption"] = _html(caption, LONGEST_CAPTION)
    if isinstance(markup, InlineKeyboardMarkup):
        found["reply_markup"] = _keyboard(markup)
    return found


def _html(text: str, longest: int) -> str:
    # What is written is never shorter than what is shown, in units of UTF-16 at most two for each character.
    return text if len(text) * 2 <= longest else cut_html(text, longest)


def _pop_up(text: str) -> str:
    units = text.encode("utf-16-le", "ignore")
    return text if len(units) <= LONGEST_POP_UP * 2 else units[: LONGEST_POP_UP * 2].decode("utf-16-le", "ignore")


def _keyboard(markup: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    if sum(len(row) for row in markup.inline_keyboard) <= MOST_BUTTONS:
        return markup
    left, rows = MOST_BUTTONS, []
    for row in markup.inline_keyboard:
        rows.append(row[:left])
        left -= len(rows[-1])
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])
