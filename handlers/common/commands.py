"""THE TABLE of commands: who sees which in the menu, by role; the words are `command.<name>`."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat, BotCommandScopeUnion

from backend.kernel.access import FIELD, OFFICE, WORKERS, Actor, Role
from backend.kernel.texts import Language, Texts
from backend.notify.words import Words

_EVERYBODY = frozenset(Role)
_LEADING = OFFICE | {Role.GRID_LEADER}

COMMANDS: Mapping[str, frozenset[Role]] = {
    "report": _EVERYBODY,
    "mine": _EVERYBODY,
    "ok": _EVERYBODY,
    "book": _EVERYBODY,
    "my_bookings": _EVERYBODY,
    "courses": _EVERYBODY,
    "wish": _EVERYBODY,
    "provide": _EVERYBODY,
    "points": _EVERYBODY,
    "market": _EVERYBODY,
    "canteen": _EVERYBODY,
    "help_neighbour": _EVERYBODY,
    "tasks": FIELD,
    "alerts": FIELD | OFFICE,
    "elder": WORKERS | OFFICE,
    "family": _EVERYBODY,
    "duty": FIELD,
    "shifts": WORKERS,
    "card": WORKERS | {Role.STAFF, Role.ADMIN},
    "find": _LEADING,
    "dispatch": _LEADING,
    "supervise": OFFICE,
    "workers": _LEADING,
    "stats": _LEADING,
    "web": _LEADING,
    "invite": _LEADING,
    "help": _EVERYBODY,
    "language": _EVERYBODY,
    "privacy": _EVERYBODY,
}
"""In the order of the menu. What a role does not see it may still type: the service refuses."""

GROUP_COMMANDS = ("bind", "help")

TELEGRAM_LANGUAGES: Mapping[Language, str | None] = {Language.CHINESE: None, Language.ENGLISH: "en"}
"""Telegram's two-letter codes; Chinese is the menu for every language that has none of its own."""


def commands_for(roles: frozenset[Role]) -> list[str]:
    """The names that somebody with these roles sees; everybody is a resident."""
    held = roles | {Role.RESIDENT}
    return [name for name, seen_by in COMMANDS.items() if held & seen_by]


def as_menu(texts: Texts, language: str, names: list[str]) -> list[BotCommand]:
    """Commands with their words."""
    return [BotCommand(command=name, description=texts.say(language, f"command.{name}")) for name in names]


def own_menu(words: Words, actor: Actor, chat_id: int) -> SetMyCommands:
    """The menu of one person's private chat, after a role or the language has changed."""
    roles = frozenset(grant.role for grant in actor.grants)
    scope: BotCommandScopeUnion = BotCommandScopeChat(chat_id=chat_id)
    return SetMyCommands(commands=as_menu(words.texts, words.language, commands_for(roles)), scope=scope)
