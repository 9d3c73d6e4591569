"""Methods that change, remove and pin messages."""

from __future__ import annotations

from typing import Any

from playground.telegram.errors import bad_request
from playground.telegram.markup import check_inline
from playground.telegram.render import message_object
from playground.telegram.state import Chat, Group, Json, Message

from .call import Call, caption_of, media_of, text_of
from .media import facts_of

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
DELETABLE_SECONDS = 48 * 3600
MOST_DELETIONS = 100


def message_to_edit(call: Call) -> Message:
    if "inline_message_id" in call.arguments or "chat_id" not in call.arguments:
        raise bad_request(
            "inline messages are not played here" if "chat_id" not in call.arguments else "MESSAGE_ID_INVALID"
        )
    chat = call.chat()
    call.world.limits.check(call.bot.id, chat.id, edit=True)
    message = chat.messages.get(call.get("message_id", 0))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not call.bot or message.service or message.forwarded_from:
        raise bad_request("message can't be edited")
    return message


def apply(call: Call, message: Message, **content: Any) -> Json:
    """Change the message, refusing when nothing would; without a keyboard given the old one goes."""
    markup = call.get("reply_markup")
    inline = check_inline(markup, message.chat) if markup else None
    content["markup"] = inline if inline and inline["inline_keyboard"] else None
    changed = {key for key, value in content.items() if getattr(message, key) != value}
    if not changed:
        raise bad_request(SAME)
    for key in changed:
        setattr(message, key, content[key])
    call.world.mark_edited(message, visibly=changed != {"markup"})
    return message_object(call.bot, message)


def edit_message_text(call: Call) -> Json:
    message = message_to_edit(call)
    if "text" not in call.arguments:
        raise bad_request("message text is empty")
    text, entities = text_of(call.arguments)
    if message.text is None or message.media is not None:
        raise bad_request("there is no text in the message to edit")
    return apply(call, message, text=text, entities=entities)


def edit_message_caption(call: Call) -> Json:
    message = message_to_edit(call)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    return apply(call, message, **({"text": None, "entities": []} | caption_of(call.arguments)))


def edit_message_media(call: Call) -> Json:
    message = message_to_edit(call)
    item = call.arguments["media"]
    media = media_of(call, item["type"], item["media"], **facts_of(item))
    if message.media is None and (message.text is None or message.markup is None):
        raise bad_request("message can't be edited")
    return apply(call, message, **({"media": media, "text": None, "entities": []} | caption_of(item)))


def edit_message_reply_markup(call: Call) -> Json:
    return apply(call, message_to_edit(call))


def check_deletable(call: Call, chat: Chat, message: Message) -> None:
    """A bot may delete its own messages for 48 hours, and others' where it leads or in private chats."""
    old = call.world.now() - message.date > DELETABLE_SECONDS
    if isinstance(chat, Group):
        leads = call.me(chat).may("can_delete_messages")
        allowed = leads if chat.supergroup and leads else not old and (message.sender is call.bot or leads)
    else:
        allowed = not old
    if not allowed:
        raise bad_request("message can't be deleted")


def delete_message(call: Call) -> bool:
    chat = call.chat()
    message = chat.messages.get(call.arguments["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    check_deletable(call, chat, message)
    call.world.remove(chat, [message.id])
    return True


def delete_messages(call: Call) -> bool:
    """Delete those that are there; missing ones are skipped, as Telegram does."""
    numbers = call.arguments["message_ids"]
    if not 1 <= len(numbers) <= MOST_DELETIONS:
        raise bad_request("too many message identifiers specified")
    chat = call.chat()
    for number in numbers:
        if number in chat.messages:
            check_deletable(call, chat, chat.messages[number])
    call.world.remove(chat, numbers)
    return True


def chat_to_pin(call: Call) -> Chat:
    chat = call.chat()
    if isinstance(chat, Group) and not call.me(chat).may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def pin_chat_message(call: Call) -> bool:
    chat = chat_to_pin(call)
    message = chat.messages.get(call.arguments["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        call.world.post(chat, call.bot, service={"pinned_message": message}, thread=message.thread)
        call.world.chat_changed(chat)
    return True


def unpin_chat_message(call: Call) -> bool:
    chat = chat_to_pin(call)
    number = call.get("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    call.world.chat_changed(chat)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    chat = chat_to_pin(call)
    chat.pinned.clear()
    call.world.chat_changed(chat)
    return True
