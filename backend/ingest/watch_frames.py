"""The frames of the GPS watches that speak `[3G*id*(index*)len*content]` over TCP: cut, unescaped and built.

Source: the vendor's "Beesure GPS SeTracker Server Protocol" and what its watches really send. Real firmwares count the
length wrongly and put brackets into the names of Wi-Fis, so that neither the length nor the brackets alone can be
trusted: a frame ends where its length says if a bracket stands there, else where its brackets balance, else where the
next frame begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_FRAME = 32 * 1024
"""Bytes of one frame; the longest that is known, a part of a voice message, has a thirtieth of it."""

_HEADER = re.compile(rb"\[(3G|SG|CS|ZJ)\*([0-9A-Za-z]{1,20})\*(?:([0-9A-Fa-f]{4})\*)?([0-9A-Fa-f]{4})\*", re.ASCII)
_OPENING = re.compile(rb"\[(?:3G|SG|CS|ZJ)\*")
_OPENING_BEGUN = re.compile(rb"\[(?:3G?|SG?|CS?|ZJ?)?")
_OPENING_AT_END = re.compile(_OPENING_BEGUN.pattern + rb"\Z")
_MARK = re.compile(rb"[\[\]]")
_LONGEST_HEADER = 1 + 3 + 21 + 5 + 5
_AFTER_LENGTH = re.compile(rb"[0-9A-Fa-f]{0,4}\Z")
_ESCAPES = {1: b"}", 2: b"[", 3: b"]", 4: b",", 5: b"*"}
_ESCAPED = re.compile(rb"\}([\x01-\x05])")
_ESCAPABLE = re.compile(rb"[}\[\],*]")
_CODE_OF = {sign: bytes((0x7D, code)) for code, sign in _ESCAPES.items()}


@dataclass(frozen=True, slots=True)
class WatchFrame:
    """One message of a watch. `content` is still escaped: cut it at its commas first, by `fields`."""

    maker: str
    device: str
    index: str | None
    content: bytes
    length_agrees: bool = True

    def fields(self, most: int = -1) -> list[bytes]:
        """The content cut at its commas, at most `most` times, and each piece unescaped."""
        return [unescape(piece) for piece in self.content.split(b",", most)]


def unescape(escaped: bytes) -> bytes:
    """Undo the protocol's escapes; a `}` that begins none stays as it is, since a Wi-Fi may be called so."""
    return _ESCAPED.sub(lambda found: _ESCAPES[found.group(1)[0]], escaped)


def escape(plain: bytes) -> bytes:
    """Bytes of any kind as they may stand between commas and brackets."""
    return _ESCAPABLE.sub(lambda found: _CODE_OF[found.group()], plain)


def frame_bytes(maker: str, device: str, content: bytes, index: str | None = None) -> bytes:
    """A frame to send; `content` has its escapes already. The length is in lower case, as vendors' servers write it."""
    if len(content) > 0xFFFF:
        raise ValueError("a frame holds 65535 bytes")
    head = [maker, device, *([index] if index is not None else []), f"{len(content):04x}"]
    return b"[" + "*".join(head).encode("ascii") + b"*" + content + b"]"


class WatchFrames:
    """Cuts a stream into frames; holds at most one frame and a little, and gives the same frames however it is split.

    `skipped` counts the bytes that belonged to no frame, `salvaged` the frames that had to be ended at the next one's
    beginning. A door that sees `skipped` grow without frames has no watch at its other end.
    """

    def __init__(self) -> None:
        self.skipped = 0
        self.salvaged = 0
        self._buffer = bytearray()
        self._scanned = 0  # how far the content of the frame at the buffer's start has been looked through
        self._depth = 0  # brackets open there

    def feed(self, received: bytes) -> list[WatchFrame]:
        """The frames that `received` completes."""
        frames: list[WatchFrame] = []
        for start in range(0, len(received), MAX_FRAME):
            self._buffer += received[start : start + MAX_FRAME]
            frames.extend(self._complete())
        return frames

    def _complete(self) -> Iterator[WatchFrame]:
        while self._stands_at_opening():
            header = _HEADER.match(self._buffer)
            if header is None:
                if len(self._buffer) < _LONGEST_HEADER and b"]" not in self._buffer:
                    return
                self._skip(1)
            elif header.group(3) is None and _AFTER_LENGTH.match(self._buffer, header.end()):
                # What looks like the length may be the index of a frame whose length is still to come.
                return
            else:
                end = self._end_of(header)
                if end is None and len(self._buffer) <= MAX_FRAME:
                    return
                if end is None or end < 0:
                    self._skip(1)
                else:
                    yield self._take(header, end)

    def _stands_at_opening(self) -> bool:
        """Drop what precedes the next beginning of a frame; whether a whole beginning is there."""
        found = _OPENING.search(self._buffer)
        if found is None:
            begun = _OPENING_AT_END.search(self._buffer)
            self._skip(begun.start() if begun else len(self._buffer))
            return False
        self._skip(found.start())
        return True

    def _end_of(self, header: re.Match[bytes]) -> int | None:
        """Where the closing bracket stands; None to wait for more, -1 where this is no frame after all."""
        promised = header.end() + int(header.group(4), 16)
        known = min(len(self._buffer), MAX_FRAME + 1)
        while mark := _MARK.search(self._buffer, max(self._scanned, header.end()), known):
            at = mark.start()
            if mark.group() == b"]":
                if at == promised or self._depth == 0:
                    return at
                self._depth -= 1
            else:
                if _OPENING_BEGUN.fullmatch(self._buffer, at, known):
                    self._scanned = at
                    return None
                if _OPENING.match(self._buffer, at):
                    return self._salvaged_end(header.end(), at)
                self._depth += 1
            self._scanned = at + 1
        self._scanned = max(known, header.end())
        return None

    def _salvaged_end(self, start: int, next_frame: int) -> int:
        """A frame that a bracket too many kept open ends at the last bracket before the next frame."""
        if (end := self._buffer.rfind(b"]", start, next_frame)) < 0:
            return -1
        self.salvaged += 1
        return end

    def _take(self, header: re.Match[bytes], end: int) -> WatchFrame:
        maker, device, index, length = header.groups()
        content = bytes(self._buffer[header.end() : end])
        frame = WatchFrame(
            maker.decode("ascii"),
            device.decode("ascii"),
            index.decode("ascii") if index else None,
            content,
            length_agrees=int(length, 16) == len(content),
        )
        self._forget(end + 1)
        return frame

    def _skip(self, count: int) -> None:
        if count:
            self.skipped += count
            self._forget(count)

    def _forget(self, count: int) -> None:
        del self._buffer[:count]
        self._scanned = self._depth = 0
