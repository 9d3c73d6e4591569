"""How a person's message gets into a chat: who may write where, and what a telephone lets anybody type."""

from __future__ import annotations

from typing import Any

from .entities import find_entities
from .errors import Impossible, Refusal
from .files import Upload, person_may_send
from .state import Chat, Group, Json, Media, Message, Person, PrivateChat
from .world import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


def write(
    world: World,
    person: Person,
    chat_id: int,
    *,
    reply_to: int | None = None,
    thread: int | None = None,
    **content: Any,
) -> Message:
    """Put a person's message into a chat window, if they may write there."""
    chat = writable(world, person, chat_id)
    target = message_in(chat, reply_to) if reply_to is not None else None
    if thread is None and target is not None:
        thread = target.thread
    if thread is not None:
        check_thread(chat, person, thread)
    keyboard = chat.keyboards.get(person.id)
    message = world.post(chat, person, reply_to=target, thread=thread, **content)
    if chat.force_replies.pop(person.id, None) or (keyboard and keyboard.get("one_time_keyboard")):
        if keyboard and keyboard.get("one_time_keyboard"):
            chat.keyboards.pop(person.id, None)
        world.chat_changed(chat)
    return message


def writable(world: World, person: Person, chat_id: int) -> Chat:
    chat = world.window(person, chat_id)
    if isinstance(chat, PrivateChat):
        if chat.blocked:
            raise Impossible("the bot is blocked")
        chat.started = True
        return chat
    assert isinstance(chat, Group)
    if chat.upgraded_to is not None:
        raise Impossible("the group was upgraded")
    member = chat.members[person.id]
    if not (member.present and member.may_send):
        raise Impossible("this person may not write here")
    return chat


def check_thread(chat: Chat, person: Person, thread: int) -> None:
    topic = chat.topics.get(thread) if isinstance(chat, Group) and chat.is_forum else None
    if topic is None:
        raise Impossible("no such topic", status=404)
    if topic.closed and isinstance(chat, Group) and not chat.members[person.id].leads:
        raise Impossible("the topic is closed")


def message_in(chat: Chat, number: int) -> Message:
    """Return a message of the window; an upgraded group's old messages have to be named by the old chat."""
    message = chat.messages.get(number)
    if message is None:
        raise Impossible("no such message", status=404)
    return message


def marked(text: str, longest: int = LONGEST_TEXT) -> Json:
    """Return typed text with what Telegram finds in it; a telephone does not let anybody type more."""
    shown = text.strip()
    if not shown or len(shown) > longest:
        raise Impossible(f"a text has 1 to {longest} characters")
    return {"text": shown, "entities": find_entities(shown, [])}


def captioned(caption: str | None) -> Json:
    return marked(caption, LONGEST_CAPTION) if caption else {}


def media(world: World, kind: str, upload: Upload, **facts: Any) -> Media:
    try:
        return world.files.media(kind, person_may_send(upload), **facts)
    except Refusal as refusal:
        raise Impossible(refusal.description) from None


def one(files: list[Upload]) -> Upload:
    if len(files) != 1:
        raise Impossible("exactly one file belongs to this")
    return files[0]
