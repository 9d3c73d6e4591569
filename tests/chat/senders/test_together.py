"""Outbox, delivery loop and Telegram channel together, over HTTP, under Telegram's limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from backend.kernel.background import Nursery
from backend.messaging.cards import post_card
from backend.messaging.contents import ChannelName, Content, Lane, telegram_chat
from backend.messaging.deliver import DeliveryLoop
from backend.messaging.events import ChatMigrated, ContactBlocked
from backend.messaging.outbox import enqueue
from bot.senders.aiogram_pacing import Pacing
from bot.senders.bots import Speakers
from playground.telegram import groups
from playground.telegram.faults import Fault
from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.state import Bot
from playground.telegram.world import World
from tests.service.messaging.post_office import QUICK, PostOffice, open_office


@pytest.fixture
async def office(sqlite_url: str, speakers: Speakers) -> AsyncIterator[PostOffice]:
    """A post office whose loop delivers to the local Telegram."""
    office = open_office(sqlite_url)
    nursery = Nursery()
    channels = {ChannelName.TELEGRAM: speakers.channel}
    loop = DeliveryLoop(office.work, channels, bell=office.bell, nursery=nursery, name="loop", rhythm=QUICK)
    nursery.start(loop.run(), name="delivery loop")
    yield office
    await loop.close(1)
    assert not nursery.failed.is_set()
    await nursery.close()
    await office.work.database.close()


async def started(phones: PhoneBook, bot: Bot, number: int) -> list[Phone]:
    people = [phones.new(f"neighbour {n}") for n in range(number)]
    for person in people:
        await person.starts(bot=bot)
    return people


async def test_a_card_is_posted_and_then_edited_in_the_group(
    world: World, bot: Bot, wang: Phone, office: PostOffice
) -> None:
    group = groups.create_group(world, "grid 1", wang.person.id, [bot.id])
    for text in ("open", "claimed"):
        async with office.work.begin() as uow:
            await post_card(uow, key="task:1", to=telegram_chat(group.id), content=Content(text), lane=Lane.NORMAL)
        await office.until_idle()

    cards = [
        message["text"] for message in wang.messages(group.id) if message["sender"] and message["sender"]["is_bot"]
    ]
    assert cards == ["claimed"]


async def test_a_group_is_followed_to_its_new_number_and_who_blocked_us_is_known(
    world: World, bot: Bot, wang: Phone, office: PostOffice
) -> None:
    group = groups.create_group(world, "grid 1", wang.person.id, [bot.id])
    groups.upgrade(world, group.id)
    await office.write(group.id, "to the group")
    await wang.blocks()
    await office.write(wang.person.id, "to Wang")

    await office.until_idle()

    assert group.upgraded_to is not None
    assert wang.last_message(group.upgraded_to)["text"] == "to the group"
    assert ChatMigrated(group.id, group.upgraded_to) in office.heard
    assert ContactBlocked("telegram", str(wang.person.id), None) in office.heard


async def test_an_alarm_passes_a_broadcast_and_no_limit_is_broken(
    world: World, bot: Bot, phones: PhoneBook, wang: Phone, office: PostOffice
) -> None:
    world.limits.set_model("bucket")
    people = await started(phones, bot, 120)
    async with office.work.begin() as uow:
        for person in people:
            to = telegram_chat(person.person.id)
            await enqueue(uow, to=to, content=Content("news"), lane=Lane.BULK, dedup_key=f"news:{person.person.id}")
    await office.until(lambda: world.calls["sendMessage"] > 20)

    begin = monotonic()
    await office.write(wang.person.id, "fire", Lane.EMERGENCY)
    await wang.sees("fire")
    took = monotonic() - begin

    left_to_say = 120 - sum(person.last_message()["text"] == "news" for person in people)
    assert left_to_say > 0, "the broadcast was over before the alarm"
    assert took < 1
    await office.until_idle(30)
    assert world.refusals[429] == 0
    assert all([m["text"] for m in person.messages()].count("news") == 1 for person in people)


async def test_replies_of_aiogram_and_the_outbox_draw_from_one_budget(
    world: World, bot: Bot, phones: PhoneBook, address: str, speakers: Speakers, office: PostOffice
) -> None:
    world.limits.set_model("bucket")
    people = await started(phones, bot, 60)
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    session.middleware(Pacing(speakers.limiters["main"]))
    async with AiogramBot("42:youlin", session=session).context() as replies:
        async with office.work.begin() as uow:
            for person in people[:40]:
                to = telegram_chat(person.person.id)
                await enqueue(uow, to=to, content=Content("news"), lane=Lane.BULK, dedup_key=str(person.person.id))
        await asyncio.gather(*(replies.send_message(person.person.id, "answer") for person in people))
        await office.until_idle(30)

    assert world.refusals[429] == 0


async def test_a_reply_that_hears_429_is_said_when_the_pause_is_over(
    world: World, wang: Phone, address: str, speakers: Speakers
) -> None:
    world.order_fault(Fault("too_many_requests", "sendMessage", seconds=1))
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    session.middleware(Pacing(speakers.limiters["main"]))

    async with AiogramBot("42:youlin", session=session).context() as replies:
        await replies.send_message(wang.person.id, "answer")

    assert wang.last_message()["text"] == "answer"
