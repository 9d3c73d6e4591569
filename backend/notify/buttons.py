"""Buttons as messages carry them: a label from the catalogues and what its press says."""

from __future__ import annotations

from collections.abc import Sequence

from backend.messaging.contents import Button
from backend.messaging.presses import Press
from backend.notify.presses import IssueButton, IssuePress
from backend.notify.words import Words

STARS = (1, 2, 3, 4, 5)
Rows = tuple[tuple[Button, ...], ...]


def button(words: Words, key: str, press: Press) -> Button:
    """One button; its label is the words for `key`."""
    return Button(words.plain(key), press=press.pack())


def star_row(words: Words, issue_id: int) -> tuple[Button, ...]:
    """One button for each number of stars: a rating is one tap."""
    return tuple(
        Button(words.plain("notify.button.star", stars=number), IssuePress(IssueButton.RATE, issue_id, number).pack())
        for number in STARS
    )


def in_rows(*rows: Sequence[Button]) -> Rows:
    """Rows of buttons; empty rows are left out."""
    return tuple(tuple(row) for row in rows if row)
