"""What people write, made safe to store and to show."""

from __future__ import annotations

import unicodedata

from backend.points.errors import WordsTooLong

# Marks that turn the direction of writing let a name pose as another.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


def clean(words: str, longest: int) -> str:
    """The words on lines of their own, without control characters; raises WordsTooLong."""
    kept = "".join(sign for sign in words if sign == "\n" or _is_harmless(sign)).strip()
    if len(kept) > longest:
        raise WordsTooLong(longest)
    return kept


def _is_harmless(sign: str) -> bool:
    return sign not in _TURNING and unicodedata.category(sign) not in {"Cc", "Cs"}
