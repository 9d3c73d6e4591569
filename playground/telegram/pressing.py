"""Presses on inline buttons, honest and forged."""

from __future__ import annotations

from .errors import Impossible
from .render import callback_object
from .shapes import PressView
from .state import Message, Person, Press, PrivateChat
from .world import World
from .writing import message_in


def press(world: World, person: Person, chat: int, message: int, row: int, column: int) -> Press:
    """Press an inline button; the answer comes with the bot's answerCallbackQuery."""
    found = message_in(world.window(person, chat), message)
    rows = (found.markup or {}).get("inline_keyboard", [])
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise Impossible("no such button", status=404)
    button = rows[row][column]
    if "callback_data" not in button:
        raise Impossible("this button is not answered by the bot")
    return _press(world, person, found, button["callback_data"])


def press_forged(world: World, person: Person, chat: int, message: int, data: str) -> Press:
    """Send any callback data about any message of the bot, as a patched client can."""
    return _press(world, person, message_in(world.window(person, chat), message), data)


def _press(world: World, person: Person, message: Message, data: str) -> Press:
    bot = world.bots.get(message.sender.id) if message.sender else None
    if bot is None:
        raise Impossible("the message is not a bot's")
    if isinstance(message.chat, PrivateChat) and message.chat.blocked:
        raise Impossible("the bot is blocked")
    pressed = Press(world.new_id(), person, message, data, world.now())
    world.presses[pressed.id] = pressed
    bot.updates.add("callback_query", callback_object(bot, pressed.id, person, message, data))
    return pressed


def answered_at_once(chat_id: int, message_id: int) -> PressView:
    """Return what a key of the reply keyboard comes to: it only sends a message, the bot owes no answer."""
    return PressView(
        id="", chat_id=chat_id, message_id=message_id, data="", answered=True, text=None, alert=False, url=None
    )
