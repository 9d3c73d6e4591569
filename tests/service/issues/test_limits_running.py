"""Limits: they run, warn, climb and pause; no comment, edit or second look ever moves them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from backend.issues.demands.requests import resume_issue, suspend_issue
from backend.issues.events import ClockClimbed, ClockWarned
from backend.issues.models import CategoryLimit, Issue, IssueClock
from backend.issues.moving import move_issue, move_task
from backend.issues.states import ClockTarget, ClockUnit, IssueAction, TaskAction
from backend.issues.tasks.doing import ask_reporter, claim_task, fail_task, transfer_task
from backend.issues.tasks.hands import WorkTarget
from backend.issues.timing.climbing import DEFAULT_LADDER
from backend.issues.timing.overdue import look_at_clocks
from backend.registry.reference import CalendarDay
from tests.service.issues.scenes import (
    OTHER_WORKER,
    REPORTER,
    STAFF,
    WORKER,
    claimed,
    clock_of,
    dispatched,
    history_of,
    reported,
    submitted,
    task_now,
)
from tests.service.world import NOON, World


async def look(world: World) -> int:
    async with world.work.begin() as uow:
        return await look_at_clocks(uow)


async def rungs_climbed(world: World, clock: IssueClock) -> list[int]:
    return [event.rung for event in world.events(ClockClimbed) if event.clock_id == clock.id]  # type: ignore[attr-defined]


async def test_the_limits_of_the_category_run_from_the_first_report(world: World):
    async with world.work.begin() as uow:
        issue = await reported(uow, world)

    assert (await clock_of(world, issue.id, ClockTarget.ACCEPT)).due_at == NOON + timedelta(hours=2)
    assert (await clock_of(world, issue.id, ClockTarget.RESOLVE)).due_at == NOON + timedelta(hours=48)


async def test_neither_comment_nor_move_nor_transfer_moves_the_limit_for_resolving(world: World):
    issue_id, task_id = await claimed(world)
    due = (await clock_of(world, issue_id, ClockTarget.RESOLVE)).due_at

    world.hours_pass(5)
    async with world.work.begin() as uow:
        issue = await uow.session.get_one(Issue, issue_id)
        await move_issue(uow, issue, IssueAction.COMMENT, actor=world.actor(REPORTER), reason="please hurry")
        task = await task_now(world, task_id)
        await move_task(uow, await uow.session.merge(task), TaskAction.COMMENT, actor=world.actor(STAFF), reason="?")
        issue.summary = "edited"
    async with world.work.begin() as uow:
        to = WorkTarget(account_id=world.account_id(OTHER_WORKER))
        await transfer_task(uow, actor=world.actor(WORKER), task_id=task_id, to=to, reason="shift")

    assert (await clock_of(world, issue_id, ClockTarget.RESOLVE)).due_at == due


async def test_a_near_limit_warns_once(world: World):
    issue_id, _ = await claimed(world)
    clock = await clock_of(world, issue_id, ClockTarget.RESOLVE)

    world.hours_pass(39)
    for _ in range(3):
        await look(world)

    assert [event.clock_id for event in world.events(ClockWarned)] == [clock.id]  # type: ignore[attr-defined]


async def test_what_nobody_has_claimed_climbs_rung_by_rung(world: World):
    issue_id, _ = await dispatched(world)
    clock = await clock_of(world, issue_id, ClockTarget.CLAIM)
    world.hours_pass(4)

    heard = []
    for rung in DEFAULT_LADDER[ClockTarget.CLAIM]:
        world.clock.set(clock.due_at + timedelta(minutes=rung.after_minutes))
        await look(world)
        await look(world)
        heard.append(await rungs_climbed(world, clock))

    assert heard == [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]
    stored = await clock_of(world, issue_id, ClockTarget.CLAIM)
    assert (stored.breached_at, stored.next_look_at) == (clock.due_at, None)


async def test_rungs_that_a_sleeping_job_missed_are_told_each_once_when_it_wakes(world: World):
    issue_id, _ = await dispatched(world)
    world.hours_pass(24)

    await look(world)

    assert await rungs_climbed(world, await clock_of(world, issue_id, ClockTarget.CLAIM)) == [0, 1, 2, 3]


async def test_a_report_that_nobody_accepts_climbs_too(world: World):
    async with world.work.begin() as uow:
        issue_id = (await reported(uow, world)).id
    world.hours_pass(2)

    await look(world)

    assert await rungs_climbed(world, await clock_of(world, issue_id, ClockTarget.ACCEPT)) == [0]


async def test_a_claim_stops_the_limit_for_claiming_and_a_transfer_starts_another(world: World):
    issue_id, (task_id,) = await dispatched(world)
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=task_id)
    first = await clock_of(world, issue_id, ClockTarget.CLAIM)
    world.hours_pass(1)

    async with world.work.begin() as uow:
        to = WorkTarget(partner_id=world.partners["property"].id)
        await transfer_task(uow, actor=world.actor(WORKER), task_id=task_id, to=to, reason="lift")

    second = await clock_of(world, issue_id, ClockTarget.CLAIM)
    assert first.stopped_at == NOON
    assert (second.stopped_at, second.due_at) == (None, NOON + timedelta(hours=5))


async def test_submitting_stops_the_limit_and_a_failed_check_lets_it_run_on_as_if_never_stopped(world: World):
    issue_id, task_id = await submitted(world)
    before = await clock_of(world, issue_id, ClockTarget.RESOLVE)
    world.hours_pass(50)

    await look(world)
    unheard = await rungs_climbed(world, before)
    async with world.work.begin() as uow:
        await fail_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id, reason="not done")
    await look(world)

    after = await clock_of(world, issue_id, ClockTarget.RESOLVE)
    assert (before.stopped_at, after.stopped_at, after.due_at) == (NOON, None, before.due_at)
    assert (unheard, await rungs_climbed(world, before)) == ([], [0, 1])


async def test_while_the_reporter_is_asked_the_clock_stands_still_and_its_end_moves_by_the_pause(world: World):
    issue_id, _ = await claimed(world)
    async with world.work.begin() as uow:
        await ask_reporter(uow, actor=world.actor(WORKER), issue_id=issue_id, question="which door?")
    world.hours_pass(60)
    seen = await look(world)

    async with world.work.begin() as uow:
        issue = await uow.session.get_one(Issue, issue_id)
        await move_issue(uow, issue, IssueAction.ANSWER, actor=world.actor(REPORTER), reason="door 3")

    clock = await clock_of(world, issue_id, ClockTarget.RESOLVE)
    assert seen == 0
    assert clock.due_at == NOON + timedelta(hours=48 + 60)


async def test_who_was_late_before_the_pause_is_as_late_after_it(world: World):
    issue_id, _ = await claimed(world)
    world.hours_pass(48.5)
    await look(world)
    async with world.work.begin() as uow:
        await suspend_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="needs a permit")
    world.hours_pass(500)
    async with world.work.begin() as uow:
        await resume_issue(uow, actor=world.actor(STAFF), issue_id=issue_id)

    await look(world)

    clock = await clock_of(world, issue_id, ClockTarget.RESOLVE)
    assert clock.due_at == NOON + timedelta(hours=48)
    assert await rungs_climbed(world, clock) == [0]
    world.hours_pass(0.6)
    await look(world)
    assert await rungs_climbed(world, clock) == [0, 1]


async def test_when_an_issue_ends_all_its_clocks_stop(world: World):
    issue_id, _ = await dispatched(world)

    async with world.work.begin() as uow:
        issue = await uow.session.get_one(Issue, issue_id)
        await move_issue(uow, issue, IssueAction.CANCEL, actor=world.actor(STAFF), reason="mistake")

    world.hours_pass(100)
    assert await look(world) == 0


async def test_a_big_backlog_is_worked_off_in_batches(world: World):
    for _ in range(5):
        async with world.work.begin() as uow:
            await reported(uow, world)
    world.hours_pass(100)

    counts = []
    for _ in range(4):
        async with world.work.begin() as uow:
            counts.append(await look_at_clocks(uow, limit=4))

    assert counts == [4, 4, 2, 0]


@pytest.mark.postgres
async def test_two_clock_jobs_at_once_take_different_clocks(world: World):
    if world.work.database.is_sqlite:
        return  # one writer at a time, by nature
    for _ in range(2):
        async with world.work.begin() as uow:
            await reported(uow, world)
    world.hours_pass(100)

    async with world.work.begin() as one, world.work.begin() as other:
        taken = [await look_at_clocks(one, limit=3), await look_at_clocks(other, limit=3)]

    assert taken == [3, 1]
    told = [(event.clock_id, event.rung) for event in world.events(ClockClimbed)]  # type: ignore[attr-defined]
    assert len(told) == len(set(told))


async def test_what_climbed_stands_in_the_history_and_followers_do_not_see_it(world: World):
    issue_id, _ = await dispatched(world)
    world.hours_pass(4)

    await look(world)

    entry = (await history_of(world, issue_id))[-1]
    assert (entry.action, entry.actor_role, entry.is_public) == ("escalate", "system", False)


@pytest.mark.parametrize(
    ("reported_at", "due"),
    [
        # Friday 8 May 2026 16:00: Saturday 9 May is a make-up workday after the May holiday.
        (datetime(2026, 5, 8, 8, tzinfo=UTC), datetime(2026, 5, 9, 8, tzinfo=UTC)),
        # Friday 15 May 2026 16:00: over an ordinary weekend.
        (datetime(2026, 5, 15, 8, tzinfo=UTC), datetime(2026, 5, 18, 8, tzinfo=UTC)),
    ],
)
async def test_workdays_follow_chinas_published_calendar(world: World, reported_at: datetime, due: datetime):
    world.clock.set(reported_at)

    issue_id = await _reported_with_one_workday(world)

    assert (await clock_of(world, issue_id, ClockTarget.RESOLVE)).due_at == due


async def test_a_day_that_staff_entered_wins_over_the_published_calendar(world: World):
    async with world.work.begin() as uow:
        uow.session.add(
            CalendarDay(community_id=world.community_id, day_on=date(2026, 5, 13), is_workday=False, name="power cut")
        )

    issue_id = await _reported_with_one_workday(world)

    # From Tuesday noon (opening again at 13:30) over the free Wednesday to Thursday.
    assert (await clock_of(world, issue_id, ClockTarget.RESOLVE)).due_at == datetime(2026, 5, 14, 5, 30, tzinfo=UTC)


async def _reported_with_one_workday(world: World) -> int:
    async with world.work.begin() as uow:
        await uow.session.execute(update(CategoryLimit).values(amount=1, unit=ClockUnit.WORK_DAY))
        return (await reported(uow, world)).id


async def test_a_category_without_a_limit_has_no_clock(world: World):
    async with world.work.begin() as uow:
        for limit in await uow.session.scalars(select(CategoryLimit)):
            await uow.session.delete(limit)
        issue = await reported(uow, world)

        assert (await uow.session.scalars(select(IssueClock).where(IssueClock.issue_id == issue.id))).all() == []
