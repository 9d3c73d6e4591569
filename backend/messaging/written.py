"""Content as it is kept in a row: JSON without empty parts, and the digest by which equal contents are known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from backend.messaging.contents import Button, CallKind, CallScript, Content, Media, MediaKind


def write_content(content: Content) -> dict[str, Any]:
    """JSON of a content; what is empty is left out, so that rows stay small."""
    row = {
        "text": content.text,
        "buttons": [[_without_none(label=b.label, press=b.press, url=b.url) for b in line] for line in content.buttons],
        "media": [_without_none(kind=m.kind.value, file_id=m.file_id, store_key=m.store_key) for m in content.media],
        "longitude": content.longitude,
        "latitude": content.latitude,
        "reply_to": content.reply_to_message_id,
        "silent": content.silent,
        "call": write_call(content.call) if content.call else None,
        "template": content.template,
        "params": dict(content.params),
        "language": content.language,
    }
    return {name: value for name, value in row.items() if value not in (None, [], {}, False)}


def read_content(row: Mapping[str, Any]) -> Content:
    """The content that `write_content` wrote."""
    return Content(
        text=row.get("text", ""),
        buttons=tuple(tuple(Button(**button) for button in line) for line in row.get("buttons", ())),
        media=tuple(
            Media(MediaKind(media["kind"]), media.get("file_id"), media.get("store_key"))
            for media in row.get("media", ())
        ),
        longitude=row.get("longitude"),
        latitude=row.get("latitude"),
        reply_to_message_id=row.get("reply_to"),
        silent=row.get("silent", False),
        call=read_call(row["call"]) if "call" in row else None,
        template=row.get("template"),
        params=row.get("params", {}),
        language=row.get("language"),
    )


def write_call(script: CallScript) -> dict[str, Any]:
    """JSON of a script."""
    return _without_none(**asdict(script))


def read_call(row: Mapping[str, Any]) -> CallScript:
    """The script that `write_call` wrote."""
    return CallScript(**{**row, "kind": CallKind(row["kind"])})


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256 over a written content: equal contents have equal digests."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
