"""What people write, made safe to store and to show: bounded, free of characters that deceive or break databases."""

import unicodedata

from backend.issues.reports.errors import TextTooLong

LONGEST_TEXT = 4000
"""A Telegram message holds 4,096 characters; no honest report needs more."""
LONGEST_SUMMARY = 400
"""A card's caption holds 1,024 characters, and the words are not all of it."""

# Marks that turn the direction of writing let a name or a reason pose as something else on a card.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
_KEPT = frozenset("\n\t")


def clean(words: str, longest: int = LONGEST_TEXT) -> str:
    """Return `words` without control characters and margins; raises TextTooLong beyond `longest` characters."""
    kept = "".join(char for char in words if _is_harmless(char)).strip()
    if len(kept) > longest:
        raise TextTooLong(longest)
    return kept


def shortened(words: str, longest: int = LONGEST_SUMMARY) -> str:
    """Cut what is longer than `longest` and show by an ellipsis that something is missing."""
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _is_harmless(char: str) -> bool:
    if char in _KEPT:
        return True
    return char not in _TURNING and unicodedata.category(char) not in {"Cc", "Cs"}
