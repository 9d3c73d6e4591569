"""Workers go on and off duty; their leader says how much they carry."""

from __future__ import annotations

import pytest

from backend.kernel.access import Role
from backend.kernel.errors import AccessDenied, NotFound
from backend.registry.duty import change_duty, set_task_cap
from backend.registry.errors import CapOutOfRange
from backend.registry.events import DutyChanged
from backend.registry.queries import on_duty
from tests.service.registry.people import account_of
from tests.service.world import World


async def test_who_is_off_duty_is_not_among_those_on_duty(world: World):
    async with world.work.begin() as uow:
        account = await account_of(uow, world, "worker Li")

        for _ in range(2):
            await change_duty(uow, actor=world.actor("worker Li"), account=account, on_duty=False)

    async with world.work.look() as uow:
        working = await on_duty(uow, world.units["grid-1"].id, Role.GRID_WORKER)
    assert [one.display_name for one in working] == ["worker Zhao"]
    assert world.events(DutyChanged) == [DutyChanged(account.id, on_duty=False)]


async def test_who_serves_nowhere_has_no_duty(world: World):
    async with world.work.begin() as uow:
        account = await account_of(uow, world, "Wang Fang")

        with pytest.raises(AccessDenied):
            await change_duty(uow, actor=world.actor("Wang Fang"), account=account, on_duty=False)


async def test_a_leader_sets_the_cap_of_the_workers_of_the_grid_only(world: World):
    async with world.work.begin() as uow:
        await set_task_cap(uow, actor=world.actor("leader Tang"), account_id=world.account_id("worker Li"), cap=3)
        account = await account_of(uow, world, "worker Li")

        with pytest.raises(AccessDenied):
            await set_task_cap(uow, actor=world.actor("leader Tang"), account_id=world.account_id("worker Sun"), cap=3)
        with pytest.raises(AccessDenied):
            await set_task_cap(uow, actor=world.actor("worker Li"), account_id=world.account_id("worker Li"), cap=9)
        for cap in (0, -1, 51):
            with pytest.raises(CapOutOfRange):
                await set_task_cap(
                    uow, actor=world.actor("leader Tang"), account_id=world.account_id("worker Li"), cap=cap
                )
        with pytest.raises(NotFound):
            await set_task_cap(uow, actor=world.actor("staff Chen"), account_id=world.account_id("Wang Fang"), cap=3)

    assert account.task_cap == 3
