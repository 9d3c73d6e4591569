"""Keyboards: what Telegram accepts under a message and below the text field."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .errors import Refusal, bad_request
from .state import Chat, Json, Message, Person, PrivateChat

LONGEST_CALLBACK = 64
MOST_BUTTONS = 100
DECORATION = frozenset({"text", "style", "icon_custom_emoji_id"})
HOST = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z0-9-]+$", re.IGNORECASE)


def check_inline(markup: Json, chat: Chat) -> Json:
    """Refuse an inline keyboard that Telegram would refuse; return it as Telegram keeps it."""
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in (button for row in rows for button in row):
        _check_button(button)
        if "web_app" in button and not isinstance(chat, PrivateChat):
            raise bad_request("BUTTON_TYPE_INVALID")
    return {"inline_keyboard": rows}


def _check_button(button: Json) -> None:
    actions = set(button) - DECORATION
    if not button["text"].strip():
        raise _button_error("Text must be non-empty")
    if not actions:
        raise _button_error("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _button_error("exactly one of the optional fields must be used")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= LONGEST_CALLBACK:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])
    if "web_app" in button and not button["web_app"]["url"].startswith("https://"):
        url = button["web_app"]["url"]
        raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def _button_error(reason: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _check_url(url: str) -> None:
    address = urlsplit(url if "://" in url else f"http://{url}")
    known = address.scheme in ("http", "https") and HOST.match(address.hostname or "")
    if not known and address.scheme not in ("tg", "tel", "mailto"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_keyboard(markup: Json, chat: Chat) -> None:
    """Refuse a reply keyboard that asks in a group for what only a private chat may be asked."""
    keys = [key for row in markup["keyboard"] for key in row]
    if not keys:
        raise bad_request("object expected as reply markup")
    for key in keys:
        if not key["text"].strip():
            raise bad_request("can't parse keyboard button: Text must be non-empty")
        if isinstance(chat, PrivateChat):
            continue
        for request, asked in (("request_contact", "phone number"), ("request_location", "location")):
            if key.get(request):
                raise bad_request(f"{asked} can be requested in private chats only")


def read_markup(markup: Json | None, chat: Chat) -> tuple[Json | None, Json | None]:
    """Split what the bot gave into the keyboard under the message and what happens below the text field."""
    if markup is None:
        return None, None
    if "inline_keyboard" in markup:
        inline = check_inline(markup, chat)
        return (inline if inline["inline_keyboard"] else None), None
    if "keyboard" in markup:
        check_keyboard(markup, chat)
    return None, markup


def show_below(markup: Json, message: Message, people: list[Person]) -> None:
    """Open or close the reply keyboard of those whom the message concerns."""
    chat = message.chat
    for person in people:
        if markup.get("selective") and not _concerns(message, person):
            continue
        chat.keyboards.pop(person.id, None)
        chat.force_replies.pop(person.id, None)
        if "keyboard" in markup:
            chat.keyboards[person.id] = markup
        elif markup.get("force_reply"):
            chat.force_replies[person.id] = message.id


def _concerns(message: Message, person: Person) -> bool:
    if message.reply_to is not None and message.reply_to.sender is person:
        return True
    return bool(person.username) and f"@{person.username}" in (message.text or "")
