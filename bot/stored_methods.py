"""Replies as rows: methods of the Bot API as JSON that survives a crash, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from pydantic import ValidationError


class Unreadable(Exception):
    """A stored reply that this version of the program cannot make a method of."""


def written(methods: Sequence[TelegramMethod[Any]]) -> list[dict[str, Any]]:
    """Methods as JSON that `read` makes methods of again. Uploads cannot be stored and are left out."""
    return [
        {"method": type(method).__name__, "fields": _fields(method)} for method in methods if not _is_upload(method)
    ]


def read(stored: Sequence[dict[str, Any]]) -> list[TelegramMethod[Any]]:
    """The reverse of `written`. Raises Unreadable for what another version of the program has written."""
    try:
        return [getattr(aiogram.methods, entry["method"])(**entry["fields"]) for entry in stored]
    except (AttributeError, KeyError, TypeError, ValidationError) as error:
        raise Unreadable(type(error).__name__) from error


def _fields(method: TelegramMethod[Any]) -> dict[str, Any]:
    """What was said; a default such as a scope's type tells the reader which class it was."""
    fields: dict[str, Any] = _said(method.model_dump(mode="json", exclude_none=True, warnings=False, fallback=_unsaid))
    return fields


def _unsaid(_default: Default) -> None:
    """The library's marker for what the bot's own defaults will fill in when it is sent."""


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(part) for name, part in value.items() if part is not None}
    return [_said(part) for part in value] if isinstance(value, list) else value


def _is_upload(method: TelegramMethod[Any]) -> bool:
    return any(isinstance(value, InputFile) for value in vars(method).values())
