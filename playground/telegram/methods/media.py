"""Methods that send files and albums."""

from __future__ import annotations

from typing import Any

from playground.telegram.errors import bad_request
from playground.telegram.render import message_object
from playground.telegram.state import Json

from .call import Call, caption_of, deliver, media_of, sent

FACTS = ("duration", "width", "height", "performer", "title")
ALBUM = range(2, 11)
ALONE = frozenset({"document", "audio"})  # albums of these hold nothing else


def facts_of(source: Json) -> dict[str, Any]:
    return {key: source[key] for key in FACTS if key in source}


def _send(call: Call, kind: str, what: str) -> Json:
    chat = call.chat_to_write(what)
    caption = caption_of(call.arguments)
    return sent(call, chat, media=media_of(call, kind, call.arguments[kind], **facts_of(call.arguments)), **caption)


def send_photo(call: Call) -> Json:
    return _send(call, "photo", "photos")


def send_voice(call: Call) -> Json:
    return _send(call, "voice", "voice notes")


def send_audio(call: Call) -> Json:
    return _send(call, "audio", "audios")


def send_document(call: Call) -> Json:
    return _send(call, "document", "documents")


def send_video(call: Call) -> Json:
    return _send(call, "video", "videos")


def send_animation(call: Call) -> Json:
    return _send(call, "animation", "animations")


def send_media_group(call: Call) -> list[Json]:
    """Send an album: all of it or nothing."""
    items = call.arguments["media"]
    if len(items) not in ALBUM:
        raise bad_request("expected 2 to 10 messages in an album")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & ALONE:
        raise bad_request(f"{min(kinds & ALONE)} can't be mixed with other media types")
    chat = call.chat_to_write("photos", cost=len(items))
    contents = [
        {"media": media_of(call, item["type"], item["media"], **facts_of(item)), **caption_of(item)} for item in items
    ]
    album = call.world.new_id()
    return [message_object(call.bot, deliver(call, chat, album=album, **content)) for content in contents]
