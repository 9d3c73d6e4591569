"""What happens elsewhere, in the same transaction, because something happened in the registry or in the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from backend.cockpit.models import WebSession
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.messaging.contents import ChannelName, Recipient, telegram_chat
from backend.messaging.events import ContactBlocked
from backend.messaging.models import BlockedContact
from backend.registry.accounts import TelegramUser, account_for_telegram_user
from backend.registry.chats import Served, bind_chat
from backend.registry.grants import end_role
from backend.registry.queries import chat_of_unit, live_grants
from bot.reacting import all_reactions
from tests.service.registry.people import account_of
from tests.service.world import World, open_world


@pytest.fixture
async def connected(database_url: str) -> AsyncIterator[World]:
    """The world with every reaction of the program."""
    database = Database(database_url)
    yield await open_world(database, reactions=all_reactions(load_texts(), Settings(_env_file=None)))
    await database.close()


async def refuse(world: World, to: Recipient) -> None:
    """An address refuses us, as the delivery loop would write it down."""
    async with world.work.begin() as uow:
        uow.session.add(
            BlockedContact(channel=to.channel.value, address=to.address, blocked_at=uow.now, reason="Forbidden")
        )
        uow.record(ContactBlocked(ChannelName.TELEGRAM.value, to.address, to.account_id))


async def refusals(world: World) -> int:
    async with world.work.look() as uow:
        return await uow.session.scalar(select(func.count()).select_from(BlockedContact)) or 0


async def test_whoever_loses_a_role_is_signed_out_of_the_web(connected: World):
    account_id = connected.account_id("staff Chen")
    async with connected.work.begin() as uow:
        uow.session.add(WebSession(account_id=account_id, token_digest="x", created_at=uow.now, seen_at=uow.now))
        [(grant, _)] = await live_grants(uow, account_id)

        await end_role(uow, actor=connected.actor("admin Yin"), grant_id=grant.id)

    async with connected.work.look() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(WebSession)) == 0


async def test_who_blocked_the_bot_and_writes_again_is_reached_again(connected: World):
    async with connected.work.look() as uow:
        account = await account_of(uow, connected, "Wang Fang")
    await refuse(connected, telegram_chat(account.telegram_id, account_id=account.id))
    async with connected.work.look() as uow:
        assert (await account_of(uow, connected, "Wang Fang")).blocked_at is not None

    async with connected.work.begin() as uow:
        account = await account_for_telegram_user(uow, TelegramUser(account.telegram_id, "Wang Fang"))

    assert account.blocked_at is None
    assert await refusals(connected) == 0


async def test_a_group_that_put_the_bot_out_serves_nobody_until_it_is_bound_again(connected: World):
    grid_id, group = connected.units["grid-1"].id, connected.chats["grid-1"].chat_id
    await refuse(connected, telegram_chat(group))
    async with connected.work.look() as uow:
        assert await chat_of_unit(uow, grid_id) is None

    async with connected.work.begin() as uow:
        await bind_chat(uow, actor=connected.actor("staff Chen"), chat_id=group, served=Served(org_unit_id=grid_id))

    async with connected.work.look() as uow:
        assert await chat_of_unit(uow, grid_id) is not None
    assert await refusals(connected) == 0
