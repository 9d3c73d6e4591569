"""Replies as rows: methods of the Bot API as JSON that survives a crash, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python


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


def _fields(model: BaseModel) -> dict[str, Any]:
    """What was said, field by field: a default such as a scope's type tells the reader which class it was."""
    values = {name: getattr(model, name) for name in type(model).model_fields}
    return {name: _plain(value) for name, value in values.items() if not (value is None or isinstance(value, Default))}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _fields(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return to_jsonable_python(value)


def _is_upload(method: TelegramMethod[Any]) -> bool:
    return any(isinstance(getattr(method, name), aiogram.types.InputFile) for name in type(method).model_fields)
