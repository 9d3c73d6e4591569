"""Reads a contact or a device as staff type it: pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from backend.devices.kinds import DeviceKind
from backend.devices.observations import Protocol
from backend.registry.contacts_models import RelationKind

_PHONE = re.compile(r"\+?\d[\d\s-]{5,18}\d")
_ID = re.compile(r"[A-Za-z0-9_-]{4,40}")


class TypedContact(NamedTuple):
    name: str
    relation: RelationKind
    phone: str


def contact_in(text: str, relations: Mapping[str, RelationKind]) -> TypedContact | None:
    """Read `王芳 女儿 13800000001`, in any order; None when name, relation or number are missing.

    `relations`: what people call a relation -> its kind.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    phone = _PHONE.search(plain)
    if phone is None:
        return None
    rest = plain.replace(phone[0], " ")
    parts = [part for part in re.split(r"[\s,，、;；:：]+", rest) if part]
    relation = next((relations[part] for part in parts if part in relations), None)
    names = [part for part in parts if part not in relations]
    if relation is None or not names:
        return None
    return TypedContact(" ".join(names), relation, re.sub(r"[\s-]", "", phone[0]))


def relation_words(listed: Mapping[RelationKind, str]) -> dict[str, RelationKind]:
    """From the words of the catalogue, several of one kind separated by spaces, to what each means."""
    return {word: kind for kind, words in listed.items() for word in words.split()}


class TypedDevice(NamedTuple):
    kind: DeviceKind
    protocol: Protocol
    external_id: str
    model: str


KINDS: Mapping[str, tuple[DeviceKind, Protocol]] = {
    "watch": (DeviceKind.WATCH, Protocol.WATCH),
    "iw": (DeviceKind.WATCH, Protocol.IW),
    "smoke": (DeviceKind.SMOKE, Protocol.CTWING),
    "button": (DeviceKind.BUTTON, Protocol.NATIVE),
    "door": (DeviceKind.DOOR, Protocol.NATIVE),
    "gas": (DeviceKind.GAS, Protocol.NATIVE),
}
"""What is enrolled for a person in chat, by the first word; things of the street come from a spreadsheet."""


def device_in(text: str, words: Mapping[str, str]) -> TypedDevice | None:
    """Read `手表 8800000015`, or kind, id and model. `words`: what people call a kind -> its key.

    A number alone is a watch, for that is what elders mostly get.
    """
    parts = unicodedata.normalize("NFKC", text).split()
    key = words.get(parts[0].lower(), parts[0].lower()) if parts else ""
    rest = parts[1:] if key in KINDS else parts
    kind, protocol = KINDS.get(key, KINDS["watch"])
    if not 1 <= len(rest) <= 2 or not _ID.fullmatch(rest[0]):
        return None
    return TypedDevice(kind, protocol, rest[0], rest[1] if len(rest) > 1 else "")
