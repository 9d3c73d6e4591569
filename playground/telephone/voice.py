"""Makes words audible with espeak-ng where it is installed: bounded, one at a time for each word, kept."""

from __future__ import annotations

import asyncio
import io
import shutil
import wave
from collections import OrderedDict

LONGEST = 600
KEPT = 200
HEADER = 44
"""Bytes before the sound in what it writes."""
TIME_LIMIT = 10.0
WORDS_A_MINUTE = "185"
VOICES = {"zh": "cmn", "cmn": "cmn", "yue": "yue", "en": "en-gb"}


class Voice:
    """Speaks words into WAV files; `None` where this machine cannot."""

    def __init__(self) -> None:
        self._program = shutil.which("espeak-ng")
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._busy = asyncio.Lock()

    @property
    def is_there(self) -> bool:
        return self._program is not None

    async def speak(self, words: str, language: str = "") -> bytes | None:
        """Return a WAV file; words beyond the limit are left out."""
        key = (VOICES.get(language.partition("-")[0].lower(), "cmn"), words[:LONGEST])
        if self._program is None or not key[1].strip():
            return None
        async with self._busy:
            if key not in self._kept:
                spoken = await self._run(*key)
                if spoken is None:
                    return None
                self._kept[key] = spoken
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    async def _run(self, voice: str, words: str) -> bytes | None:
        assert self._program is not None
        # The words come by standard input: nothing that somebody writes becomes an option of the program.
        process = await asyncio.create_subprocess_exec(
            self._program, "-v", voice, "-s", WORDS_A_MINUTE, "--stdin", "--stdout",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            sound, _ = await asyncio.wait_for(process.communicate(words.encode()), TIME_LIMIT)
        except TimeoutError:
            process.kill()
            await process.wait()
            return None
        return _finished(sound) if process.returncode == 0 and len(sound) > HEADER else None


def _finished(stream: bytes) -> bytes:
    """Write down how long it is: into a pipe the program cannot know that beforehand."""
    buffer = io.BytesIO()
    with wave.open(io.BytesIO(stream)) as opened:
        form = opened.getparams()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(form.nchannels)
        sound.setsampwidth(form.sampwidth)
        sound.setframerate(form.framerate)
        sound.writeframes(stream[HEADER:])
    return buffer.getvalue()
