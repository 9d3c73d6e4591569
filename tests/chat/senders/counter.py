"""A counter at which tests hand messages to the Telegram channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from backend.messaging.channel import Outcome, OutgoingMessage
from backend.messaging.contents import Content, Lane, telegram_chat
from backend.messaging.models import Action
from bot.senders.telegram import TelegramChannel


@dataclass
class Counter:
    """Hands over one message at a time; `begun` counts the attempts that were written down."""

    channel: TelegramChannel
    begun: int = 0
    _ids: count[int] = field(default_factory=lambda: count(1))

    async def _starting(self) -> None:
        self.begun += 1

    async def hands_over(
        self,
        chat: int,
        content: Content | str,
        *,
        lane: Lane = Lane.NORMAL,
        thread: int | None = None,
        **more: Any,
    ) -> Outcome:
        """Send to a chat at once."""
        words = Content(content) if isinstance(content, str) else content
        number = next(self._ids)
        message = OutgoingMessage(
            number,
            telegram_chat(chat, thread_id=thread),
            lane,
            more.pop("action", Action.POST),
            words,
            str(number),
            **more,
        )
        return await self.channel.send(message, self._starting)
