"""A local Telegram with a main and a duty bot, people, and the channel that speaks to it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from backend.kernel.files import DiskFileStore
from bot.senders.bots import Speakers, make_speakers
from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.serve import serve
from playground.telegram.state import Bot
from playground.telegram.world import World
from tests.chat.senders.counter import Counter

MAIN_TOKEN, DUTY_TOKEN = "42:youlin", "43:youlinduty"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bot(world: World) -> Bot:
    return world.add_bot(MAIN_TOKEN, "youlin_bot", "Youlin")


@pytest.fixture
def duty_bot(world: World) -> Bot:
    return world.add_bot(DUTY_TOKEN, "youlin_duty_bot", "Duty")


@pytest.fixture
def phones(world: World, bot: Bot) -> PhoneBook:
    return PhoneBook(world)


@pytest.fixture
async def wang(phones: PhoneBook, bot: Bot) -> Phone:
    phone = phones.new("Wang Fang")
    await phone.starts(bot=bot)
    return phone


@pytest.fixture
def store(tmp_path: Path) -> DiskFileStore:
    return DiskFileStore(tmp_path / "media")


@pytest.fixture
async def address(world: World, bot: Bot) -> AsyncIterator[str]:
    async with serve(world) as url:
        yield url


@pytest.fixture
async def speakers(address: str, store: DiskFileStore) -> AsyncIterator[Speakers]:
    async with AsyncExitStack() as stack:
        yield await make_speakers(stack, api=address, main_token=MAIN_TOKEN, store=store)


@pytest.fixture
async def two_speakers(address: str, duty_bot: Bot, store: DiskFileStore) -> AsyncIterator[Speakers]:
    async with AsyncExitStack() as stack:
        yield await make_speakers(stack, api=address, main_token=MAIN_TOKEN, duty_token=DUTY_TOKEN, store=store)


@pytest.fixture
def counter(speakers: Speakers) -> Counter:
    return Counter(speakers.channel)
