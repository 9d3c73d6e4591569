"""Showing a screen: a new message after a message, the same message edited after a pressed button."""

from __future__ import annotations

from typing import Any

from aiogram.enums import ChatType
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.kernel.errors import BadInput
from backend.notify.words import Words
from handlers.common.replies import Reply

Event = Message | CallbackQuery


def chat_of(event: Event) -> int:
    """The chat in which the event happened; a press without its message (inline mode) is not ours."""
    if isinstance(event, Message):
        return event.chat.id
    if event.message is None:
        raise BadInput("error.old_button")
    return event.message.chat.id


def is_private(event: Event) -> bool:
    """Whether only the person reads what is said in this chat; a press without its message is not known to be so."""
    message = event if isinstance(event, Message) else event.message
    return message is not None and message.chat.type == ChatType.PRIVATE


def thread_of(event: Event) -> int | None:
    """The topic of a forum in which the event happened."""
    message = event if isinstance(event, Message) else event.message
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def say(event: Event, text: str, markup: Any = None) -> SendMessage:
    """A new message in the chat (and topic) of `event`."""
    return SendMessage(chat_id=chat_of(event), message_thread_id=thread_of(event), text=text, reply_markup=markup)


def say_privately(call: CallbackQuery, words: Words, text: str, markup: Any = None) -> Reply:
    """Say it to the one who pressed and to nobody else; pressed in a group, the answer says where it has gone."""
    if is_private(call):
        return say(call, text, markup)
    answer = call.answer(words.plain("common.sent_privately"))
    return [answer, SendMessage(chat_id=call.from_user.id, text=text, reply_markup=markup)]


def show(event: Event, text: str, markup: InlineKeyboardMarkup | None = None) -> TelegramMethod[Any]:
    """Edit the message whose button was pressed, else say something new.

    A message with a photo has no text to edit, and one too old is not in reach: then a new one follows.
    """
    if isinstance(event, CallbackQuery) and isinstance(event.message, Message) and event.message.text is not None:
        return EditMessageText(
            chat_id=event.message.chat.id, message_id=event.message.message_id, text=text, reply_markup=markup
        )
    return say(event, text, markup)
