"""aiogram's replies draw from the limiter of their token, so that two libraries never send twice its rate."""

from __future__ import annotations

import asyncio

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from backend.messaging.contents import Lane
from bot.senders.limiter import LaneRateLimiter, counts_in_chat, is_paced

MOST_TRIES = 3
"""A reply follows a commit and nobody else will say it: a 429 is waited for, but not for ever."""


class Pacing(BaseRequestMiddleware):
    """Register with `bot.session.middleware(Pacing(limiter))`. Methods that Telegram does not count pass at once."""

    def __init__(self, limiter: LaneRateLimiter, lane: Lane = Lane.REPLY) -> None:
        self._limiter = limiter
        self._lane = lane

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        endpoint = method.__api_method__
        chat_id = getattr(method, "chat_id", None)
        if chat_id is None or not is_paced(endpoint):
            return await make_request(bot, method)
        in_chat = counts_in_chat(endpoint, chat_id)
        for _ in range(MOST_TRIES - 1):
            await self._limiter.acquire(chat_id, self._lane, in_chat=in_chat)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as refusal:
                self._limiter.pause(chat_id, refusal.retry_after)
                await asyncio.sleep(0)
        await self._limiter.acquire(chat_id, self._lane, in_chat=in_chat)
        return await make_request(bot, method)
