"""An invitation is a secret link: one use, a short life, never more than its maker may give."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.kernel.access import SHELL_ACTOR, Role
from backend.kernel.errors import AccessDenied
from backend.registry.accounts import actor_of_account
from backend.registry.errors import InvitationExpired, InvitationUnknown, InvitationUsed, RoleTooHigh
from backend.registry.grants import end_role
from backend.registry.invitations import accept_invitation, invite
from backend.registry.models import Invitation, RoleGrant
from backend.registry.queries import live_grants
from tests.service.registry.people import acting, somebody_new
from tests.service.world import World


async def link_for_worker(world: World, inviter: str = "staff Chen") -> str:
    async with world.work.begin() as uow:
        made = await invite(uow, actor=world.actor(inviter), role=Role.GRID_WORKER, unit=world.units["grid-2"])
    return made.token


async def open_link(world: World, token: str, telegram_id: int = 9_000) -> RoleGrant:
    async with world.work.begin() as uow:
        account, actor = await somebody_new(uow, telegram_id)
        return await accept_invitation(uow, actor=actor, account=account, token=token)


async def test_whoever_opens_the_link_first_has_the_role_there(world: World):
    token = await link_for_worker(world)

    grant = await open_link(world, token)

    async with world.work.look() as uow:
        account, _ = await somebody_new(uow)
        actor = await actor_of_account(uow, account)
    assert actor.roles_at(world.path("grid-2")) == {Role.GRID_WORKER, Role.RESIDENT}
    assert actor.roles_at(world.path("grid-1")) == {Role.RESIDENT}
    assert (grant.role, account.community_id) == (Role.GRID_WORKER, world.community_id)


async def test_a_partners_link_says_for_which_partner(world: World):
    async with world.work.begin() as uow:
        made = await invite(
            uow,
            actor=world.actor("staff Chen"),
            role=Role.PARTNER,
            unit=world.units["community"],
            partner=world.partners["police"],
        )

    await open_link(world, made.token)

    async with world.work.look() as uow:
        account, _ = await somebody_new(uow)
    assert account.partner_id == world.partners["police"].id


async def test_only_the_digest_of_the_token_is_kept(world: World):
    token = await link_for_worker(world)

    async with world.work.look() as uow:
        kept = (await uow.session.scalars(select(Invitation))).one()

    assert len(token) >= 22
    assert kept.token_digest == hashlib.sha256(token.encode()).hexdigest()


async def test_a_second_person_finds_the_link_used_and_the_first_may_press_it_again(world: World):
    token = await link_for_worker(world)
    first = await open_link(world, token)

    again = await open_link(world, token)

    assert again.id == first.id
    with pytest.raises(InvitationUsed):
        await open_link(world, token, telegram_id=9_001)


async def test_of_two_who_open_it_at_once_one_has_the_role(world: World):
    token = await link_for_worker(world)

    outcomes = await asyncio.gather(
        open_link(world, token, 9_000), open_link(world, token, 9_001), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvitationUsed", "RoleGrant"]


async def test_an_old_link_does_not_bring_an_ended_role_back(world: World):
    token = await link_for_worker(world)
    grant = await open_link(world, token)
    async with world.work.begin() as uow:
        await end_role(uow, actor=world.actor("staff Chen"), grant_id=grant.id)

    with pytest.raises(InvitationUsed):
        await open_link(world, token)


async def test_a_link_expires(world: World):
    token = await link_for_worker(world)
    world.clock.advance(timedelta(hours=72))

    with pytest.raises(InvitationExpired):
        await open_link(world, token)


async def test_a_link_that_nobody_made_is_unknown(world: World):
    for token in ("", "x", "友" * 40, "a" * 5_000):
        with pytest.raises(InvitationUnknown):
            await open_link(world, token)


async def test_a_link_dies_with_the_role_of_its_maker(world: World):
    token = await link_for_worker(world)
    async with world.work.begin() as uow:
        [(grant, _)] = await live_grants(uow, world.account_id("staff Chen"))
        await end_role(uow, actor=world.actor("admin Yin"), grant_id=grant.id)

    with pytest.raises(InvitationUnknown):
        await open_link(world, token)


INVITING_TOO_FAR = [
    ("staff Chen", Role.SUBDISTRICT, "subdistrict", AccessDenied),
    ("staff Chen", Role.ADMIN, "community", RoleTooHigh),
    ("leader Tang", Role.STAFF, "grid-1", RoleTooHigh),
    ("leader Tang", Role.GRID_WORKER, "grid-2", AccessDenied),
    ("worker Li", Role.GRID_WORKER, "grid-1", AccessDenied),
    ("foreign staff Bai", Role.GRID_WORKER, "grid-1", AccessDenied),
    ("Wang Fang", Role.GRID_WORKER, "grid-1", AccessDenied),
]


async def test_nobody_invites_above_or_outside_themselves(world: World):
    async with world.work.begin() as uow:
        for name, role, unit, refusal in INVITING_TOO_FAR:
            with pytest.raises(refusal):
                await invite(uow, actor=world.actor(name), role=role, unit=world.units[unit])


async def test_the_first_admin_is_invited_from_the_shell(world: World):
    async with world.work.begin() as uow:
        made = await invite(uow, actor=SHELL_ACTOR, role=Role.ADMIN, unit=world.units["community"])

    grant = await open_link(world, made.token)

    async with world.work.look() as uow:
        assert (await acting(uow, world, "stranger")).grants == ()
    assert grant.role is Role.ADMIN
