"""aiogram's HTTP session with the models of its answers kept: the library builds them anew most of the time."""

from __future__ import annotations

from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType


@cache
def answer_model(returning: Any) -> type[Response[Any]]:
    """The model of an answer. pydantic holds generic models only weakly, and building one takes milliseconds."""
    return Response[returning]


class TelegramSession(AiohttpSession):
    """Use it wherever a bot of ours speaks through aiogram."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        answer_model(method.__returning__)
        return super().check_response(bot, method, status_code, content)
