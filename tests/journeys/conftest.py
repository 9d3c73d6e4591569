"""The town of the stories: whatever the bot says that no step of the story saw fails it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, Select, func, select

from backend.kernel.arrivals import Arrival
from backend.messaging.models import OPEN_STATES, Message
from tests.chat.town import Town, open_town

PATIENCE = 10.0


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The program on SQLite with its people at their telephones; nobody may be told what the story does not tell."""
    async with open_town(sqlite_url, tmp_path) as opened:
        yield opened
        await all_is_said(opened)
        assert opened.phones.unexpected() == []


async def all_is_said(town: Town) -> None:
    """Wait until the program has heard everything, answered it, and sent what is due."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while await _is_busy(town):
        assert asyncio.get_running_loop().time() < deadline, "the program does not come to rest"
        await asyncio.sleep(0.01)


async def _is_busy(town: Town) -> bool:
    if any(bot.updates.pending for bot in town.telegram.bots.values()):
        return True
    async with town.app.work.look() as uow:
        waiting = Message.state.in_(OPEN_STATES) & (Message.next_try_at <= uow.now)
        unsaid = Arrival.answered_at.is_(None)
        return any([await uow.session.scalar(_count(where)) for where in (waiting, unsaid)])


def _count(where: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).where(where)
