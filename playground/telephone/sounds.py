"""Sound files that documents play, fetched once and kept for the page; and what persons say, as recordings."""

from __future__ import annotations

import io
import secrets
import wave
from collections import OrderedDict
from dataclasses import dataclass

MOST_SOUNDS = 100
RATE = 8_000
SECONDS_PER_LETTER = 0.2


@dataclass(frozen=True)
class Sound:
    """A sound as it was fetched."""

    id: str
    kind: str
    content: bytes

    @property
    def seconds(self) -> float:
        return wav_seconds(self.content)


def wav_seconds(content: bytes) -> float:
    """How long a sound lasts; of what is no WAV file a guess."""
    try:
        with wave.open(io.BytesIO(content)) as opened:
            return float(opened.getnframes() / max(opened.getframerate(), 1))
    except (wave.Error, EOFError):
        return 3.0


class Sounds:
    """The newest sounds of one exchange."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Sound] = OrderedDict()

    def keep(self, kind: str, content: bytes) -> Sound:
        sound = Sound(secrets.token_hex(8), kind, content)
        self._kept[sound.id] = sound
        while len(self._kept) > MOST_SOUNDS:
            self._kept.popitem(last=False)
        return sound

    def get(self, sound_id: str) -> Sound | None:
        return self._kept.get(sound_id)


def silence(seconds: float) -> bytes:
    """A WAV file of a quiet line, for recordings where no voice can be made."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(b"\x80" * int(RATE * seconds))
    return buffer.getvalue()
