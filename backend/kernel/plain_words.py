"""Names as people type them: without blanks and punctuation, widths and cases made one; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

SHORTEST_PART = 2
"""One sign is part of nearly every name."""


def plain(text: str) -> str:
    """Without blanks and punctuation, widths and cases made one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if one.isalnum())


def is_named(name: str, meant: Collection[str]) -> bool:
    """Whether one of `meant`, which `plain` made, is the name or a part of it."""
    known = plain(name)
    return any(len(each) >= SHORTEST_PART and each in known for each in meant)
