"""Replies survive as rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    RestrictChatMember,
    SendMessage,
    SendPhoto,
    SetMyCommands,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    ChatPermissions,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.stored_methods import Unreadable, read, written

BUTTONS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="g1:2")]])
KEYS = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Here", request_location=True)]], resize_keyboard=True)

METHODS = [
    SendMessage(chat_id=7, text="words", reply_markup=BUTTONS),
    SendMessage(chat_id=7, text="words", reply_markup=KEYS, message_thread_id=3),
    SendMessage(chat_id=7, text="words", reply_markup=ReplyKeyboardRemove()),
    SendMessage(chat_id=7, text="words", link_preview_options=LinkPreviewOptions(is_disabled=True)),
    EditMessageText(chat_id=7, message_id=9, text="words", reply_markup=BUTTONS),
    AnswerCallbackQuery(callback_query_id="12", text="done", show_alert=True),
    SendPhoto(chat_id=7, photo="file-id", caption="words"),
    # A scope is known by its type alone, which is a default of its class.
    SetMyCommands(commands=[BotCommand(command="mine", description="Mine")], scope=BotCommandScopeChat(chat_id=7)),
    RestrictChatMember(
        chat_id=-7,
        user_id=9,
        permissions=ChatPermissions(can_send_messages=False),
        until_date=datetime(2026, 5, 12, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
def test_a_reply_that_was_stored_is_the_same_when_it_is_read(method: SendMessage) -> None:
    stored = json.loads(json.dumps(written([method])))

    (found,) = read(stored)

    assert type(found) is type(method)
    assert found.model_dump(exclude_none=True) == method.model_dump(exclude_none=True)


def test_uploads_are_left_out() -> None:
    upload = SendPhoto(chat_id=7, photo=BufferedInputFile(b"bytes", "photo.jpg"))

    assert written([upload, METHODS[0]]) == written([METHODS[0]])


@pytest.mark.parametrize(
    "stored",
    [
        {"method": "SendPigeon", "fields": {}},
        {"method": "SendMessage", "fields": {"chat_id": 7}},
        {"method": "SendMessage"},
        {"fields": {}},
    ],
)
def test_what_another_version_has_stored_is_told_as_unreadable(stored: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        read([stored])
