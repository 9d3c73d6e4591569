"""A local Telegram with one bot, a resident, a worker and two ways to be the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ExtBot

from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.serve import serve
from playground.telegram.state import Bot
from playground.telegram.world import World

from .raw import RawBot

TOKEN = "42:youlin"


class HandClock:
    """Stands still until moved; also the limiter's ticks."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def ticks(self) -> float:
        return self.moment.timestamp()

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world(clock: HandClock) -> World:
    return World(clock, ticks=clock.ticks)


@pytest.fixture
def bot(world: World) -> Bot:
    return world.add_bot(TOKEN, "youlin_bot", "友邻")


@pytest.fixture
def phones(world: World, bot: Bot) -> PhoneBook:
    return PhoneBook(world)


@pytest.fixture
def wang(phones: PhoneBook) -> Phone:
    return phones.new("王芳", phone="+8613800000001")


@pytest.fixture
def li(phones: PhoneBook) -> Phone:
    return phones.new("李伟", username="liwei", phone="+8613800000002")


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    async with serve(world) as url:
        yield url


@pytest.fixture
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def raw(http: httpx.AsyncClient, bot: Bot) -> RawBot:
    return RawBot(http, TOKEN)


@pytest.fixture
async def aiogram_bot(address: str, bot: Bot) -> AsyncIterator[AiogramBot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    async with AiogramBot(TOKEN, session=session).context() as client:
        yield client


@pytest.fixture
async def ptb_bot(address: str, bot: Bot) -> AsyncIterator[ExtBot[None]]:
    async with ExtBot(TOKEN, base_url=f"{address}/bot", base_file_url=f"{address}/file/bot") as client:
        yield client
