"""How people see the world: the shapes of `shapes.py` made from the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .shapes import (
    BotView,
    ButtonView,
    ChatView,
    ContactView,
    EntityView,
    GroupView,
    KeyboardView,
    KeyView,
    LocationView,
    MediaKind,
    MediaView,
    MemberView,
    MenuButtonView,
    MessageView,
    PersonView,
    PressView,
    ReplyView,
    SenderView,
    ServiceView,
    TopicView,
)
from .state import Bot, Chat, Group, Json, Media, Membership, Message, Person, Press, PrivateChat, StoredFile, User

if TYPE_CHECKING:
    from .world import World

FILES = "/playground/api/files/"
SERVICE_KINDS: dict[str, Any] = {
    "group_chat_created": "group_created",
    "supergroup_chat_created": "group_created",
    "new_chat_members": "members_added",
    "left_chat_member": "member_left",
    "new_chat_title": "title_changed",
    "migrate_to_chat_id": "migrated_to",
    "migrate_from_chat_id": "migrated_from",
    "forum_topic_created": "topic_created",
    "forum_topic_edited": "topic_edited",
    "forum_topic_closed": "topic_closed",
    "forum_topic_reopened": "topic_reopened",
    "pinned_message": "message_pinned",
}
BUTTON_KINDS: dict[str, Any] = {
    "callback_data": "callback",
    "url": "url",
    "login_url": "url",
    "web_app": "web_app",
    "copy_text": "copy",
}
KEY_KINDS: dict[str, Any] = {"request_contact": "contact", "request_location": "location"}


def sender_view(user: User) -> SenderView:
    is_bot = isinstance(user, Bot)
    return SenderView(id=user.id, name=user.name, username=user.username, is_bot=is_bot)


def file_url(file: StoredFile) -> str:
    return FILES + file.unique_id


def media_view(media: Media) -> MediaView:
    largest = media.pictures[-1] if media.kind == "photo" else None
    thumbnail = media.pictures[-2] if len(media.pictures) > 1 else None
    return MediaView(
        kind=kind_of(media),
        url=file_url(media.file),
        thumbnail_url=file_url(thumbnail.file) if thumbnail else None,
        name=media.file.name,
        mime=media.file.mime,
        size=len(media.file.content),
        width=largest.width if largest else media.facts.get("width"),
        height=largest.height if largest else media.facts.get("height"),
        duration=media.facts.get("duration"),
    )


def kind_of(media: Media) -> MediaKind:
    kind: Any = media.kind
    return kind  # type: ignore[no-any-return]


def location_view(extra: Json) -> LocationView | None:
    venue = extra.get("venue", {})
    point = venue.get("location") or extra.get("location")
    if point is None:
        return None
    return LocationView(
        latitude=point["latitude"],
        longitude=point["longitude"],
        accuracy=point.get("horizontal_accuracy"),
        live=point.get("live_period"),
        title=venue.get("title"),
        address=venue.get("address"),
    )


def contact_view(extra: Json) -> ContactView | None:
    contact = extra.get("contact")
    if contact is None:
        return None
    return ContactView(
        phone=contact["phone_number"],
        first_name=contact["first_name"],
        last_name=contact.get("last_name"),
        person_id=contact.get("user_id"),
    )


def service_view(message: Message) -> ServiceView | None:
    for key, value in (message.service or {}).items():
        people = value if key == "new_chat_members" else [value] if key == "left_chat_member" else []
        named = value.get("name") if isinstance(value, dict) else None
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else named
        return ServiceView(kind=SERVICE_KINDS[key], people=[_name(person) for person in people], value=text)
    return None


def _name(user: Json) -> str:
    return " ".join(part for part in (user["first_name"], user.get("last_name")) if part)


def reply_view(message: Message | None) -> ReplyView | None:
    if message is None:
        return None
    sender = message.sender.name if message.sender else ""
    media = kind_of(message.media) if message.media else None
    return ReplyView(id=message.id, sender=sender, text=message.text, media=media)


def button_view(button: Json) -> ButtonView:
    kind: Any = next((shown for key, shown in BUTTON_KINDS.items() if key in button), "other")
    address = button.get("url") or button.get("web_app", {}).get("url") or button.get("login_url", {}).get("url")
    copy_text = button.get("copy_text", {}).get("text")
    return ButtonView(label=button["text"], kind=kind, url=address, copy_text=copy_text, style=button.get("style"))


def message_view(message: Message) -> MessageView:
    entities: list[Any] = message.entities
    typed: list[EntityView] = entities
    rows = (message.markup or {}).get("inline_keyboard", [])
    return MessageView(
        chat_id=message.chat.window_id,
        id=message.id,
        date=message.date,
        edited_at=message.edited_at,
        sender=sender_view(message.sender) if message.sender else None,
        text=message.text,
        entities=typed,
        media=media_view(message.media) if message.media else None,
        album=message.album,
        location=location_view(message.extra) if message.extra else None,
        contact=contact_view(message.extra) if message.extra else None,
        service=service_view(message) if message.service else None,
        reply_to=reply_view(message.reply_to),
        forwarded_from=message.forwarded_from.name if message.forwarded_from else None,
        thread=message.thread,
        buttons=[[button_view(button) for button in row] for row in rows],
        reactions=list(message.reactions.values()),
        silent=message.silent,
    )


def press_view(press: Press) -> PressView:
    return PressView(
        id=press.id,
        chat_id=press.message.chat.window_id,
        message_id=press.message.id,
        data=press.data,
        answered=press.answered,
        text=press.text,
        alert=press.alert,
        url=press.url,
    )


def person_view(person: Person) -> PersonView:
    return PersonView(
        id=person.id,
        name=person.name,
        first_name=person.first_name,
        last_name=person.last_name,
        username=person.username,
        language_code=person.language_code,
        phone=person.phone,
    )


def bot_view(bot: Bot) -> BotView:
    return BotView(
        id=bot.id,
        name=bot.name,
        username=bot.username,
        description=bot.descriptions.get("", ""),
        short_description=bot.short_descriptions.get("", ""),
        privacy=bot.privacy,
        paused=bot.updates.paused,
        pending_updates=len(bot.updates.pending),
        webhook_url=bot.webhook.url if bot.webhook else None,
    )


def member_view(member: Membership) -> MemberView:
    status: Any = member.status.value
    is_bot = isinstance(member.user, Bot)
    return MemberView(id=member.user.id, name=member.user.name, is_bot=is_bot, status=status, may_send=member.may_send)


def topic_views(group: Group) -> list[TopicView]:
    return [TopicView(id=topic.id, name=topic.name, closed=topic.closed) for topic in group.topics.values()]


def group_view(group: Group) -> GroupView:
    return GroupView(
        id=group.id,
        kind="supergroup" if group.supergroup else "group",
        title=group.title,
        is_forum=group.is_forum,
        members=[member_view(member) for member in group.present()],
        topics=topic_views(group),
        upgraded_to=group.upgraded_to,
        upgraded_from=group.upgraded_from,
    )


def key_view(key: Json | str) -> KeyView:
    if isinstance(key, str):
        return KeyView(label=key, kind="text")
    kind: Any = next((shown for name, shown in KEY_KINDS.items() if key.get(name)), "text")
    other = set(key) - {"text", "style", "icon_custom_emoji_id", *KEY_KINDS}
    return KeyView(label=key["text"], kind="other" if other else kind)


def keyboard_view(keyboard: Json | None) -> KeyboardView | None:
    if keyboard is None:
        return None
    return KeyboardView(
        rows=[[key_view(key) for key in row] for row in keyboard["keyboard"]],
        placeholder=keyboard.get("input_field_placeholder"),
        one_time=keyboard.get("one_time_keyboard", False),
        resize=keyboard.get("resize_keyboard", False),
    )


def menu_button_view(chat: Chat) -> MenuButtonView | None:
    if not isinstance(chat, PrivateChat):
        return None
    buttons = chat.bot.menu_buttons
    button = buttons.get(chat.person.id) or buttons.get(None) or {"type": "default"}
    return MenuButtonView(kind=button["type"], text=button.get("text"), url=button.get("web_app", {}).get("url"))


def chat_view(world: World, person: Person, chat: Chat) -> ChatView:
    private = chat if isinstance(chat, PrivateChat) else None
    group = chat if isinstance(chat, Group) else None
    membership = group.members.get(person.id) if group else None
    history = world.history(chat)
    read = chat.read.get(person.id, 0)
    fresh = [m for m in chat.messages.values() if m.id > read and m.sender is not person]
    return ChatView(
        id=chat.window_id,
        kind="private" if private else "supergroup" if group and group.supergroup else "group",
        title=private.bot.name if private else group.title if group else "",
        bot_id=private.bot.id if private else None,
        started=private.started if private else True,
        blocked=private.blocked if private else False,
        may_send=not private.blocked if private else bool(membership and membership.present and membership.may_send),
        is_forum=bool(group and group.is_forum),
        topics=topic_views(group) if group else [],
        members=[member_view(member) for member in group.present()] if group else [],
        unread=len(fresh),
        last_message=message_view(history[-1]) if history else None,
        pinned=[message_view(chat.messages[number]) for number in chat.pinned if number in chat.messages],
        keyboard=keyboard_view(chat.keyboards.get(person.id)),
        force_reply_to=chat.force_replies.get(person.id),
        menu_button=menu_button_view(chat),
    )
