"""A ready-made voice note: no words, but something to hear."""

from __future__ import annotations

import io
import math
import struct
import wave

RATE = 16_000
NOTES = ((440.0, 0.35), (554.4, 0.35), (659.3, 0.5), (554.4, 0.3), (659.3, 0.9))
"""Hertz and seconds: a short tune, as one hums into a telephone."""
SECONDS = round(sum(seconds for _, seconds in NOTES))


def speak() -> bytes:
    """Return the tune as a WAV file of one channel."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(_note(pitch, seconds) for pitch, seconds in NOTES))
    return buffer.getvalue()


def _note(pitch: float, seconds: float) -> bytes:
    """Return one note that swells and fades, so that nothing clicks."""
    count = int(RATE * seconds)
    levels = (
        math.sin(math.pi * place / count) * math.sin(2 * math.pi * pitch * place / RATE) for place in range(count)
    )
    return b"".join(struct.pack("<h", int(9_000 * level)) for level in levels)
