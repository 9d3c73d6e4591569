"""XML from strangers as a flat table of texts: bounded, without the doctypes and entities that bombs are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers.expat import ExpatError, ParserCreate

from backend.ingest.errors import Reason, TooLarge, Undecodable

MAX_XML = 64 * 1024
MAX_ELEMENTS = 2000
MAX_NESTING = 20
MAX_TEXT = 4096

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,20})["']""", re.ASCII)
_ENCODINGS = {b"utf-8": "utf-8", b"utf8": "utf-8", b"gb2312": "gb18030", b"gbk": "gb18030", b"gb18030": "gb18030"}


class _Flattening:
    """Hears a parser's events and notes the first text at each path of local names."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._path: list[str] = []
        self._count = 0
        self._here = ""
        self._is_first = False

    def begin(self, name: str, _: Mapping[str, str]) -> None:
        """An element: its name without prefix, in lower case, since senders differ in both."""
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._path) >= MAX_NESTING:
            raise TooLarge
        self._path.append(name.rpartition(":")[2].lower())
        self._here = "/".join(self._path)
        self._is_first = self._here not in self.texts
        if self._is_first:
            self.texts[self._here] = ""

    def text(self, piece: str) -> None:
        """A piece of the text of the element that is open."""
        if self._path and self._is_first:
            self.texts[self._here] = (self.texts[self._here] + piece)[:MAX_TEXT]

    def end(self, _: str) -> None:
        """The element's end; what follows belongs to its parent, of which only the children matter."""
        self._path.pop()
        self._is_first = False

    def refuse(self, *_: object) -> None:
        """No device needs a doctype or an entity of its own."""
        raise Undecodable(Reason.FORBIDDEN_XML)


def read_xml(body: bytes) -> Mapping[str, str]:
    """The text at each path, such as `notify/info/alarmtype`; of elements with one path the first.

    UTF-8 and the Chinese encodings, GB 2312 read as GB 18030, which contains it. Raises Undecodable, or TooLarge.
    """
    if len(body) > MAX_XML:
        raise TooLarge
    text = _decoded(body)
    flattening = _Flattening()
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = flattening.begin
    parser.CharacterDataHandler = flattening.text
    parser.EndElementHandler = flattening.end
    parser.StartDoctypeDeclHandler = flattening.refuse
    parser.EntityDeclHandler = flattening.refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat names none of its parameters
    except ExpatError:
        raise Undecodable(Reason.NOT_XML) from None
    return {path: found.strip() for path, found in flattening.texts.items()}


def _decoded(body: bytes) -> str:
    plain = body.removeprefix(b"\xef\xbb\xbf").strip()
    declared = _DECLARED.match(plain)
    encoding = _ENCODINGS.get(declared.group(1).lower() if declared else b"utf-8")
    if encoding is None:
        raise Undecodable(Reason.NOT_TEXT)
    try:
        return plain.decode(encoding)
    except UnicodeDecodeError:
        raise Undecodable(Reason.NOT_TEXT) from None
