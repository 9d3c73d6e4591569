"""Reads a child's name and month of birth as a guardian types them: pure."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_CHILD = re.compile(
    r"(?P<name>[^\d,，、]{1,40}?)[\s,，、]*(?P<year>(?:19|20)\d{2})\D{1,3}(?P<month>\d{1,2})(?:\s*月)?[\s,，、]*(?P<rest>.*)",
    re.DOTALL,
)


class NamedChild(NamedTuple):
    """`rest` is who fetches the child, if the guardian wrote it."""

    name: str
    year: int
    month: int
    rest: str


def child_in(text: str) -> NamedChild | None:
    """Read `小宝 2018年3月 外婆接` or `小宝，2018-03`; None if name or month are missing."""
    found = _CHILD.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or not 1 <= int(found["month"]) <= 12 or not found["name"].strip():
        return None
    return NamedChild(found["name"].strip(), int(found["year"]), int(found["month"]), found["rest"].strip())
