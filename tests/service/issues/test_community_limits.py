"""Limits that staff set for their community: they count for climbing, reopening and replies, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.issues.demands.supervision import supervise_issue
from backend.issues.errors import LimitInvalid, ReopenTooLate
from backend.issues.limits import check_reopen
from backend.issues.states import ClockTarget
from backend.issues.timing.community_limits import LIMITS, limits_of, rung_name, set_limits
from backend.issues.timing.overdue import look_at_clocks
from backend.kernel.audit import AuditEntry
from backend.kernel.errors import AccessDenied
from backend.registry.models import OrgUnit
from tests.service.issues.scenes import STAFF, WORKER, clock_of, dispatched
from tests.service.world import World

FIRST, SECOND = rung_name(ClockTarget.CLAIM, 0), rung_name(ClockTarget.CLAIM, 1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


async def sets(world: World, who: str, **amounts: int) -> None:
    async with world.work.begin() as uow:
        community = await uow.session.get_one(OrgUnit, world.community_id)
        await set_limits(uow, actor=world.actor(who), community=community, amounts=amounts)


async def test_a_rung_that_staff_moved_is_climbed_at_its_new_minute(world: World) -> None:
    await sets(world, STAFF, **{SECOND: 5})
    issue_id, _ = await dispatched(world)
    clock = await clock_of(world, issue_id, ClockTarget.CLAIM)

    world.clock.set(clock.due_at + timedelta(minutes=5))
    async with world.work.begin() as uow:
        await look_at_clocks(uow)

    assert (await clock_of(world, issue_id, ClockTarget.CLAIM)).climbed == 2


async def test_a_reply_is_due_within_the_hours_that_staff_set(world: World) -> None:
    await sets(world, STAFF, reply_1=3)
    issue_id, _ = await dispatched(world)

    async with world.work.begin() as uow:
        order = await supervise_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, words="请尽快")
        asked_at, due_at = uow.now, order.reply_due_at

    assert due_at - asked_at == timedelta(hours=3)


async def test_what_is_set_is_written_down_and_the_rest_stays_as_usual(world: World) -> None:
    await sets(world, STAFF, reopen_days=2)
    await sets(world, STAFF, reopen_days=2)

    async with world.work.look() as uow:
        limits = await limits_of(uow, world.community_id)
        audits = list(await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "issue.set_limits")))
    assert limits == {name: limit.usual for name, limit in LIMITS.items()} | {"reopen_days": 2}
    assert [(entry.before, entry.after) for entry in audits] == [({"reopen_days": 10}, {"reopen_days": 2})]
    with pytest.raises(ReopenTooLate):
        check_reopen(world.clock.now(), world.clock.now() + timedelta(days=3), 0, window=timedelta(days=2))


@pytest.mark.parametrize(
    "amounts",
    [{FIRST: 30}, {SECOND: 120}, {"reopen_days": 0}, {"reply_3": 721}, {"unheard_of": 1}],
    ids=["as late as the next", "as late as the one above", "no day", "too long", "unknown"],
)
async def test_what_does_not_fit_is_refused_and_nothing_is_set(world: World, amounts: dict[str, int]) -> None:
    with pytest.raises(LimitInvalid):
        await sets(world, STAFF, **({"reopen_times": 1} | amounts))

    async with world.work.look() as uow:
        assert (await limits_of(uow, world.community_id))["reopen_times"] == LIMITS["reopen_times"].usual


async def test_only_who_edits_reference_data_sets_them(world: World) -> None:
    with pytest.raises(AccessDenied):
        await sets(world, WORKER, reopen_days=2)
