"""The frames of the GPS watches as a watch writes and reads them: `[maker*id*length*content]`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

_FRAME = re.compile(rb"\[[A-Z0-9]{2}\*[0-9A-Za-z]+\*(?:[0-9A-Fa-f]{4}\*)?([0-9A-Fa-f]{4})\*")
TOWERS = "2,0,460,0,9529,21809,130,9529,63554,121"
"""Two towers near by, in the format that follows a position."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the server said."""

    word: str
    fields: list[str]


class Unpacker:
    """Cuts what the server sends at the lengths that it gives, which are right on this side."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, received: bytes) -> list[Received]:
        """The frames that are whole now."""
        self._buffer += received
        frames = []
        while header := _FRAME.search(self._buffer):
            end = header.end() + int(header.group(1), 16)
            if len(self._buffer) <= end:
                break
            word, *fields = self._buffer[header.end() : end].decode("utf-8", "replace").split(",")
            frames.append(Received(word, fields))
            self._buffer = self._buffer[end + 1 :]
        return frames


class Wearer(Protocol):
    """What a position block tells beside the position."""

    battery: int
    steps: int


def packed(maker: str, number: str, content: str) -> bytes:
    """A frame to the server."""
    plain = content.encode()
    return f"[{maker}*{number}*{len(plain):04X}*".encode() + plain + b"]"


def position_block(
    word: str, wearer: Wearer, moment: datetime, status: int, *, place: tuple[float, float] | None
) -> str:
    """`word`, the moment in UTC, the place as longitude and latitude (None: a void fix at nought), and the rest."""
    longitude, latitude = place or (0.0, 0.0)
    fields = [
        word,
        moment.astimezone(UTC).strftime("%d%m%y,%H%M%S"),
        "A" if place else "V",
        f"{abs(latitude):.6f},{'S' if latitude < 0 else 'N'}",
        f"{abs(longitude):.6f},{'W' if longitude < 0 else 'E'}",
        f"0.00,0.0,250.0,{8 if place else 0},80,{wearer.battery},{wearer.steps},0",
        f"{status:08X}",
        TOWERS,
        "0",
        "12.0",
    ]
    return ",".join(fields)


def text_of(digits: str) -> str:
    """Words that came as the hexadecimal digits of their UTF-16."""
    return bytes.fromhex(digits).decode("utf-16-be", "replace")
