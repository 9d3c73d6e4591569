"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `words` say what is well, or what to do."""

    is_well: bool
    words: str

    @property
    def mark(self) -> str:
        return "ok" if self.is_well else "!!"


def well(words: str) -> Finding:
    return Finding(is_well=True, words=words)


def wrong(words: str) -> Finding:
    return Finding(is_well=False, words=words)
