"""What a handler gives back: un-awaited Telegram methods that leave after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from aiogram.methods import TelegramMethod

Reply: TypeAlias = "TelegramMethod[Any] | Sequence[Reply] | None"
"""One method, several in order, or nothing to say."""


def as_methods(reply: object) -> list[TelegramMethod[Any]]:
    """Flatten what a handler returned; what is not a Telegram method (aiogram's UNHANDLED) says nothing."""
    if isinstance(reply, TelegramMethod):
        return [reply]
    if isinstance(reply, (list, tuple)):
        return [method for part in reply for method in as_methods(part)]
    return []
