"""What nobody acts on climbs by itself, and reaches exactly the telephones of each rung."""

from __future__ import annotations

from datetime import timedelta

from backend.issues.demands.requests import suspend_issue
from backend.issues.demands.supervision import supervise_issue
from backend.issues.events import ClockClimbed
from backend.issues.states import ClockTarget, IssueStatus
from backend.issues.tasks.doing import claim_task
from backend.issues.timing.overdue import ASIDE
from backend.kernel.database import Database
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.table import notifications
from tests.service.issues.scenes import LEADER, STAFF, WORKER, claimed, dispatched, issue_now, reported, resolved
from tests.service.issues.scenes import clock_of as clock_row
from tests.service.notify.post import Letter, letters, post_leaves
from tests.service.scheduler.conftest import TEXTS, VIDEO, clock_of, time_passes
from tests.service.world import World, open_world


def climbed(found: list[Letter]) -> list[str]:
    """Who heard of limits, by name."""
    return sorted(letter.to for letter in found if letter.key.startswith("clock:"))


async def heard_after(world: World, clock, hours: float) -> list[str]:
    await post_leaves(world)
    await time_passes(world, clock, hours=hours, step=hours / 2)
    return climbed(await letters(world))


async def test_a_claimed_task_climbs_from_the_worker_to_the_subdistrict(world: World) -> None:
    await claimed(world)
    clock = clock_of(world, "look_at_clocks")

    assert await heard_after(world, clock, 38) == []
    assert await heard_after(world, clock, 1) == [WORKER]  # the warning at four fifths of 48 hours
    assert await heard_after(world, clock, 8.5) == []
    assert await heard_after(world, clock, 1) == [WORKER]  # the limit itself
    assert await heard_after(world, clock, 1) == [LEADER]
    assert await heard_after(world, clock, 3) == ["group community"]
    assert await heard_after(world, clock, 19) == []
    assert await heard_after(world, clock, 1) == ["operator Luo"]
    assert await heard_after(world, clock, 100) == []


async def test_work_that_nobody_takes_climbs_too(world: World) -> None:
    await dispatched(world)
    clock = clock_of(world, "look_at_clocks")

    assert await heard_after(world, clock, 3.5) == ["group grid-1"]  # the warning
    assert await heard_after(world, clock, 0.5) == ["group grid-1"]
    assert await heard_after(world, clock, 0.5) == [LEADER]
    assert await heard_after(world, clock, 1.5) == ["group community"]
    assert await heard_after(world, clock, 5.5) == []
    assert await heard_after(world, clock, 0.5) == ["operator Luo"]


async def test_a_report_that_nobody_accepts_climbs_too(world: World) -> None:
    async with world.work.begin() as uow:
        await reported(uow, world)
    clock = clock_of(world, "look_at_clocks")

    assert await heard_after(world, clock, 2) == [LEADER]
    assert await heard_after(world, clock, 1) == ["group community"]
    assert await heard_after(world, clock, 3) == ["operator Luo"]


async def test_who_acts_in_time_hears_nothing(world: World) -> None:
    _, (task_id,) = await dispatched(world)
    clock = clock_of(world, "look_at_clocks")
    await time_passes(world, clock, hours=1)
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=task_id)

    assert await heard_after(world, clock, 20) == []


async def test_rungs_missed_while_no_clock_ran_are_all_told_once(world: World) -> None:
    await dispatched(world)
    await post_leaves(world)
    world.clock.advance(timedelta(hours=13))

    await clock_of(world, "look_at_clocks").run_due(world.clock.now())
    await clock_of(world, "look_at_clocks").run_due(world.clock.now())

    assert climbed(await letters(world)) == ["group community", "group grid-1", LEADER, "operator Luo"]


async def test_a_clock_that_jumps_back_tells_nothing_again(world: World) -> None:
    await dispatched(world)
    clock = clock_of(world, "look_at_clocks")
    await time_passes(world, clock, hours=5)
    await post_leaves(world)

    world.clock.advance(timedelta(hours=-3))
    await time_passes(world, clock, hours=3)

    assert climbed(await letters(world)) == []


async def test_one_limit_that_cannot_be_told_keeps_no_other_silent(database_url: str) -> None:
    async def break_for_the_first(_: UnitOfWork, event: ClockClimbed) -> None:
        if event.clock_id == first_clock:
            raise RuntimeError("a fault of ours")

    database = Database(database_url)
    told = notifications(TEXTS, video_base_url=VIDEO)
    world = await open_world(database, reactions={**told, ClockClimbed: (break_for_the_first, *told[ClockClimbed])})
    first, _ = await dispatched(world)
    first_clock = (await clock_row(world, first, ClockTarget.CLAIM)).id
    await dispatched(world, unit="grid-2")
    await post_leaves(world)

    world.clock.advance(timedelta(hours=4))
    await clock_of(world, "look_at_clocks").run_due(world.clock.now())

    assert climbed(await letters(world)) == ["group grid-2"]
    assert (await clock_row(world, first, ClockTarget.CLAIM)).next_look_at == world.clock.now() + ASIDE
    await database.close()


async def test_a_suspension_that_runs_out_goes_on_and_the_limit_with_it(world: World) -> None:
    issue_id, _ = await claimed(world)
    until = world.clock.now() + timedelta(hours=72)
    async with world.work.begin() as uow:
        await suspend_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="等配件", until_at=until)
    clock = clock_of(world, "look_at_clocks", "resume_suspended")

    assert await heard_after(world, clock, 71.5) == []
    assert (await issue_now(world, issue_id)).status is IssueStatus.SUSPENDED
    await time_passes(world, clock, hours=0.5)
    assert (await issue_now(world, issue_id)).status is IssueStatus.IN_PROGRESS
    assert await heard_after(world, clock, 38) == []
    assert await heard_after(world, clock, 1) == [WORKER]


async def test_an_order_without_reply_is_told_to_its_author_and_the_office_once(world: World) -> None:
    issue_id, _ = await claimed(world)
    async with world.work.begin() as uow:
        await supervise_issue(uow, actor=world.actor("operator Luo"), issue_id=issue_id, words="请今天办完")
    await post_leaves(world)
    clock = clock_of(world, "tell_unanswered_orders")

    await time_passes(world, clock, hours=11.5, step=11.5)
    assert await letters(world) == []
    await time_passes(world, clock, hours=24, step=6)

    assert sorted(letter.to for letter in await letters(world)) == ["group community", "operator Luo"]


async def test_silence_of_the_reporter_closes_after_three_days(world: World) -> None:
    issue_id, _ = await resolved(world)
    clock = clock_of(world, "close_unrated")

    await time_passes(world, clock, hours=71.5, step=71.5)
    assert (await issue_now(world, issue_id)).status is IssueStatus.RESOLVED
    await time_passes(world, clock, hours=1)

    assert (await issue_now(world, issue_id)).status is IssueStatus.CLOSED
