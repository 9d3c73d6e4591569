"""How long things take on the line: as in life for people to play with, no time at all for tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

SECONDS_PER_SYLLABLE = 0.28
SECONDS_PER_LETTER = 0.065
LETTERS_END = 0x2E80  # from here on every character is about a syllable


@dataclass(frozen=True)
class Pace:
    """`quick`: nobody is waited for who will not come: speech, pauses, rings that nobody answers take no time."""

    quick: bool = False
    voicemail_seconds: float = 9

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(0 if self.quick else seconds)


def speech_seconds(text: str) -> float:
    """About how long a calm voice takes."""
    return sum(SECONDS_PER_SYLLABLE if ord(letter) >= LETTERS_END else SECONDS_PER_LETTER for letter in text)
