"""The same update twice, late, reversed, at once or forged: nothing more changes and nothing more is said (P2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from backend.issues.models import Issue, Task
from backend.kernel.arrivals import Arrival
from backend.kernel.audit import AuditEntry
from backend.messaging.models import Message
from bot.webhook import LARGEST_BODY, SECRET_HEADER, webhook_router
from playground.telegram.faults import Fault
from playground.telegram.phones import Phone
from tests.chat.town import Town, open_town
from tests.faults.scene import SECRET
from tests.faults.story import press, report, shows

COUNTED = (Issue, Task, Arrival, AuditEntry, Message)


async def rows(town: Town) -> dict[str, int]:
    """How many rows there are of what an update could add."""
    async with town.app.work.look() as uow:
        return {
            table.__tablename__: await uow.session.scalar(select(func.count()).select_from(table)) or 0
            for table in COUNTED
        }


def said_to(phone: Phone) -> list[str]:
    """What the bot's messages in the private chat say now."""
    return [m["text"] or "" for m in phone.messages() if m["sender"] and m["sender"]["is_bot"]]


async def test_updates_that_come_twice_and_reversed_by_polling_are_done_once(database_url: str, tmp_path: Path) -> None:
    async with open_town(database_url, tmp_path) as town:
        town.telegram.order_fault(Fault("duplicate_updates", times=1_000))
        town.telegram.order_fault(Fault("reorder_updates", times=1_000))
        wang, liu = town.phone("Wang Fang"), town.phone("Liu Yang")

        await asyncio.gather(
            report(wang, "三楼楼道堵了", ("安全隐患", "楼道堆物"), grid=1),
            report(liu, "楼上半夜装修", ("公共设施", "噪声扰民"), grid=2),
        )
        await town.app.answers.settled()

        assert (await rows(town))["issue"] == 2
        for phone in (wang, liu):
            assert len(said_to(phone)) == len(set(said_to(phone))), said_to(phone)


async def test_a_button_pressed_ten_times_at_once_works_once(database_url: str, tmp_path: Path) -> None:
    async with open_town(database_url, tmp_path) as town:
        wang = town.phone("Wang Fang")
        await wang.sends_photo("三楼楼道堵了")
        await press(wang, "安全隐患")
        await press(wang, "楼道堆物")
        await shows(wang, "在什么地方")
        await wang.sends_location(29.577, 106.532)
        review = await shows(wang, "请看一看")

        await asyncio.gather(*(wang.presses("提交", on=review, within=30) for _ in range(10)))
        await town.app.answers.settled()

        assert (await rows(town))["issue"] == 1
        assert sum("已收到" in text for text in said_to(wang)) == 1


@asynccontextmanager
async def webhook_town(url: str, home: Path) -> AsyncIterator[tuple[Town, httpx.AsyncClient]]:
    """The program with its webhook door and nothing that fetches updates: the test brings them itself."""
    async with open_town(url, home, starts_bot=False) as town:
        application = FastAPI()
        application.include_router(webhook_router(dict(town.app.bots), town.app.updates, SECRET))
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            yield town, client


def taken(town: Town) -> list[dict[str, Any]]:
    """The updates that wait for the bot, taken out of the local Telegram."""
    bot = next(iter(town.telegram.bots.values()))
    waiting = list(bot.updates.pending)
    bot.updates.clear()
    return waiting


async def bring(client: httpx.AsyncClient, update: dict[str, Any]) -> int:
    return (await client.post("/telegram/main", json=update, headers={SECRET_HEADER: SECRET})).status_code


async def test_a_webhook_that_repeats_itself_at_once_and_days_later_changes_nothing_more(
    database_url: str, tmp_path: Path
) -> None:
    async with webhook_town(database_url, tmp_path) as (town, client):
        wang = town.phone("Wang Fang")
        brought: list[dict[str, Any]] = []

        async def every_update_three_times_at_once() -> None:
            for update in taken(town):
                brought.append(update)
                assert await asyncio.gather(*(bring(client, update) for _ in range(3))) == [200] * 3
            await town.app.answers.settled()

        await wang.sends_photo("三楼楼道堵了")
        await every_update_three_times_at_once()
        for label in ("安全隐患", "楼道堆物"):
            await press(wang, label)
            await every_update_three_times_at_once()
        await wang.sends_location(29.577, 106.532)
        await every_update_three_times_at_once()
        await press(wang, "提交")
        await every_update_three_times_at_once()
        before, words_before = await rows(town), said_to(wang)
        town.hours_pass(20)
        for update in reversed(brought):
            assert await bring(client, update) == 200
        await town.app.answers.settled()

        assert await rows(town) == before
        assert before["issue"] == 1
        assert said_to(wang) == words_before
        assert len(words_before) == len(set(words_before))


FORGERIES = [
    pytest.param({}, "/telegram/main", id="no secret"),
    pytest.param({SECRET_HEADER: ""}, "/telegram/main", id="empty secret"),
    pytest.param({SECRET_HEADER: SECRET[:-1]}, "/telegram/main", id="wrong secret"),
    pytest.param({SECRET_HEADER: "密"}, "/telegram/main", id="a secret that is no ASCII"),
    pytest.param({SECRET_HEADER: SECRET}, "/telegram/other", id="a door that is not there"),
]


@pytest.mark.parametrize(("headers", "path"), FORGERIES)
async def test_a_forged_webhook_call_is_refused_and_writes_nothing(
    sqlite_url: str, tmp_path: Path, headers: dict[str, str], path: str
) -> None:
    async with webhook_town(sqlite_url, tmp_path) as (town, client):
        before = await rows(town)
        await town.phone("Wang Fang").sends("你好")
        *_, update = taken(town)

        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = await client.post(path, json=update, headers=encoded)

        assert answer.status_code == 403
        assert await rows(town) == before


BODIES = [
    pytest.param(b'{"update_id": 1, "mess', 400, id="truncated"),
    pytest.param(b"\xff\xfe", 400, id="not UTF-8"),
    pytest.param(b"", 400, id="empty"),
    pytest.param(b"x" * (LARGEST_BODY + 1), 413, id="oversized"),
    pytest.param(b"[]", 200, id="not an object"),
    pytest.param(b'{"update_id": 1}', 200, id="an update without content"),
    pytest.param(json.dumps({"update_id": 2**70, "message": {"text": 5}}).encode(), 200, id="of a wrong shape"),
]


@pytest.mark.parametrize(("body", "status"), BODIES)
async def test_a_spoiled_body_is_refused_and_writes_nothing(
    sqlite_url: str, tmp_path: Path, body: bytes, status: int
) -> None:
    async with webhook_town(sqlite_url, tmp_path) as (town, client):
        before = await rows(town)

        answer = await client.post("/telegram/main", content=body, headers={SECRET_HEADER: SECRET})

        assert answer.status_code == status
        assert await rows(town) == before
