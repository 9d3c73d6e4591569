"""Under measurement: the program with its updates fed as raw JSON where polling and webhook hand them over.

`python -m bench.report_program DATABASE_URL HOME API`. No delivery and no clock run here: the reports are stored, their
cards lie in the outbox, the replies leave.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup
from pydantic import SecretStr

from backend.kernel.settings import Settings
from bench.answering import answer_questions, run, timed
from bench.residents import FIRST_ID, Feed, Resident
from bench.stub_telegram import TOKEN
from bench.town import BOUNDS, PEOPLE, make_town
from bot.app import App, open_app
from bot.polling import parsed
from bot.roles import spare_the_collector

AT_ONCE = 96


class Telephones(BaseRequestMiddleware):
    """Shows each resident the buttons of what leaves for them, once it has left."""

    def __init__(self, residents: Sequence[Resident]) -> None:
        self._residents = residents

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        response = await make_request(bot, method)
        number = getattr(method, "chat_id", 0) - FIRST_ID
        if 0 <= number < len(self._residents):
            markup = getattr(method, "reply_markup", None)
            self._residents[number].hears(_presses(markup), place=isinstance(markup, ReplyKeyboardMarkup))
        return response


def _presses(markup: Any) -> list[str]:
    if not isinstance(markup, InlineKeyboardMarkup):
        return []
    return [button.callback_data for row in markup.inline_keyboard for button in row if button.callback_data]


class Crowd:
    """The residents, of whom the one who has been silent longest reports next."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._bot = app.bots["main"]
        self.residents = [Resident(number, BOUNDS) for number in range(PEOPLE)]
        self._bot.session.middleware(Telephones(self.residents))
        self._silent = deque(self.residents)

    async def feed(self, body: bytes) -> None:
        update = parsed(self._bot, json.loads(body))
        assert update is not None
        await self._app.updates.handle(self._bot, "main", update)

    async def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """`reports`: so many whole reports; `submits`: so many last presses, all that goes before is not timed."""
        some = [self._silent.popleft() for _ in range(question["count"])]
        self._silent.extend(some)
        before = sum(one.updates for one in some)
        if question["what"] == "submits":
            await each(some, lambda one: one.writes(self.feed))
            await self._app.answers.settled()
            return await timed(self._run(some, lambda one: one.submits(self.feed)))
        told = await timed(self._run(some, lambda one: report(one, self.feed)))
        return told | {"done": sum(one.updates for one in some) - before}

    async def _run(self, some: Sequence[Resident], act: Callable[[Resident], Awaitable[None]]) -> int:
        await each(some, act)
        await self._app.answers.settled()
        return len(some)


async def report(resident: Resident, feed: Feed) -> None:
    """One whole report."""
    await resident.writes(feed)
    await resident.submits(feed)


async def each(some: Sequence[Resident], act: Callable[[Resident], Awaitable[None]]) -> None:
    """Let all act, a few at a time."""
    waiting = deque(some)

    async def one_after_another() -> None:
        while waiting:
            await act(waiting.popleft())

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


async def main(database_url: str, home: str, api: str) -> None:
    """Answer questions about reports."""
    settings = Settings(
        database_url=database_url,
        home=Path(home),
        bot_token=SecretStr(TOKEN),
        telegram_api=api,
        updates_per_person_per_minute=100_000,
        messages_per_second=100_000,
        log_level="WARNING",
    )
    await make_town(settings)
    async with open_app(settings) as app:
        app.nursery.start(app.answers.note_forever(), name="answers.note")
        spare_the_collector()  # as `youlin run` does
        await answer_questions(Crowd(app).answer)


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
