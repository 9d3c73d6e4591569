"""Showing a screen: a new message after a message, the same message edited after a pressed button."""

from __future__ import annotations

from typing import Any

from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.kernel.errors import BadInput

Event = Message | CallbackQuery


def chat_of(event: Event) -> int:
    """The chat in which the event happened; a press without its message (inline mode) is not ours."""
    if isinstance(event, Message):
        return event.chat.id
    if event.message is None:
        raise BadInput("error.old_button")
    return event.message.chat.id


def thread_of(event: Event) -> int | None:
    """The topic of a forum in which the event happened."""
    message = event if isinstance(event, Message) else event.message
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def say(event: Event, text: str, markup: Any = None) -> SendMessage:
    """A new message in the chat (and topic) of `event`."""
    return SendMessage(chat_id=chat_of(event), message_thread_id=thread_of(event), text=text, reply_markup=markup)


def show(event: Event, text: str, markup: InlineKeyboardMarkup | None = None) -> TelegramMethod[Any]:
    """Edit the message whose button was pressed, else say something new.

    A message with a photo has no text to edit, and one too old is not in reach: then a new one follows.
    """
    if isinstance(event, CallbackQuery) and isinstance(event.message, Message) and event.message.text is not None:
        return EditMessageText(
            chat_id=event.message.chat.id, message_id=event.message.message_id, text=text, reply_markup=markup
        )
    return say(event, text, markup)
