"""Packets as watches send them; the ids, places and Wi-Fis are made up, the oddities of the firmwares are real."""

from __future__ import annotations

DEVICE = "8800000015"
HEAD = "221126,031542,A,29.563010,N,106.551560,E,3.20,152.0,244.0,9,100,83,1204,7"
ONE_CELL = "1,1,460,00,33061,19302,100"
ONE_WIFI = "1,Home 2,1c:fa:68:13:a5:b4,-61"


def framed(
    content: str | bytes, *, maker: str = "3G", device: str = DEVICE, index: str = "", length: int = -1
) -> bytes:
    """A frame around some content; `length` lies about it."""
    body = content if isinstance(content, bytes) else content.encode()
    numbered = f"{index}*" if index else ""
    return f"[{maker}*{device}*{numbered}{len(body) if length < 0 else length:04X}*".encode() + body + b"]"


def alarm(status: str, word: str = "AL") -> str:
    """The content of an alarm with these status bits."""
    return f"{word},{HEAD},{status},{ONE_CELL},{ONE_WIFI},40.7"
