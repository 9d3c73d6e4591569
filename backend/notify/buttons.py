"""Buttons as messages carry them: a label from the catalogues and what its press says."""

from __future__ import annotations

from collections.abc import Sequence

from backend.messaging.contents import Button
from backend.messaging.presses import Press
from backend.notify.words import Words

Rows = tuple[tuple[Button, ...], ...]


def button(words: Words, key: str, press: Press) -> Button:
    """One button; its label is the words for `key`."""
    return Button(words.plain(key), press=press.pack())


def in_rows(*rows: Sequence[Button]) -> Rows:
    """Rows of buttons; empty rows are left out."""
    return tuple(tuple(row) for row in rows if row)
