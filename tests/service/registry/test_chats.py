"""A group serves one grid, staff or partner; Telegram's upgrades and removals are followed."""

from __future__ import annotations

import asyncio

import pytest

from backend.kernel.errors import AccessDenied, Conflict
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.chats import Served, bind_chat, lose_chat, migrate_chat, unbind_chat
from backend.registry.errors import ChatNotBound, NotAGroup
from backend.registry.events import ChatBound, ChatMigrated, ChatUnbound
from backend.registry.models import BoundChat
from backend.registry.queries import binding_of_chat, chat_of_partner, chat_of_unit
from tests.service.world import World

NEW_GROUP = -100_200_300


def unit(world: World, name: str) -> Served:
    return Served(org_unit_id=world.units[name].id)


async def bind(
    uow: UnitOfWork, world: World, served: Served, name: str = "staff Chen", *, chat_id: int = NEW_GROUP
) -> BoundChat:
    return await bind_chat(uow, actor=world.actor(name), chat_id=chat_id, served=served, title="一组", thread_id=7)


async def test_a_group_bound_to_a_grid_takes_the_place_of_the_one_before(world: World):
    async with world.work.begin() as uow:
        former = await chat_of_unit(uow, world.units["grid-1"].id)
        assert former is not None

        bound = await bind(uow, world, unit(world, "grid-1"))

    async with world.work.look() as uow:
        serving = await chat_of_unit(uow, world.units["grid-1"].id)
        assert serving is not None
        assert (serving.chat_id, serving.thread_id, serving.title) == (NEW_GROUP, 7, "一组")
        assert await binding_of_chat(uow, former.chat_id) is None
    assert world.events(ChatUnbound) == [ChatUnbound(former.id, world.account_id("staff Chen"))]
    assert world.events(ChatBound) == [ChatBound(bound.id)]


async def test_binding_the_same_again_only_moves_the_topic(world: World):
    async with world.work.begin() as uow:
        bound = await bind(uow, world, unit(world, "grid-1"))

        again = await bind_chat(
            uow, actor=world.actor("staff Xu"), chat_id=NEW_GROUP, served=unit(world, "grid-1"), thread_id=9
        )

    assert (again.id, again.thread_id) == (bound.id, 9)
    assert len(world.events(ChatBound)) == 1


async def test_a_group_moves_from_a_grid_to_a_partner(world: World):
    async with world.work.begin() as uow:
        await bind(uow, world, unit(world, "grid-1"))

        await bind(uow, world, Served(partner_id=world.partners["property"].id))

    async with world.work.look() as uow:
        assert await chat_of_unit(uow, world.units["grid-1"].id) is None
        serving = await chat_of_partner(uow, world.partners["property"].id)
    assert serving is not None
    assert serving.chat_id == NEW_GROUP


async def test_who_may_not_bind_there_binds_nothing(world: World):
    async with world.work.begin() as uow:
        for name in ("Wang Fang", "stranger", "worker Li", "leader Tang", "plumber Guo", "foreign staff Bai"):
            with pytest.raises(AccessDenied):
                await bind(uow, world, unit(world, "grid-1"), name)
        with pytest.raises(AccessDenied):
            await bind(uow, world, unit(world, "subdistrict"), "staff Chen")
        with pytest.raises(NotAGroup):
            await bind(uow, world, unit(world, "grid-1"), chat_id=4_711)


async def test_staff_next_door_cannot_take_a_group_away(world: World):
    async with world.work.begin() as uow:
        await bind(uow, world, unit(world, "grid-1"))

        with pytest.raises(AccessDenied):
            await bind(uow, world, unit(world, "neighbour"), "foreign staff Bai")
        with pytest.raises(AccessDenied):
            await unbind_chat(uow, actor=world.actor("foreign staff Bai"), chat_id=NEW_GROUP)


async def test_an_unbound_group_serves_nobody_and_can_be_bound_again(world: World):
    async with world.work.begin() as uow:
        await bind(uow, world, unit(world, "grid-1"))
        await unbind_chat(uow, actor=world.actor("staff Chen"), chat_id=NEW_GROUP)

        with pytest.raises(ChatNotBound):
            await unbind_chat(uow, actor=world.actor("staff Chen"), chat_id=NEW_GROUP)

        assert await chat_of_unit(uow, world.units["grid-1"].id) is None
        await bind(uow, world, unit(world, "grid-2"))
        serving = await chat_of_unit(uow, world.units["grid-2"].id)
        assert serving is not None
        assert serving.chat_id == NEW_GROUP


async def test_a_group_that_became_a_supergroup_serves_on_however_often_we_are_told(world: World):
    async with world.work.begin() as uow:
        former = await chat_of_unit(uow, world.units["grid-1"].id)
        assert former is not None
        old_id = former.chat_id

        for _ in range(3):
            await migrate_chat(uow, from_chat_id=old_id, to_chat_id=NEW_GROUP)

    async with world.work.look() as uow:
        serving = await chat_of_unit(uow, world.units["grid-1"].id)
    assert serving is not None
    assert serving.chat_id == NEW_GROUP
    assert world.events(ChatMigrated) == [ChatMigrated(old_id, NEW_GROUP)]


async def test_a_group_without_the_bot_serves_nobody(world: World):
    async with world.work.begin() as uow:
        lost = await chat_of_unit(uow, world.units["grid-1"].id)
        assert lost is not None

        for _ in range(2):
            await lose_chat(uow, chat_id=lost.chat_id)

    async with world.work.look() as uow:
        assert await chat_of_unit(uow, world.units["grid-1"].id) is None
    assert world.events(ChatUnbound) == [ChatUnbound(lost.id, None)]


def test_a_chat_serves_exactly_one():
    for arguments in ({}, {"org_unit_id": 1, "partner_id": 1}):
        with pytest.raises(ValueError, match="a unit or a partner"):
            Served(**arguments)


async def test_of_two_who_bind_one_group_at_once_both_are_answered_and_one_binding_stands(world: World):
    async def bind_to(name: str, grid: str) -> None:
        async with world.work.begin() as uow:
            await bind(uow, world, unit(world, grid), name)

    outcomes = await asyncio.gather(
        bind_to("staff Chen", "grid-1"), bind_to("staff Xu", "grid-2"), return_exceptions=True
    )

    async with world.work.look() as uow:
        serving = await binding_of_chat(uow, NEW_GROUP)
    assert serving is not None
    assert all(outcome is None or isinstance(outcome, Conflict) for outcome in outcomes)
