"""Telegram HTML made to fit: cut or split by what is shown, with every tag closed and opened again."""

from __future__ import annotations

from collections.abc import Iterator
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
    return "".join(text for text, _ in _pieces(html))


def split_html(html: str, longest: int = LONGEST_TEXT) -> list[str]:
    """Pieces of at most `longest` shown units, broken at the end of a line where there is one; never empty."""
    if shown_length(html) <= longest:
        return [html]
    pieces = _pieces(html)
    return [_slice(pieces, begin, end) for begin, end in _pages("".join(text for text, _ in pieces), longest)]


def cut_html(html: str, longest: int) -> str:
    """The beginning of a text that is too long, with an ellipsis."""
    if shown_length(html) <= longest:
        return html
    return split_html(html, longest - 1)[0].rstrip() + CUT


Piece = tuple[str, tuple[str, ...]]
"""Some text, and the tags (as written) that are open around it."""


class _Reader(HTMLParser):
    """Reads HTML into pieces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, self.get_starttag_text() or f"<{tag}>"))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.pieces.append((data, tuple(written for _, written in self._open)))


def _pieces(html: str) -> list[Piece]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.pieces


def _pages(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Where the pages begin and end, counted in characters; the line break between two pages is on neither."""
    begin = 0
    while begin < len(text):
        end = _furthest(text, begin, longest)
        if end == len(text):
            yield begin, end
            return
        line_end = text.rfind("\n", begin + (end - begin) // 2, end + 1)
        if line_end > begin:
            yield begin, line_end
            begin = line_end + 1
        else:
            yield begin, end
            begin = end


def _furthest(text: str, begin: int, longest: int) -> int:
    """How far a page may reach, one character at least: one outside the basic plane takes two units."""
    end = min(begin + longest, len(text))
    while end > begin + 1 and (too_many := _units(text[begin:end]) - longest) > 0:
        end -= max(too_many // 2, 1)
    return max(end, begin + 1)


def _slice(pieces: list[Piece], begin: int, end: int) -> str:
    html, position = [], 0
    for text, tags in pieces:
        part = text[max(begin - position, 0) : max(end - position, 0)]
        position += len(text)
        if part:
            html.append(_wrapped(part, tags))
    return "".join(html)


def _wrapped(text: str, tags: tuple[str, ...]) -> str:
    closing = "".join(f"</{tag[1:].split()[0].rstrip('>')}>" for tag in reversed(tags))
    return "".join(tags) + escape(text, quote=False) + closing


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
