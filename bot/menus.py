"""What everybody sees before we know them: what the bot is for, and the menus of commands."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from backend.kernel.texts import Texts
from handlers.common.commands import GROUP_COMMANDS, TELEGRAM_LANGUAGES, as_menu, commands_for


async def publish_menus(bot: Bot, texts: Texts) -> None:
    """Set the menus for private chats and groups in every language; the same again changes nothing."""
    for language, code in TELEGRAM_LANGUAGES.items():
        private = as_menu(texts, language, commands_for(frozenset()))
        await bot.set_my_commands(private, scope=BotCommandScopeAllPrivateChats(), language_code=code)
        await bot.set_my_description(texts.say(language, "bot.description"), language_code=code)
        await bot.set_my_short_description(texts.say(language, "bot.short_description"), language_code=code)
        groups = as_menu(texts, language, list(GROUP_COMMANDS))
        await bot.set_my_commands(groups, scope=BotCommandScopeAllGroupChats(), language_code=code)
