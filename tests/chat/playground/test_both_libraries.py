"""aiogram and python-telegram-bot, unmodified, against the local Telegram."""

from __future__ import annotations

import asyncio
import inspect
import io
from typing import Any

import pytest
from aiogram import Bot as AiogramBot
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram import ForceReply as PtbForceReply
from telegram import InlineKeyboardButton as PtbButton
from telegram import InlineKeyboardMarkup as PtbMarkup
from telegram import InputMediaPhoto as PtbPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter
from telegram.ext import ExtBot

from playground.telegram import groups
from playground.telegram.methods import PLAYED
from playground.telegram.parameters import METHODS
from playground.telegram.phones import Phone, photo
from playground.telegram.state import Bot
from playground.telegram.world import World


async def test_aiogram_talks_with_a_resident(aiogram_bot: AiogramBot, wang: Phone) -> None:
    await wang.starts("invite_7")
    update = (await aiogram_bot.get_updates(timeout=5))[0]
    assert update.message is not None
    assert update.message.text == "/start invite_7"

    keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="认领", callback_data="t:1")]])
    sent = await aiogram_bot.send_message(wang.person.id, "<b>漏水</b> & 😀", parse_mode="HTML", reply_markup=keys)
    pressing = asyncio.ensure_future(wang.presses("认领"))
    pressed = (await aiogram_bot.get_updates(offset=update.update_id + 1, timeout=5))[0].callback_query
    assert pressed is not None
    await aiogram_bot.answer_callback_query(pressed.id, text="好的", show_alert=True)
    await aiogram_bot.edit_message_text("已认领", chat_id=sent.chat.id, message_id=sent.message_id)

    answer = await pressing
    assert (answer["text"], answer["alert"], pressed.data) == ("好的", True, "t:1")
    assert (await wang.sees_edited("已认领"))["buttons"] == []
    assert sent.entities is not None
    assert [(entity.type, entity.length) for entity in sent.entities] == [("bold", 2)]


async def test_aiogram_sends_and_receives_files(aiogram_bot: AiogramBot, wang: Phone) -> None:
    await wang.sends_album(3, "三张照片")
    updates = await aiogram_bot.get_updates()
    messages = [update.message for update in updates if update.message]
    buffer = io.BytesIO()

    assert messages[0].photo is not None
    await aiogram_bot.download(messages[0].photo[-1], buffer)
    again = InputMediaPhoto(media=messages[0].photo[-1].file_id, caption="<i>再看</i>", parse_mode="HTML")
    new = InputMediaPhoto(media=BufferedInputFile(photo("red"), "new.jpg"))
    album = await aiogram_bot.send_media_group(wang.person.id, [again, new])

    assert [message.caption for message in messages] == ["三张照片", None, None]
    assert len({message.media_group_id for message in messages}) == 1
    assert buffer.getvalue().startswith(b"\xff\xd8")
    assert album[0].media_group_id == album[1].media_group_id
    assert (await wang.sees("再看"))["media"] is not None


async def test_aiogram_asks_for_contact_and_place_by_keyboard(aiogram_bot: AiogramBot, wang: Phone) -> None:
    await wang.starts()
    keys = [[KeyboardButton(text="分享手机号", request_contact=True)], [KeyboardButton(text="取消")]]
    asked = ReplyKeyboardMarkup(keyboard=keys, one_time_keyboard=True, resize_keyboard=True)
    await aiogram_bot.send_message(wang.person.id, "您的手机号？", reply_markup=asked)

    await wang.presses("分享")

    contact = (await aiogram_bot.get_updates())[-1].message
    assert contact is not None
    assert contact.contact is not None
    assert contact.contact.user_id == wang.person.id
    assert wang.chat()["keyboard"] is None


async def test_python_telegram_bot_sends_and_edits(ptb_bot: ExtBot[None], wang: Phone) -> None:
    await wang.starts()
    keys = PtbMarkup([[PtbButton("接单", callback_data="v1:1"), PtbButton("视频", url="https://meet.example.org/1")]])
    sent = await ptb_bot.send_photo(wang.person.id, photo(), caption="卡片", reply_markup=keys, read_timeout=5)
    await ptb_bot.edit_message_caption(sent.chat_id, sent.message_id, caption="卡片：已接", reply_markup=keys)
    await ptb_bot.edit_message_media(PtbPhoto(photo("blue")), sent.chat_id, sent.message_id)
    await ptb_bot.send_message(
        wang.person.id, "请回复", reply_to_message_id=sent.message_id, reply_markup=PtbForceReply()
    )
    await ptb_bot.send_location(wang.person.id, 29.6, 106.5, disable_notification=True)
    file = await ptb_bot.get_file(sent.photo[-1].file_id)

    assert bytes(await file.download_as_bytearray()) == photo()
    reply = await wang.sees("请回复")
    assert reply["reply_to"] is not None
    assert wang.chat()["force_reply_to"] == reply["id"]
    assert (await wang.sees(where=lambda message: message["location"] is not None))["silent"]


async def test_python_telegram_bot_sends_albums_and_reads_updates(ptb_bot: ExtBot[None], wang: Phone) -> None:
    await wang.sends_voice(seconds=7)
    updates = await ptb_bot.get_updates(timeout=1)
    album = await ptb_bot.send_media_group(wang.person.id, [PtbPhoto(photo("red")), PtbPhoto(photo("blue"))])

    assert updates[0].message is not None
    assert updates[0].message.voice is not None
    assert updates[0].message.voice.mime_type == "audio/ogg"
    assert len(album) == 2


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_both_name_the_same_refusals_by_their_own_errors(
    aiogram_bot: AiogramBot, ptb_bot: ExtBot[None], wang: Phone, world: World, bot: Bot
) -> None:
    await wang.starts()
    group = groups.create_group(world, "网格群", wang.person.id, [bot.id])
    groups.upgrade(world, group.id)
    with pytest.raises(ChatMigrated) as moved:
        await ptb_bot.send_message(group.id, "卡片")
    assert moved.value.new_chat_id == group.upgraded_to

    world.limits.set_model("bucket")
    await ptb_bot.send_message(wang.person.id, "一")
    with pytest.raises(RetryAfter):
        await ptb_bot.send_message(wang.person.id, "二")
    with pytest.raises(TelegramRetryAfter):
        await aiogram_bot.send_message(wang.person.id, "三")

    world.limits.set_model("off")
    await wang.blocks()
    with pytest.raises(Forbidden):
        await ptb_bot.send_message(wang.person.id, "四")
    with pytest.raises(TelegramForbiddenError):
        await aiogram_bot.send_message(wang.person.id, "五")
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb_bot.send_message(1, "六")


async def test_commands_reach_the_persons_menu_in_their_language(aiogram_bot: AiogramBot, wang: Phone) -> None:
    await wang.starts()
    report = BotCommand(command="report", description="报事")
    await aiogram_bot.set_my_commands([BotCommand(command="report", description="Report")])
    await aiogram_bot.set_my_commands([report], language_code="zh")
    assert [line["description"] for line in wang.commands()] == ["报事"]

    staff = BotCommand(command="stats", description="统计")
    await aiogram_bot.set_my_commands([report, staff], scope=BotCommandScopeChat(chat_id=wang.person.id))

    assert [line["command"] for line in wang.commands()] == ["report", "stats"]


async def test_replies_name_what_they_answer(aiogram_bot: AiogramBot, wang: Phone) -> None:
    asked = await wang.sends("在吗")
    await aiogram_bot.send_message(wang.person.id, "在", reply_parameters=ReplyParameters(message_id=asked["id"]))

    reply = (await wang.sees("在"))["reply_to"]

    assert reply is not None
    assert reply["text"] == "在吗"


@pytest.mark.parametrize("method", sorted(PLAYED))
def test_every_parameter_of_python_telegram_bot_is_known_to_the_table(method: str) -> None:
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method)
    theirs: Any = getattr(ExtBot, snake)

    parameters = set(inspect.signature(theirs).parameters) - PTB_OWN

    assert parameters - set(METHODS[method.lower()].parameters) == set()


PTB_OWN = {
    "self",
    "read_timeout",
    "write_timeout",
    "connect_timeout",
    "pool_timeout",
    "api_kwargs",
    "rate_limit_args",
    "filename",
    "location",
    "contact",
    "venue",
    "caption_on_media_group",
    "caption",
    "parse_mode",
    "caption_entities",
    "show_caption_above_media",
    "reply_to_message_id",
    "allow_sending_without_reply",
    "disable_web_page_preview",
    "ip_address",
}
