"""Fits a text into an SMS: segments, the sender's signature, no links where they are forbidden; pure."""

from __future__ import annotations

import re

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""GSM 03.38: what needs seven bits. One sign outside makes the whole text UCS-2."""
GSM_EXTENDED = frozenset("^{}\\[~]|€")
"""These take two places."""
CHINA = "86"
MOST_SEGMENTS = 3
LINK = re.compile(r"(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|cn|net|org|me|io)(?:/\S*)?", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t]{2,}")


def units(text: str) -> int:
    """Places that a text takes: septets, or 16-bit units where one sign is not in the small alphabet."""
    if is_gsm(text):
        return sum(2 if sign in GSM_EXTENDED else 1 for sign in text)
    return len(text.encode("utf-16-be")) // 2


def is_gsm(text: str) -> bool:
    """Whether seven bits are enough."""
    return all(sign in GSM_BASIC or sign in GSM_EXTENDED for sign in text)


def segments(text: str) -> int:
    """How many SMS the network makes of it: 160/153 places in the small alphabet, 70/67 in Chinese."""
    alone, joined = (160, 153) if is_gsm(text) else (70, 67)
    places = units(text)
    return 1 if places <= alone else -(-places // joined)


def fitted(text: str, *, country: str, signature: str = "", most: int = MOST_SEGMENTS) -> str:
    """The text as it may be sent, signature in front.

    The first line (who, what, where) and the last (what to answer) stay as long as anything can stay: the lines
    between go first, from the last up; then the first line is cut at its end.
    """
    lines = [line.strip() for line in _allowed(text, country).splitlines() if line.strip()] or [""]
    while len(lines) > 2 and segments(_signed(lines, country, signature)) > most:
        del lines[-2]
    while segments(_signed(lines, country, signature)) > most and len(lines[0]) > 1:
        lines[0] = f"{lines[0].removesuffix('…')[:-1]}…"
    while segments(_signed(lines, country, signature)) > most and len(lines) > 1:
        del lines[-1]
    return _signed(lines, country, signature)


def _allowed(text: str, country: str) -> str:
    without_nul = text.replace("\x00", "")
    return _BLANKS.sub(" ", LINK.sub("", without_nul)) if country == CHINA else without_nul


def _signed(lines: list[str], country: str, signature: str) -> str:
    """Chinese networks want the sender's name in lenticular brackets; elsewhere it would only take room."""
    head = f"\u3010{signature}\u3011" if signature and country == CHINA else ""
    return head + "\n".join(lines)
