"""aiogram's HTTP session, quicker where every reply passes: plain JSON in place of forms, models of answers kept."""

from __future__ import annotations

from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import FormData
from aiohttp.payload import BytesPayload
from pydantic_core import to_json

WITHOUT_FILES = (AnswerCallbackQuery, EditMessageText, SendMessage)
"""What most replies are. Methods that may carry files go as forms, in the library's own way."""


@cache
def answer_model(returning: Any) -> type[Response[Any]]:
    """The model of an answer. pydantic holds generic models only weakly, and building one takes milliseconds."""
    return Response[returning]


class TelegramSession(AiohttpSession):
    """Use it wherever a bot of ours speaks through aiogram."""

    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> FormData | BytesPayload:  # type: ignore[override]
        """The body of a request; Telegram reads JSON as well as forms, and a form is a fair part of a reply's cost."""
        if not isinstance(method, WITHOUT_FILES) or getattr(method, "reply_parameters", None) is not None:
            return super().build_form_data(bot, method)
        return BytesPayload(_as_json(bot, method), content_type="application/json")

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        answer_model(method.__returning__)
        return super().check_response(bot, method, status_code, content)


def _as_json(bot: Bot, method: TelegramMethod[Any]) -> bytes:
    """What was said, and the bot's defaults where nothing was."""
    said = method.model_dump(exclude_none=True, warnings=False)
    fields = {name: bot.default[value.name] if isinstance(value, Default) else value for name, value in said.items()}
    return to_json({name: value for name, value in fields.items() if value is not None}, exclude_none=True)
