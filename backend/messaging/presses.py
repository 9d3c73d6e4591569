"""Callback data of inline buttons: written by whoever makes a card, read by whoever handles the press."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from backend.kernel.errors import BadInput

MOST_BYTES = 64
"""Telegram's limit on callback data."""
LARGEST = 2**63 - 1
"""What both databases can look up; a larger number is a forgery."""


@dataclass(frozen=True, slots=True)
class Press:
    """Base of all presses: a frozen dataclass of ints, strings and enums with a short unique `prefix`.

    The prefix ends in a version digit: a change of fields takes the next one, so that old buttons are recognised
    as old instead of being misread. What is unpacked is a claim of the client's: the service still checks everything.
    """

    prefix: ClassVar[str] = ""
    in_groups: ClassVar[bool] = False
    """Whether it may be pressed in a group: what follows is then read by everybody there."""

    def pack(self) -> str:
        """`prefix:field:field`, at most 64 bytes; raises ValueError when longer (a fault of ours)."""
        parts = [self.prefix, *[_written(getattr(self, name)) for name in self._names()]]
        packed = ":".join(parts)
        if len(packed.encode()) > MOST_BYTES:
            raise ValueError(f"callback data too long: {packed}")
        return packed

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """Read callback data; raises BadInput for anything that `pack` could not have written."""
        prefix, *parts = packed.split(":")
        hints = cls._hints()
        names = cls._names()
        if prefix != cls.prefix or len(parts) != len(names):
            raise BadInput("error.old_button")
        try:
            values = {name: _read(hints[name], part) for name, part in zip(names, parts, strict=True)}
        except (ValueError, TypeError) as error:
            raise BadInput("error.old_button") from error
        return cls(**values)

    @classmethod
    @cache
    def _names(cls) -> tuple[str, ...]:
        """The fields in their order: asked for with every button of every keyboard."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    @cache
    def _hints(cls) -> dict[str, Any]:
        """The types of the fields; working them out from their names costs more than the rest of `unpack`."""
        return get_type_hints(cls)


def prefix_of(packed: str) -> str:
    """The prefix with which callback data begins: it says which kind of press may be able to read it."""
    return packed.partition(":")[0]


def _written(value: Any) -> str:
    if value is None:
        return ""
    text = str(value.value if isinstance(value, Enum) else value)
    if ":" in text:
        raise ValueError(f"a colon must not stand in callback data: {text}")
    return text


def _read(hint: Any, part: str) -> Any:
    if get_origin(hint) in (Union, UnionType):
        if part == "":
            return None
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    if hint is int:
        return _whole_number(part)
    return hint(part)


def _whole_number(part: str) -> int:
    """Read what `pack` writes and nothing else that Python takes for a number, if the databases can hold it."""
    number = int(part) if len(part) <= MOST_BYTES else 0
    if str(number) != part or not -LARGEST <= number <= LARGEST:
        raise ValueError(part)
    return number
