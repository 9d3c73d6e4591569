"""The floor: a bare aiogram handler with one ORM insert and commit per update, and one reply.

`python -m bench.report_floor DATABASE_URL API`
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from sqlalchemy import BigInteger, DateTime, String
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.kernel.clock import SystemClock
from bench.answering import answer_questions, run, timed
from bench.report_program import AT_ONCE
from bench.residents import Feed, Resident
from bench.stub_telegram import TOKEN
from bench.town import BOUNDS, PEOPLE
from handlers.reports.presses import ReportButton, ReportPress


class Base(DeclarativeBase):
    pass


class Report(Base):
    """One row per update."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(String(4096))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def build_dispatcher(sessions: async_sessionmaker[AsyncSession]) -> Dispatcher:
    """Two handlers, no filters, no state."""
    dispatcher, clock = Dispatcher(disable_fsm=True), SystemClock()

    async def keep(user_id: int, text: str) -> None:
        async with sessions() as session:
            session.add(Report(user_id=user_id, text=text, at=clock.now()))
            await session.commit()

    @dispatcher.message()
    async def wrote(message: Message) -> None:
        await keep(message.chat.id, message.text or message.caption or "")
        await message.answer("ok")

    @dispatcher.callback_query()
    async def pressed(call: CallbackQuery) -> None:
        await keep(call.from_user.id, call.data or "")
        await call.answer()

    return dispatcher


async def _presses(resident: Resident, feed: Feed) -> None:
    await resident.presses(feed, ReportPress(ReportButton.CATEGORY, 12))


Step = Callable[[Resident, Feed], Awaitable[None]]
STEPS: Mapping[str, Sequence[Step]] = {
    "reports": (Resident.sends_photo, _presses, _presses, _presses, Resident.sends_place, _presses),
    "submits": (_presses,),
}


class Stream:
    """The updates of residents' reports in the kinds that the program meets; whoever wrote them does not wait."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher) -> None:
        self._bot, self._dispatcher = bot, dispatcher
        self._residents = deque(Resident(number, BOUNDS) for number in range(PEOPLE))

    async def feed(self, body: bytes) -> None:
        await self._dispatcher.feed_raw_update(self._bot, json.loads(body))

    async def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """`reports`: so many times the updates of a usual report; `submits`: so many presses."""
        return await timed(self._all(question["count"], STEPS[question["what"]]))

    async def _all(self, count: int, steps: Sequence[Step]) -> int:
        waiting = deque(range(count))

        async def one_after_another() -> None:
            while waiting:
                waiting.popleft()
                resident = self._residents[0]
                self._residents.rotate(-1)
                for step in steps:
                    await step(resident, self.feed)

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
        return count * len(steps)


async def main(database_url: str, api: str) -> None:
    """Answer questions about updates."""
    engine = create_async_engine(database_url, pool_size=10, max_overflow=10)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    async with Bot(TOKEN, session=session).context() as bot:
        dispatcher = build_dispatcher(async_sessionmaker(engine, expire_on_commit=False))
        await answer_questions(Stream(bot, dispatcher).answer)
    await engine.dispose()


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
