"""F3: a broadcast under Telegram's limits, and what an urgent message waits meanwhile; beside a naive gather."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx
import uvloop
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter

from backend.kernel.background import Nursery
from backend.messaging.contents import ChannelName, Content, Lane, telegram_chat
from backend.messaging.deliver import DeliveryLoop
from backend.messaging.outbox import enqueue
from bench.children import ROOT
from bench.figures import Row, Section, Spread, quantile
from bench.machine import Noise
from bench.outbox import databases, open_empty_work
from bot.senders.bots import make_speakers

NAME = "broadcast"
METHOD = """The local Telegram runs as a process of its own under its token-bucket model (30 tokens, 30 a second, one
message a second to a chat; the model is ours, Telegram publishes none). One thousand people get one message each;
meanwhile every half second somebody else gets an alarm. In turns: our outbox with its delivery loop and limiter, and a
gather over all that waits as long as each 429 says and tries again. The rate is that of all messages that arrived, from
the first to the last; an alarm's time runs from its commit (or the call) to its arrival in the chat."""
TOKEN = "42:broadcast"
ROUNDS, PEOPLE, ALARMED = 2, 1000, 100
ALARM_EVERY = 0.5
OVERALL = 30.0
NEWS, ALARM = "社区通知：明天上午停水，请提前储水。", "alarm"

Sending = Callable[[int, str], Awaitable[None]]


@dataclass
class Chats:
    """What arrived in the people's chats, heard over the control API, and what Telegram refused."""

    people: list[int]
    api: httpx.AsyncClient
    arrived: dict[str, float] = field(default_factory=dict)
    news: list[float] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Note the moment of every message, for ever."""
        async with self.api.stream("GET", "/playground/api/events", timeout=None) as events:
            async for line in events.aiter_lines():
                if not line.startswith("data:"):
                    continue
                text = ((json.loads(line[5:]).get("message") or {}).get("text")) or ""
                if text == NEWS:
                    self.news.append(perf_counter())
                elif text.startswith(ALARM):
                    self.arrived[text] = perf_counter()
                self.heard.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until what arrived makes `is_so` true."""
        while not is_so():
            self.heard.clear()
            await self.heard.wait()

    async def refused(self) -> int:
        """How many 429 there were since the last clear."""
        statistics = (await self.api.get("/playground/api/statistics")).json()
        return sum(count for code, count in statistics["refusals"].items() if int(code) == 429)


@dataclass(frozen=True)
class Told:
    """One broadcast: messages a second, 429s, and each alarm's seconds."""

    rate: float
    refused: int
    alarms: list[float]


async def outbox(chats: Chats, address: str, url: str) -> Told:
    """Everything through the outbox."""
    work, bell = open_empty_work(url)
    nursery = Nursery()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(work.database.close)
        stack.push_async_callback(nursery.close)
        speakers = await make_speakers(stack, api=address, main_token=TOKEN)
        channels = {ChannelName.TELEGRAM: speakers.channel}
        loop = DeliveryLoop(work, channels, bell=bell, nursery=nursery, name="bench")

        async def write(person: int, text: str, lane: Lane) -> None:
            async with work.begin() as uow:
                key = f"{text}:{person}"
                await enqueue(uow, to=telegram_chat(person), content=Content(text), lane=lane, dedup_key=key)

        async def alarm(person: int, text: str) -> None:
            await write(person, text, Lane.EMERGENCY)

        async with work.begin() as uow:
            for person in chats.people[ALARMED:]:
                key = f"news:{person}"
                to = telegram_chat(person)
                await enqueue(uow, to=to, content=Content(NEWS), lane=Lane.BULK, dedup_key=key)
        nursery.start(loop.run(), name="delivery")
        return await _watched(chats, alarm)


async def gather(chats: Chats, address: str, _url: str) -> Told:
    """Everything at once."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(address), limit=1000)
    async with Bot(TOKEN, session=session).context() as bot, asyncio.TaskGroup() as group:

        async def send(person: int, text: str) -> None:
            while True:
                try:
                    await bot.send_message(person, text)
                except TelegramRetryAfter as refusal:
                    await asyncio.sleep(refusal.retry_after)
                else:
                    return

        async def alarm(person: int, text: str) -> None:
            group.create_task(send(person, text))

        for person in chats.people[ALARMED:]:
            group.create_task(send(person, NEWS))
        return await _watched(chats, alarm)


async def _watched(chats: Chats, alarm: Sending) -> Told:
    """Raise alarms until all the news has arrived, then until the last alarm has."""
    wanted, asked = len(chats.people) - ALARMED, dict[str, float]()
    while len(chats.news) < wanted:
        text = f"{ALARM} {len(asked)}"
        asked[text] = perf_counter()
        await alarm(chats.people[len(asked) % ALARMED], text)
        await asyncio.sleep(ALARM_EVERY)
    await chats.until(lambda: len(chats.arrived) == len(asked))
    begin, finish = chats.news[0], chats.news[-1]
    both = len(chats.news) + sum(begin <= moment <= finish for moment in chats.arrived.values())
    alarms = [chats.arrived[text] - moment for text, moment in asked.items()]
    return Told((both - 1) / (finish - begin), await chats.refused(), alarms)


@asynccontextmanager
async def local_telegram(people: int) -> AsyncIterator[tuple[Chats, str]]:
    """A fresh one, with people who have started the bot."""
    arguments = ["--bot", f"{TOKEN}=youlin_bot", "--people", str(people), "--limits", "bucket"]
    command = [sys.executable, "-m", "playground.telegram", *arguments]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()
    try:
        async with httpx.AsyncClient(base_url=address, timeout=60) as api:
            ids = [person["id"] for person in (await api.get("/playground/api/people")).json()]
            chats = Chats(ids, api)
            listening = asyncio.ensure_future(chats.listen())
            yield chats, address
            listening.cancel()
    finally:
        process.terminate()
        await process.wait()


async def _round(way: Callable[[Chats, str, str], Awaitable[Told]], people: int, url: str, noise: Noise) -> Told:
    async with local_telegram(people + ALARMED) as (chats, address):
        with noise.watched():
            return await way(chats, address, url)


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Ours on SQLite and the gather in turns."""
    rounds, people = (1, 120) if is_smoke else (ROUNDS, PEOPLE)
    ours, theirs = [], []
    for _ in range(rounds):
        with databases() as urls, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            ours.append(runner.run(_round(outbox, people, urls["SQLite"], noise)))
            theirs.append(runner.run(_round(gather, people, "", noise)))
    rows = [*_rows("outbox", ours, "≥ 96", "0"), *_rows("gather", theirs, "", "")]
    return Section(NAME, "a broadcast to a thousand people, and alarms meanwhile (F3)", METHOD, rows)


def _rows(name: str, told: list[Told], share: str, refused: str) -> list[Row]:
    alarms = [taken * 1000 for one in told for taken in one.alarms]
    p99: dict[str, Any] = {"goal": "≤ 1,000 (P7)"} if share else {}
    return [
        Row(f"{name}: share of 30 messages a second", Spread.of(one.rate / OVERALL * 100 for one in told), "%", share),
        Row(f"{name}: answers 429", Spread.of(one.refused for one in told), "", refused),
        Row(f"{name}: an alarm's time, p50", Spread.of([quantile(alarms, 0.5)]), "ms"),
        Row(f"{name}: an alarm's time, p99", Spread.of([quantile(alarms, 0.99)]), "ms", **p99),
    ]
