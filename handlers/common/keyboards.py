"""Inline keyboards from rows of (label, press), and the reply keyboard's removal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backend.messaging.contents import Button
from backend.messaging.presses import Press

Row = Sequence[tuple[str, Press]]


def keyboard(*rows: Row) -> InlineKeyboardMarkup:
    """One button per (label, press); empty rows are left out."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=press.pack()) for label, press in row]
            for row in rows
            if row
        ]
    )


def in_columns(buttons: Iterable[tuple[str, Press]], columns: int) -> list[Row]:
    """Split a list of buttons into rows of `columns`."""
    flat = list(buttons)
    return [flat[start : start + columns] for start in range(0, len(flat), columns)]


def markup_of(buttons: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """The keyboard of a neutral message content, for replies that show what the outbox also sends."""
    rows = [
        [InlineKeyboardButton(text=button.label, callback_data=button.press, url=button.url) for button in row]
        for row in buttons
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
