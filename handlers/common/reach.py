"""The filters for messages that are meant for the bot: said to it alone, or in a group in reply to it."""

from __future__ import annotations

from aiogram import F
from aiogram.enums import ChatType

IN_PRIVATE = F.chat.type == ChatType.PRIVATE
IN_REACH = IN_PRIVATE | F.reply_to_message.from_user.is_bot
"""With group privacy on, Telegram brings nothing else from a group but commands."""
