"""Roles are granted and ended by those above, inside their own unit, and end for good."""

from __future__ import annotations

from itertools import product

import pytest

from backend.kernel.access import SHELL_ACTOR, Role
from backend.kernel.errors import AccessDenied, NotFound
from backend.registry.errors import RoleDoesNotFit, RoleTooHigh
from backend.registry.events import RoleEnded, RoleGranted
from backend.registry.grants import end_role, grant_role
from backend.registry.queries import holders_of, live_grants
from tests.service.registry.people import account_of, acting, somebody_new
from tests.service.world import World

UNIT_OF = {
    Role.GRID_WORKER: "grid-1",
    Role.GRID_LEADER: "grid-1",
    Role.PARTNER: "community",
    Role.STAFF: "community",
    Role.SUBDISTRICT: "subdistrict",
    Role.DISTRICT: "district",
    Role.ADMIN: "district",
}
MAY_GRANT = {
    "Wang Fang": set(),
    "worker Li": set(),
    "plumber Guo": set(),
    "leader Tang": {Role.GRID_WORKER, Role.GRID_LEADER},
    "staff Chen": {Role.GRID_WORKER, Role.GRID_LEADER, Role.PARTNER, Role.STAFF},
    "foreign staff Bai": set(),
    "operator Luo": {Role.GRID_WORKER, Role.GRID_LEADER, Role.PARTNER, Role.STAFF, Role.SUBDISTRICT},
    "director Fu": set(UNIT_OF) - {Role.ADMIN},
    "admin Yin": set(UNIT_OF),
}


async def test_a_role_is_granted_only_from_its_own_level_or_above_and_inside_ones_unit(world: World):
    granted: dict[str, set[Role]] = {name: set() for name in MAY_GRANT}

    async with world.work.begin() as uow:
        newcomer, _ = await somebody_new(uow)
        for (role, unit), name in product(UNIT_OF.items(), MAY_GRANT):
            partner = world.partners["property"] if role is Role.PARTNER else None
            try:
                await grant_role(
                    uow, actor=world.actor(name), account=newcomer, role=role, unit=world.units[unit], partner=partner
                )
                granted[name].add(role)
            except AccessDenied:
                continue

    assert granted == MAY_GRANT


async def test_a_grid_leader_grants_nothing_in_the_next_grid(world: World):
    async with world.work.begin() as uow:
        newcomer, _ = await somebody_new(uow)

        with pytest.raises(AccessDenied):
            await grant_role(
                uow,
                actor=world.actor("leader Tang"),
                account=newcomer,
                role=Role.GRID_WORKER,
                unit=world.units["grid-2"],
            )


async def test_a_role_that_does_not_exist_on_a_unit_is_refused(world: World):
    misfits = [
        (Role.RESIDENT, "community"),
        (Role.STAFF, "grid-1"),
        (Role.SUBDISTRICT, "community"),
        (Role.PARTNER, "community"),
        (Role.GRID_WORKER, "district"),
    ]
    async with world.work.begin() as uow:
        newcomer, _ = await somebody_new(uow)

        for role, unit in misfits:
            with pytest.raises((RoleDoesNotFit, RoleTooHigh)):
                await grant_role(uow, actor=SHELL_ACTOR, account=newcomer, role=role, unit=world.units[unit])


async def test_granting_twice_makes_one_role(world: World):
    async with world.work.begin() as uow:
        newcomer, _ = await somebody_new(uow)
        arguments = {"account": newcomer, "role": Role.STAFF, "unit": world.units["community"]}
        first = await grant_role(uow, actor=SHELL_ACTOR, **arguments)

        again = await grant_role(uow, actor=SHELL_ACTOR, **arguments)

    assert first.id == again.id
    assert newcomer.community_id == world.community_id
    assert world.events(RoleGranted) == [RoleGranted(newcomer.id, first.id)]


async def test_an_ended_role_is_gone_at_once_and_ends_once(world: World):
    async with world.work.begin() as uow:
        [(grant, _)] = await live_grants(uow, world.account_id("worker Li"))
        await end_role(uow, actor=world.actor("staff Chen"), grant_id=grant.id)

        await end_role(uow, actor=world.actor("staff Xu"), grant_id=grant.id)

    async with world.work.look() as uow:
        assert (await acting(uow, world, "worker Li")).grants == ()
        assert [one.display_name for one in await holders_of(uow, world.units["grid-1"].id, Role.GRID_WORKER)] == [
            "worker Zhao"
        ]
    assert world.events(RoleEnded) == [RoleEnded(world.account_id("worker Li"), grant.id)]


async def test_a_role_is_not_ended_by_who_may_not(world: World):
    async with world.work.begin() as uow:
        [(grant, _)] = await live_grants(uow, world.account_id("worker Li"))

        for name in ("worker Zhao", "leader Tang", "foreign staff Bai", "Wang Fang"):
            with pytest.raises(AccessDenied):
                await end_role(uow, actor=world.actor(name), grant_id=grant.id)


async def test_staff_do_not_end_the_role_of_the_subdistrict(world: World):
    async with world.work.begin() as uow:
        [(grant, _)] = await live_grants(uow, world.account_id("operator Luo"))

        with pytest.raises(AccessDenied):
            await end_role(uow, actor=world.actor("staff Chen"), grant_id=grant.id)
        with pytest.raises(NotFound):
            await end_role(uow, actor=world.actor("staff Chen"), grant_id=10**9)


async def test_a_role_can_be_granted_again_after_it_ended(world: World):
    async with world.work.begin() as uow:
        [(grant, unit)] = await live_grants(uow, world.account_id("worker Li"))
        await end_role(uow, actor=world.actor("staff Chen"), grant_id=grant.id)
        account = await account_of(uow, world, "worker Li")

        again = await grant_role(
            uow, actor=world.actor("staff Chen"), account=account, role=Role.GRID_WORKER, unit=unit
        )

    assert again.id != grant.id
