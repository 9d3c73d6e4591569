"""Which bots hear a message: membership, privacy mode, and never their own words."""

from __future__ import annotations

from .entities import units
from .state import Bot, Group, Json, Message, PrivateChat


def bots_hearing(message: Message) -> list[Bot]:
    """Return the bots whose queues the message goes into."""
    chat = message.chat
    if isinstance(chat, PrivateChat):
        return [] if message.sender is chat.bot or chat.blocked else [chat.bot]
    assert isinstance(chat, Group)
    if isinstance(message.sender, Bot) and not message.service:
        return []  # bots do not see each other's messages
    return [bot for bot in chat.bots() if bot is not message.sender and _meant_for(bot, chat, message)]


def _meant_for(bot: Bot, group: Group, message: Message) -> bool:
    """Whether privacy mode lets the bot see a group's message."""
    if message.service or not bot.privacy or group.members[bot.id].leads:
        return True
    if message.reply_to is not None and message.reply_to.sender is bot:
        return True
    for entity, text in _marked(message):
        if entity["type"] == "mention" and text.lower() == f"@{bot.username.lower()}":
            return True
        if entity["type"] == "bot_command":
            _, at, addressee = text.partition("@")
            if addressee.lower() == bot.username.lower() if at else group.last_bot_to_speak in (None, bot.id):
                return True
    return False


def _marked(message: Message) -> list[tuple[Json, str]]:
    text = message.text or ""
    if units(text) == len(text):
        return [(e, text[e["offset"] : e["offset"] + e["length"]]) for e in message.entities]
    wide = text.encode("utf-16-le")
    cut = [(e, wide[2 * e["offset"] : 2 * (e["offset"] + e["length"])]) for e in message.entities]
    return [(entity, piece.decode("utf-16-le")) for entity, piece in cut]
