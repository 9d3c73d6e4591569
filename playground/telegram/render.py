"""How a bot sees the world: Bot API objects made from the records."""

from __future__ import annotations

from typing import Any

from .files import file_id_for
from .state import (
    ADMINISTRATOR_RIGHTS,
    Bot,
    Chat,
    Group,
    Json,
    Media,
    Membership,
    Message,
    Person,
    Picture,
    PrivateChat,
    Status,
    StoredFile,
    User,
)

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_react_to_messages",
    "can_edit_tag",
)


def user_object(user: User) -> Json:
    if isinstance(user, Bot):
        return {"id": user.id, "is_bot": True, "first_name": user.name, "username": user.username}
    known = {"last_name": user.last_name, "username": user.username, "language_code": user.language_code}
    given = {key: value for key, value in known.items() if value is not None}
    return {"id": user.id, "is_bot": False, "first_name": user.first_name} | given


def chat_object(chat: Chat) -> Json:
    if isinstance(chat, PrivateChat):
        person = user_object(chat.person)
        del person["is_bot"]
        person.pop("language_code", None)
        return person | {"type": "private"}
    assert isinstance(chat, Group)
    shown: Json = {"id": chat.id, "title": chat.title, "type": "supergroup" if chat.supergroup else "group"}
    return shown | {"is_forum": True} if chat.is_forum else shown


def file_object(bot: Bot, file: StoredFile) -> Json:
    return {"file_id": file_id_for(bot, file), "file_unique_id": file.unique_id, "file_size": len(file.content)}


def picture_object(bot: Bot, picture: Picture) -> Json:
    return file_object(bot, picture.file) | {"width": picture.width, "height": picture.height}


def media_object(bot: Bot, media: Media) -> Any:
    if media.kind == "photo":
        return [picture_object(bot, picture) for picture in media.pictures]
    shown = file_object(bot, media.file) | {"mime_type": media.file.mime} | media.facts
    if media.file.name and media.kind != "voice":
        shown["file_name"] = media.file.name
    if media.pictures:
        shown["thumbnail"] = picture_object(bot, media.pictures[0])
    return shown


def message_object(bot: Bot, message: Message, *, nested: bool = False) -> Json:
    """Return the Bot API's Message; `nested` leaves out what it replies to, as Telegram does."""
    shown: Json = {"message_id": message.id, "date": message.date, "chat": chat_object(message.chat)}
    if message.sender is not None:
        shown["from"] = user_object(message.sender)
    if message.edited_at is not None:
        shown["edit_date"] = message.edited_at
    if message.thread is not None:
        shown |= {"message_thread_id": message.thread, "is_topic_message": True}
    if message.forwarded_from is not None:
        sender = user_object(message.forwarded_from)
        shown["forward_origin"] = {"type": "user", "date": message.date, "sender_user": sender}
    if message.protected:
        shown["has_protected_content"] = True
    if not nested and (target := answered(message)) is not None:
        shown["reply_to_message"] = message_object(bot, target, nested=True)
    return shown | _content(bot, message)


def answered(message: Message) -> Message | None:
    """Return what a message replies to; in a topic everything replies at least to the topic's first message."""
    if message.reply_to is not None or message.thread is None:
        return message.reply_to
    opening = message.chat.messages.get(message.thread)
    return opening if opening is not message else None


def _content(bot: Bot, message: Message) -> Json:
    shown = dict(message.extra)
    if message.text is not None:
        text, entities = ("caption", "caption_entities") if message.media else ("text", "entities")
        shown[text] = message.text
        if message.entities:
            shown[entities] = message.entities
    if message.media is not None:
        shown[message.media.kind] = media_object(bot, message.media)
        if message.media.kind == "animation":
            shown["document"] = shown["animation"]
    if message.album is not None:
        shown["media_group_id"] = message.album
    if message.markup is not None:
        shown["reply_markup"] = message.markup
    for key, value in (message.service or {}).items():
        shown[key] = message_object(bot, value, nested=True) if isinstance(value, Message) else value
    return shown


def member_object(member: Membership) -> Json:
    """Return the Bot API's ChatMember."""
    shown: Json = {"user": user_object(member.user), "status": member.status.value}
    if member.status is Status.CREATOR:
        shown["is_anonymous"] = False
    elif member.status is Status.ADMINISTRATOR:
        shown |= {"can_be_edited": False, "is_anonymous": False}
        shown |= {right: right in member.rights for right in ADMINISTRATOR_RIGHTS}
    elif member.status is Status.RESTRICTED:
        shown |= {"is_member": True, "until_date": 0}
        shown |= dict.fromkeys(PERMISSIONS, member.may_send)
    elif member.status is Status.KICKED:
        shown["until_date"] = 0
    return shown


def membership_change(chat: Chat, by: User, date: int, old: Membership, new: Membership) -> Json:
    """Return the Bot API's ChatMemberUpdated."""
    return {
        "chat": chat_object(chat),
        "from": user_object(by),
        "date": date,
        "old_chat_member": member_object(old),
        "new_chat_member": member_object(new),
    }


def callback_object(bot: Bot, query_id: str, person: Person, message: Message, data: str) -> Json:
    instance = str(abs(hash((bot.id, message.chat.window_id))))
    shown = message_object(bot, message)
    sender = user_object(person)
    return {"id": query_id, "from": sender, "message": shown, "chat_instance": instance, "data": data}
