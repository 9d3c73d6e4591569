"""What a bot says about itself: name, descriptions, commands and the menu button."""

from __future__ import annotations

import re

from playground.telegram.commands import scope_key
from playground.telegram.errors import bad_request
from playground.telegram.render import user_object
from playground.telegram.state import Json

from .call import Call

COMMAND = re.compile(r"^[a-z0-9_]{1,32}$")
LANGUAGE = re.compile(r"^([a-z]{2})?$")
MOST_COMMANDS = 100


def get_me(call: Call) -> Json:
    return user_object(call.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not call.bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def language_of(call: Call) -> str:
    language: str = call.get("language_code", "")
    if not LANGUAGE.match(language):
        raise bad_request("invalid language code specified")
    return language


def commands_place(call: Call) -> tuple[str, str]:
    scope = call.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        call.world.chat_for(call.bot, scope["chat_id"])
    if scope["type"] == "chat_member" and scope["user_id"] not in call.world.people:
        raise bad_request("invalid user_id specified")
    return scope_key(scope), language_of(call)


def set_my_commands(call: Call) -> bool:
    place = commands_place(call)
    commands = call.arguments["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.match(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[place] = [
        {"command": c["command"].removeprefix("/"), "description": c["description"].strip()} for c in commands
    ]
    return True


def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(commands_place(call), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(commands_place(call), None)
    return True


def _set_text(call: Call, table: dict[str, str], name: str, longest: int) -> bool:
    language, text = language_of(call), call.get(name, "")
    if len(text) > longest:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    if text:
        table[language] = text
    else:
        table.pop(language, None)
    return True


def set_my_name(call: Call) -> bool:
    return _set_text(call, call.bot.names, "name", 64)


def get_my_name(call: Call) -> Json:
    return {"name": call.bot.names.get(language_of(call), call.bot.name)}


def set_my_description(call: Call) -> bool:
    return _set_text(call, call.bot.descriptions, "description", 512)


def get_my_description(call: Call) -> Json:
    return {"description": call.bot.descriptions.get(language_of(call), call.bot.descriptions.get("", ""))}


def set_my_short_description(call: Call) -> bool:
    return _set_text(call, call.bot.short_descriptions, "short_description", 120)


def get_my_short_description(call: Call) -> Json:
    known = call.bot.short_descriptions
    return {"short_description": known.get(language_of(call), known.get("", ""))}


def set_chat_menu_button(call: Call) -> bool:
    person_id = call.get("chat_id")
    button = call.get("menu_button") or {"type": "default"}
    if person_id is not None:
        call.world.chat_for(call.bot, person_id)
    if button["type"] == "web_app" and not button["web_app"]["url"].startswith("https://"):
        raise bad_request("menu button Web App URL is invalid: Only HTTPS links are allowed")
    call.bot.menu_buttons[person_id] = button
    return True


def get_chat_menu_button(call: Call) -> Json:
    buttons = call.bot.menu_buttons
    return buttons.get(call.get("chat_id")) or buttons.get(None) or {"type": "commands"}
