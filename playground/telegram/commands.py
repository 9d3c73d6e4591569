"""Which command menu somebody sees: Telegram's order of scopes, in each the person's language before everybody's."""

from __future__ import annotations

from .shapes import CommandView
from .state import Bot, Chat, Group, Json, Person, PrivateChat


def scope_key(scope: Json) -> str:
    """Name a BotCommandScope."""
    return ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)


def scopes_for(chat: Chat, person: Person) -> list[str]:
    """Return the scopes that apply, the narrowest first."""
    if isinstance(chat, PrivateChat):
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    assert isinstance(chat, Group)
    member = chat.members.get(person.id)
    leads = member is not None and member.leads
    every = [
        (True, f"chat_member:{chat.id}:{person.id}"),
        (leads, f"chat_administrators:{chat.id}"),
        (True, f"chat:{chat.id}"),
        (leads, "all_chat_administrators"),
        (True, "all_group_chats"),
        (True, "default"),
    ]
    return [scope for applies, scope in every if applies]


def menu_of(bot: Bot, chat: Chat, person: Person) -> list[Json]:
    language = (person.language_code or "")[:2].lower()
    for scope in scopes_for(chat, person):
        for code in dict.fromkeys((language, "")):
            if bot.commands.get((scope, code)):
                return bot.commands[scope, code]
    return []


def command_views(chat: Chat, person: Person) -> list[CommandView]:
    """Return the menu of a chat; in a group that of every bot there."""
    bots = [chat.bot] if isinstance(chat, PrivateChat) else chat.bots() if isinstance(chat, Group) else []
    return [
        CommandView(command=line["command"], description=line["description"], bot_username=bot.username)
        for bot in bots
        for line in menu_of(bot, chat, person)
    ]
