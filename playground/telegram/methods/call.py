"""One call of a method by a bot, and what most methods need from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playground.telegram.entities import Entity, marked_text
from playground.telegram.errors import Refusal, bad_request
from playground.telegram.files import LARGEST_PHOTO, LARGEST_UPLOAD, Upload
from playground.telegram.markup import read_markup, show_below
from playground.telegram.render import message_object
from playground.telegram.state import Bot, Chat, Group, Json, Media, Membership, Message
from playground.telegram.world import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
ATTACHED = "attach://"


@dataclass
class Call:
    """A call with its checked arguments (absent ones are absent)."""

    world: World
    bot: Bot
    method: str
    arguments: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.arguments.get(name, default)

    def chat(self) -> Chat:
        return self.world.chat_for(self.bot, self.arguments["chat_id"])

    def me(self, group: Group) -> Membership:
        return group.members[self.bot.id]

    def chat_to_write(self, what: str = "text messages", *, cost: int = 1) -> Chat:
        """Return the chat after the limits and the bot's rights were asked."""
        chat = self.chat()
        self.world.limits.check(self.bot.id, chat.id, cost=cost)
        if isinstance(chat, Group) and not self.me(chat).may_send:
            raise bad_request(f"not enough rights to send {what} to the chat")
        return chat


def text_of(source: Json, *, text: str = "text", entities: str = "entities") -> tuple[str, list[Entity]]:
    """Return the marked text of an argument list or of one album item, within Telegram's length."""
    shown, marked = marked_text(source[text], source.get("parse_mode"), source.get(entities))
    if not shown:
        raise bad_request("message text is empty")
    if len(shown) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return shown, marked


def caption_of(source: Json) -> Json:
    """Return the caption as message content; no caption is fine."""
    if not source.get("caption"):
        return {}
    shown, marked = marked_text(source["caption"], source.get("parse_mode"), source.get("caption_entities"))
    if len(shown) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return {"text": shown, "entities": marked} if shown else {}


def media_of(call: Call, kind: str, reference: str, **facts: Any) -> Media:
    """Return what `attach://...` or a file id names."""
    if reference.startswith(ATTACHED):
        upload = call.uploads.get(reference.removeprefix(ATTACHED))
        if upload is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        check_size(kind, len(upload.content))
        return call.world.files.media(kind, upload, **facts)
    media = call.world.files.known[call.world.files.by_file_id(call.bot, reference).unique_id]
    if media.kind != kind:
        raise bad_request(f"can't use file of type {media.kind.capitalize()} as {kind.capitalize()}")
    return media


def check_size(kind: str, size: int) -> None:
    if size > LARGEST_UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    if kind == "photo" and size > LARGEST_PHOTO:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; the maximum size is {LARGEST_PHOTO} bytes"
        )


def reply_target(call: Call, chat: Chat) -> Message | None:
    """Return the message that is answered; one that is gone is refused unless the bot said it does not matter."""
    parameters = call.get("reply_parameters") or {}
    number = parameters.get("message_id") or call.get("reply_to_message_id")
    if number is None:
        return None
    if parameters.get("chat_id") not in (None, chat.id):
        raise bad_request("replies to other chats are not played here")
    target = chat.messages.get(number)
    tolerant = parameters.get("allow_sending_without_reply") or call.get("allow_sending_without_reply")
    if target is None and not tolerant:
        raise bad_request("message to be replied not found")
    return target


def thread_of(call: Call, chat: Chat, reply_to: Message | None) -> int | None:
    """Return the topic a message goes to; a reply stays in the topic of what it answers."""
    thread: int | None = call.get("message_thread_id")
    if thread is None:
        return reply_to.thread if reply_to is not None else None
    if not isinstance(chat, Group) or not chat.is_forum or thread not in chat.topics:
        raise bad_request("message thread not found")
    if chat.topics[thread].closed and not call.me(chat).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return thread


def deliver(call: Call, chat: Chat, *, markup: Json | None = None, **content: Any) -> Message:
    """Write the bot's message into the chat, with what every sending method may carry."""
    reply_to = reply_target(call, chat)
    inline, below = read_markup(markup, chat)
    message = call.world.post(
        chat,
        call.bot,
        reply_to=reply_to,
        thread=thread_of(call, chat, reply_to),
        markup=inline,
        silent=bool(call.get("disable_notification")),
        protected=bool(call.get("protect_content")),
        **content,
    )
    call.world.sends[chat.id] += 1
    if below is not None:
        show_below(below, message, call.world.people_in(chat))
        call.world.chat_changed(chat)
    return message


def sent(call: Call, chat: Chat, **content: Any) -> Json:
    """Deliver and return the Message as the method's result."""
    return message_object(call.bot, deliver(call, chat, markup=call.get("reply_markup"), **content))
