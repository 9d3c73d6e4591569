"""How a balance and its lines read, whoever's they are."""

from __future__ import annotations

from collections.abc import Sequence

from backend.notify.points import named
from backend.notify.words import Words
from backend.points.ledger.reading import Balance
from backend.points.statement import ReadableLine


def balance_lines(words: Words, head: str, balance: Balance, lines: Sequence[ReadableLine], *, lapse: str = "") -> str:
    """The head, what is put aside, what lapses, an empty line, and the newest lines."""
    above = [head, words("points.held", held=balance.held) if balance.held else "", lapse]
    below = [line_text(words, line) for line in lines] or [words("points.no_lines")]
    return "\n".join([*(part for part in above if part), "", *below])


def line_text(words: Words, line: ReadableLine) -> str:
    """One movement: when, how much, what for, and what was left."""
    what = line.title or named(words, line.names) or words.plain(f"points.code.{line.code.value}")
    if line.code.value == "reversal":
        what = words.plain("points.reversed", what=what)
    at = line.at.astimezone(words.zone).strftime("%m-%d")
    return words("points.line", at=at, amount=f"{line.amount:+d}", what=what, balance=line.balance)
