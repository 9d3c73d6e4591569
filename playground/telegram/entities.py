"""Marked text: Telegram's HTML, entities given by the bot, and those that Telegram finds by itself."""

from __future__ import annotations

import html
import re
from typing import Any

from .errors import Refusal, bad_request

Entity = dict[str, Any]
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")
FOUND = {
    "url": r"(?<![\w@])(?:https?://[^\s<>\"，。！？、（）]+|(?:[a-z0-9-]+\.)+(?:com|cn|org|net|me)\b(?:/[^\s，。]*)?)",
    "email": r"(?<![\w.])[\w.+-]+@[\w-]+\.[\w.-]+",
    "mention": r"(?<![\w@])@[A-Za-z]\w{3,31}\b",
    "hashtag": r"(?<![\w#])#\w*[^\W\d]\w*",
    "bot_command": r"(?<![\w/@>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?![\w@/])",
}
FIND = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in FOUND.items()), re.IGNORECASE | re.ASCII)
WORTH_A_LOOK = re.compile(r"[/@#.]")
OPAQUE = frozenset({"code", "pre", "text_link"})


def units(text: str) -> int:
    """Count UTF-16 units, in which all offsets are given."""
    if text.isascii() or max(text) <= "\uffff":
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def unsupported(reason: str) -> Refusal:
    return bad_request(f"can't parse entities: {reason}")


class _HtmlText:
    """Reads Telegram's HTML once, from the left."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.length = 0
        self.entities: list[Entity] = []
        self.open: list[tuple[str, Entity, int]] = []

    def parse(self) -> tuple[str, list[Entity]]:
        position = 0
        while (start := self.source.find("<", position)) >= 0:
            self.add(self.source[position:start])
            tag = TAG.match(self.source, start)
            if tag is None:
                raise unsupported(self.complaint(start))
            if tag[1]:
                self.close(tag[2].lower(), start)
            else:
                self.start(tag[2].lower(), tag[3], start)
            position = tag.end()
        self.add(self.source[position:])
        if self.open:
            name, _, at = self.open[-1]
            raise unsupported(f'Can\'t find end tag corresponding to start tag "{name}" at byte offset {at}')
        return "".join(self.parts), self.entities

    def complaint(self, start: int) -> str:
        if ">" not in self.source[start:]:
            return f"Unclosed start tag at byte offset {self.bytes_before(start)}"
        name = self.source[start + 1 :].split(">")[0][:20]
        return f'Unsupported start tag "{name}" at byte offset {self.bytes_before(start)}'

    def bytes_before(self, position: int) -> int:
        return len(self.source[:position].encode())

    def add(self, raw: str) -> None:
        if raw:
            text = CHARACTER.sub(lambda match: html.unescape(match[0]), raw) if "&" in raw else raw
            self.parts.append(text)
            self.length += units(text)

    def start(self, name: str, rest: str, at: int) -> None:
        attributes = {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(rest)}
        if name not in TAGS or (name == "span" and attributes.get("class") != "tg-spoiler"):
            raise unsupported(f'Unsupported start tag "{name}" at byte offset {self.bytes_before(at)}')
        entity: Entity = {"type": TAGS[name], "offset": self.length, "length": 0}
        if name == "a":
            entity["url"] = attributes.get("href", "")
        elif name == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        elif name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif name == "code" and attributes.get("class", "").startswith("language-") and self.inside("pre"):
            self.open[-1][1]["language"] = attributes["class"].removeprefix("language-")
            entity["type"] = ""
        self.open.append((name, entity, self.bytes_before(at)))

    def inside(self, name: str) -> bool:
        return bool(self.open) and self.open[-1][0] == name

    def close(self, name: str, at: int) -> None:
        if not self.open:
            raise unsupported(f"Unexpected end tag at byte offset {self.bytes_before(at)}")
        expected, entity, _ = self.open.pop()
        if name != expected:
            offset = self.bytes_before(at)
            raise unsupported(f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{name}>"')
        entity["length"] = self.length - entity["offset"]
        if entity["length"] and entity["type"] and _useful(entity):
            self.entities.append(entity)


def _useful(entity: Entity) -> bool:
    """A link without an address is only text; one to a user is a mention."""
    url = entity.get("url")
    if url is None:
        return True
    if url.startswith("tg://user?id="):
        return False
    if url and "://" not in url:
        entity["url"] = f"http://{url}"
    return bool(url)


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space at both ends, as Telegram does, and entities with it."""
    shown = text.strip()
    if shown == text:
        return text, entities
    cut, end = units(text[: len(text) - len(text.lstrip())]) if shown else 0, units(shown)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        stop = min(end, entity["offset"] - cut + entity["length"])
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return shown, kept


def find_entities(text: str, known: list[Entity]) -> list[Entity]:
    """Add the links, commands, mentions and hashtags that Telegram finds by itself."""
    if not WORTH_A_LOOK.search(text):
        return _sorted(known)
    shut = [(e["offset"], e["offset"] + e["length"]) for e in known if e["type"] in OPAQUE]
    found = list(known)
    for match in FIND.finditer(text):
        offset, length = units(text[: match.start()]), units(match[0])
        if not any(start < offset + length and offset < stop for start, stop in shut):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return _sorted(found)


def _sorted(entities: list[Entity]) -> list[Entity]:
    if len(entities) < 2:
        return entities
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def check_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """Refuse entities that point outside the text."""
    end = units(text)
    for entity in entities:
        offset, stop = entity["offset"], entity["offset"] + entity["length"]
        if offset < 0 or entity["length"] <= 0 or stop > end:
            reason = f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
            raise bad_request(reason)
    return [{key: value for key, value in entity.items() if value is not None} for entity in entities]


def marked_text(text: str, parse_mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """Return the text as people see it and its entities."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text if character > "\ud7ff"):
        raise bad_request("strings must be encoded in UTF-8")
    if parse_mode and entities is None:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        text, marked = _HtmlText(text).parse()
    else:
        marked = check_entities(text, entities or [])
    text, marked = trim(text.replace("\r", ""), marked)
    return text, find_entities(text, marked)
