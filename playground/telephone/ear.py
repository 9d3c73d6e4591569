"""What the exchange hears from one telephone: keys and words, only while a document listens for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

KEYS = frozenset("0123456789*#")


class Kind(Enum):
    """What a document listens for."""

    KEYS = "keys"
    WORDS = "words"
    RECORDING = "recording"


class Silence:
    """The person has decided to say nothing more: the same as waiting until the time is up."""


Heard = str | Silence


class Ear:
    """Keys and words in the order they came; what comes while nobody listens is lost, as on a real line."""

    def __init__(self) -> None:
        self.open: frozenset[Kind] = frozenset()
        self.lost = 0
        self._heard: asyncio.Queue[tuple[Kind, Heard]] = asyncio.Queue()

    @contextmanager
    def listening(self, *kinds: Kind) -> Iterator[None]:
        """Take in `kinds` while inside."""
        self.open = frozenset(kinds)
        self._heard = asyncio.Queue()
        try:
            yield
        finally:
            self.open = frozenset()

    def press(self, key: str) -> bool:
        """Return whether anybody listened; a recording is ended by keys."""
        return self._take(Kind.KEYS, key, self.open & {Kind.KEYS, Kind.RECORDING})

    def speak(self, words: str) -> bool:
        return self._take(Kind.WORDS, words, self.open & {Kind.WORDS, Kind.RECORDING})

    def fall_silent(self) -> bool:
        return self._take(Kind.WORDS, Silence(), self.open)

    def _take(self, kind: Kind, heard: Heard, listening: frozenset[Kind]) -> bool:
        if listening:
            self._heard.put_nowait((kind, heard))
        else:
            self.lost += 1
        return bool(listening)

    async def next(self, seconds: float | None) -> tuple[Kind, Heard] | None:
        """Return what is heard within `seconds`; None when nothing is."""
        try:
            heard = await asyncio.wait_for(self._heard.get(), seconds)
        except TimeoutError:
            return None
        return None if isinstance(heard[1], Silence) else heard
