"""Telegram HTML made to fit: cut or split by what is shown, with every tag closed and opened again."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
CUT = "…"


def shown_length(html: str) -> int:
    """How long Telegram finds a text: UTF-16 units without tags."""
    return _units(plain_text(html))


def plain_text(html: str) -> str:
    """The text without its tags, entities resolved."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(text for text, _ in reader.pieces)


def split_html(html: str, longest: int = LONGEST_TEXT) -> list[str]:
    """Pieces of at most `longest` shown units, broken at the end of a line where there is one; never empty."""
    if shown_length(html) <= longest:
        return [html]
    reader = _Reader()
    reader.feed(html)
    reader.close()
    pages = [_Page()]
    for text, tags in reader.pieces:
        rest = text
        while rest:
            room = longest - pages[-1].length
            head, rest = _break(rest, room)
            pages[-1].add(head, tags)
            if rest:
                pages.append(_Page())
    return [page.html() for page in pages if page.length] or [""]


def cut_html(html: str, longest: int) -> str:
    """The beginning of a text that is too long, with an ellipsis."""
    if shown_length(html) <= longest:
        return html
    return split_html(html, longest - 1)[0].rstrip() + CUT


@dataclass
class _Page:
    pieces: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, tags: tuple[str, ...]) -> None:
        if text:
            self.pieces.append((text, tags))
            self.length += _units(text)

    def html(self) -> str:
        return "".join(_wrapped(text, tags) for text, tags in self.pieces)


class _Reader(HTMLParser):
    """Reads HTML into pieces of text, each with the tags (as written) that are open around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, tuple[str, ...]]] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, self.get_starttag_text() or f"<{tag}>"))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.pieces.append((data, tuple(written for _, written in self._open)))


def _wrapped(text: str, tags: tuple[str, ...]) -> str:
    closing = "".join(f"</{tag[1:].split()[0].rstrip('>')}>" for tag in reversed(tags))
    return "".join(tags) + escape(text, quote=False) + closing


def _break(text: str, room: int) -> tuple[str, str]:
    """The part that fits into `room` units, and the rest; at a line's end when one lies in the last half."""
    if _units(text) <= room:
        return text, ""
    end = len(text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore"))
    line_end = text.rfind("\n", end // 2, end)
    if line_end >= 0:
        return text[:line_end], text[line_end + 1 :]
    return text[:end], text[end:]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
