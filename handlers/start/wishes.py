"""What a person wishes for themselves: the language, and what is kept of them."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendDocument
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from backend.kernel.access import Actor
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.accounts import choose_language, language_of_account
from backend.registry.models import Account
from backend.registry.privacy import forget_account
from handlers.common.commands import own_menu
from handlers.common.keyboards import keyboard
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import chat_of, say, show
from handlers.start.own_copy import own_copy


class PrivacyChoice(StrEnum):
    EXPORT = "export"
    ASK_FORGET = "ask"
    FORGET = "forget"


def wishes_router() -> Router:
    router = Router(name="start.wishes")
    router.message.register(ask_language, IN_PRIVATE, Command("language"))
    router.message.register(privacy, IN_PRIVATE, Command("privacy"))
    router.callback_query.register(language, Pressed(MenuPress, button=MenuButton.LANGUAGE))
    router.callback_query.register(privacy_choice, Pressed(MenuPress, button=MenuButton.PRIVACY))
    return router


async def ask_language(event: Message | CallbackQuery, words: Words) -> Reply:
    buttons = [
        (words.texts.say(one, "language.own_name"), MenuPress(MenuButton.LANGUAGE, one.value)) for one in Language
    ]
    return show(event, words("language.ask"), keyboard(buttons))


async def language(
    call: CallbackQuery, press: MenuPress, uow: UnitOfWork, actor: Actor, account: Account, words: Words
) -> Reply:
    """Keep the choice; menu and answer come in the new language at once."""
    if press.value is None:
        return await ask_language(call, words)
    await choose_language(uow, account=account, language=press.value)
    chosen = replace(words, language=language_of_account(account).value)
    return [own_menu(chosen, actor, chat_of(call)), show(call, chosen("language.chosen"))]


async def privacy(event: Message | CallbackQuery, words: Words) -> Reply:
    def button(choice: PrivacyChoice) -> list[tuple[str, MenuPress]]:
        return [(words.plain(f"privacy.button.{choice.value}"), MenuPress(MenuButton.PRIVACY, choice.value))]

    return say(event, words("privacy.words"), keyboard(button(PrivacyChoice.EXPORT), button(PrivacyChoice.ASK_FORGET)))


async def privacy_choice(
    call: CallbackQuery, press: MenuPress, uow: UnitOfWork, actor: Actor, account: Account, words: Words
) -> Reply:
    """A copy of everything, or to be forgotten after a second question."""
    if press.value == PrivacyChoice.EXPORT.value:
        return await _export(call, uow, actor, account, words)
    if press.value == PrivacyChoice.ASK_FORGET.value:
        sure = MenuPress(MenuButton.PRIVACY, PrivacyChoice.FORGET.value)
        return show(call, words("privacy.sure"), keyboard([(words.plain("privacy.button.sure"), sure)]))
    if press.value == PrivacyChoice.FORGET.value:
        await forget_account(uow, actor=actor, account=account)
        return show(call, words("privacy.forgotten"))
    return await privacy(call, words)


async def _export(call: CallbackQuery, uow: UnitOfWork, actor: Actor, account: Account, words: Words) -> Reply:
    record = await own_copy(uow, actor=actor, account=account)
    text = json.dumps(record, ensure_ascii=False, indent=2)
    file = BufferedInputFile(text.encode(), filename="youlin-record.json")
    return SendDocument(chat_id=chat_of(call), document=file, caption=words("privacy.export"))
