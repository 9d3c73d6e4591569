"""Who writes to the bot has one account, whose name, language and roles are those of now."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.kernel.access import Grant, Role
from backend.registry.accounts import (
    TelegramUser,
    account_for_telegram_user,
    actor_of_account,
    choose_language,
    language_of_account,
)
from backend.registry.errors import LanguageUnknown
from backend.registry.models import Account
from tests.service.registry.people import account_of, somebody_new
from tests.service.world import World


async def test_two_first_messages_at_once_make_one_account(world: World):
    async def write() -> int:
        async with world.work.begin() as uow:
            return (await account_for_telegram_user(uow, TelegramUser(9_000, "Ma Li"))).id

    first, second = await asyncio.gather(write(), write())

    async with world.work.look() as uow:
        rows = await uow.session.scalar(select(func.count()).where(Account.telegram_id == 9_000))
    assert (first, rows) == (second, 1)


async def test_a_new_name_a_new_language_and_an_unblocked_bot_are_noticed(world: World):
    async with world.work.begin() as uow:
        account, _ = await somebody_new(uow)
        account.blocked_at = uow.now
    world.clock.advance(timedelta(hours=2))

    async with world.work.begin() as uow:
        account = await account_for_telegram_user(uow, TelegramUser(9_000, "友" * 200, "new_name", "en"))

    assert account.display_name == "友" * 130
    assert (account.username, language_of_account(account)) == ("new_name", "en")
    assert account.blocked_at is None
    assert account.seen_at == world.clock.now()


async def test_names_that_no_database_would_take_are_cut_to_what_it_takes(world: World):
    async with world.work.begin() as uow:
        user = TelegramUser(9_000, "Ma\x00 Li\u202e😀", "name" * 50, "zh-hans" * 9)
        account = await account_for_telegram_user(uow, user)

    assert (account.display_name, account.username) == ("Ma Li\u202e😀", "name" * 16)
    assert language_of_account(account) == "zh_Hans"


async def test_the_chosen_language_wins_over_telegrams_until_it_is_given_back(world: World):
    async with world.work.begin() as uow:
        account, _ = await somebody_new(uow)
        await choose_language(uow, account=account, language="en")
        assert language_of_account(account) == "en"

        await choose_language(uow, account=account, language=None)

        assert language_of_account(account) == "zh_Hans"
        with pytest.raises(LanguageUnknown):
            await choose_language(uow, account=account, language="tlh")


async def test_an_actor_has_exactly_the_live_roles_with_their_units(world: World):
    async with world.work.look() as uow:
        actor = await actor_of_account(uow, await account_of(uow, world, "worker Li"))
        stranger = await actor_of_account(uow, await account_of(uow, world, "stranger"))

    assert actor.grants == (Grant(Role.GRID_WORKER, world.path("grid-1")),)
    assert actor.person_id is not None
    assert (stranger.grants, stranger.person_id) == ((), None)
