"""Suspending and reopening: one asks, another decides."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from backend.issues.demands.requests import decide_request, request_suspension, resume_due_suspensions, suspend_issue
from backend.issues.errors import (
    AlreadyDecided,
    CheckerIsDoer,
    IssuePaused,
    MoveNotYours,
    ReasonMissing,
    UntilInvalid,
)
from backend.issues.events import RequestDecided, RequestMade
from backend.issues.holding import tasks_of_issue
from backend.issues.models import Issue, IssueRequest, RequestKind
from backend.issues.moving import move_issue
from backend.issues.states import ClockTarget, IssueAction, IssueStatus, TaskStatus
from backend.issues.tasks.doing import arrive, claim_task, return_task
from backend.kernel.errors import NotFound
from tests.service.issues.scenes import (
    LEADER,
    OTHER_WORKER,
    REPORTER,
    STAFF,
    WORKER,
    claimed,
    clock_of,
    history_of,
    issue_now,
    resolved,
)
from tests.service.world import NOON, World


async def asked_to_suspend(world: World, days: int | None = None) -> tuple[int, int, int]:
    issue_id, task_id = await claimed(world)
    async with world.work.begin() as uow:
        until = uow.now + timedelta(days=days) if days else None
        request = await request_suspension(
            uow, actor=world.actor(WORKER), issue_id=issue_id, reason="needs a crane", until_at=until
        )
    return issue_id, task_id, request.id


async def decide(world: World, by: str, request_id: int, *, is_granted: bool, reason: str = "") -> None:
    async with world.work.begin() as uow:
        await decide_request(uow, actor=world.actor(by), request_id=request_id, is_granted=is_granted, reason=reason)


async def asked_to_reopen(world: World) -> tuple[int, int]:
    issue_id, _ = await resolved(world)
    async with world.work.begin() as uow:
        issue = await uow.session.get_one(Issue, issue_id)
        reporter = world.actor(REPORTER)
        await move_issue(uow, issue, IssueAction.REQUEST_REOPEN, actor=reporter, reason="the boxes are back")
        request = IssueRequest(
            issue_id=issue_id,
            kind=RequestKind.REOPEN,
            asked_by_id=reporter.account_id,
            asked_at=uow.now,
            reason="the boxes are back",
        )
        uow.session.add(request)
        await uow.session.flush()
        return issue_id, request.id


async def test_a_granted_suspension_pauses_the_issue_until_its_day_and_then_it_goes_on(world: World):
    issue_id, _, request_id = await asked_to_suspend(world, days=10)

    await decide(world, LEADER, request_id, is_granted=True)
    assert (await issue_now(world, issue_id)).status is IssueStatus.SUSPENDED
    for days, resumed in ((9, 0), (2, 1), (0, 0)):
        world.clock.advance(timedelta(days=days))
        async with world.work.begin() as uow:
            assert await resume_due_suspensions(uow) == resumed

    assert (await issue_now(world, issue_id)).status is IssueStatus.IN_PROGRESS
    clock = await clock_of(world, issue_id, ClockTarget.RESOLVE)
    assert clock.due_at == NOON + timedelta(hours=48, days=11)


async def test_while_suspended_nobody_goes_on_by_the_way(world: World):
    issue_id, task_id, request_id = await asked_to_suspend(world)
    await decide(world, STAFF, request_id, is_granted=True)

    with pytest.raises(IssuePaused):
        async with world.work.begin() as uow:
            await arrive(uow, actor=world.actor(WORKER), task_id=task_id)

    assert (await issue_now(world, issue_id)).status is IssueStatus.SUSPENDED


async def test_a_refusal_says_why_and_the_work_goes_on(world: World):
    issue_id, _, request_id = await asked_to_suspend(world)

    with pytest.raises(ReasonMissing):
        await decide(world, STAFF, request_id, is_granted=False)
    await decide(world, STAFF, request_id, is_granted=False, reason="a ladder is enough")

    assert (await issue_now(world, issue_id)).status is IssueStatus.IN_PROGRESS
    assert (await history_of(world, issue_id))[-1].words == "a ladder is enough"


async def test_asking_again_while_one_request_waits_makes_no_second_one(world: World):
    issue_id, _, request_id = await asked_to_suspend(world)

    async with world.work.begin() as uow:
        again = await request_suspension(uow, actor=world.actor(WORKER), issue_id=issue_id, reason="still")

    assert again.id == request_id
    assert len(world.events(RequestMade)) == 1
    assert [entry.action for entry in await history_of(world, issue_id)].count("request_suspend") == 1


async def test_of_two_who_decide_at_once_one_is_heard_and_the_other_is_told_who(world: World):
    _, _, request_id = await asked_to_suspend(world)

    results = await asyncio.gather(
        decide(world, STAFF, request_id, is_granted=True),
        decide(world, LEADER, request_id, is_granted=False, reason="no"),
        return_exceptions=True,
    )

    (refusal,) = [result for result in results if result is not None]
    assert isinstance(refusal, AlreadyDecided)
    assert refusal.params["name"] == (STAFF, LEADER)[results.index(None)]
    assert len(world.events(RequestDecided)) == 1


async def test_the_same_answer_twice_is_one(world: World):
    _, _, request_id = await asked_to_suspend(world)

    for _ in range(2):
        await decide(world, STAFF, request_id, is_granted=True)

    assert len(world.events(RequestDecided)) == 1


@pytest.mark.parametrize("who", [WORKER, OTHER_WORKER, "plumber Guo", REPORTER, "foreign staff Bai"])
async def test_only_leaders_and_staff_decide(world: World, who: str):
    _, _, request_id = await asked_to_suspend(world)

    with pytest.raises(MoveNotYours):
        await decide(world, who, request_id, is_granted=True)


async def test_nobody_grants_what_they_asked_for(world: World):
    issue_id, _ = await claimed(world, by=LEADER)
    async with world.work.begin() as uow:
        request = await request_suspension(uow, actor=world.actor(LEADER), issue_id=issue_id, reason="crane")

    with pytest.raises(CheckerIsDoer):
        await decide(world, LEADER, request.id, is_granted=True)


@pytest.mark.parametrize("days", [-1, 0, 400])
async def test_a_day_in_the_past_or_beyond_reason_is_refused(world: World, days: int):
    issue_id, _ = await claimed(world)

    with pytest.raises(UntilInvalid):
        async with world.work.begin() as uow:
            await suspend_issue(
                uow,
                actor=world.actor(STAFF),
                issue_id=issue_id,
                reason="permit",
                until_at=uow.now + timedelta(days=days),
            )


async def test_an_unknown_request_is_not_found(world: World):
    with pytest.raises(NotFound):
        await decide(world, STAFF, 987654, is_granted=True)


async def test_a_reopened_issue_begins_a_new_life_with_a_task_for_the_last_group(world: World):
    issue_id, request_id = await asked_to_reopen(world)
    world.hours_pass(30)

    await decide(world, STAFF, request_id, is_granted=True)

    issue = await issue_now(world, issue_id)
    async with world.work.look() as uow:
        (task,) = await tasks_of_issue(uow, issue)
    assert (issue.status, issue.reopened_count, issue.resolved_at) == (IssueStatus.DISPATCHED, 1, None)
    assert (task.status, task.org_unit_id) == (TaskStatus.OPEN, world.units["grid-1"].id)
    clock = await clock_of(world, issue_id, ClockTarget.RESOLVE)
    assert (clock.started_at, clock.stopped_at) == (NOON + timedelta(hours=30), None)


async def test_work_of_the_earlier_life_does_not_count_in_the_new_one(world: World):
    issue_id, request_id = await asked_to_reopen(world)
    await decide(world, STAFF, request_id, is_granted=True)
    async with world.work.look() as uow:
        (task,) = await tasks_of_issue(uow, await uow.session.get_one(Issue, issue_id))

    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=task.id)
        await return_task(uow, actor=world.actor(WORKER), task_id=task.id, reason="not mine")

    assert (await issue_now(world, issue_id)).status is IssueStatus.ACCEPTED


async def test_a_denied_reopening_leaves_the_result_as_it_was(world: World):
    issue_id, request_id = await asked_to_reopen(world)

    await decide(world, LEADER, request_id, is_granted=False, reason="these are other boxes")

    issue = await issue_now(world, issue_id)
    assert (issue.status, issue.reopened_count) == (IssueStatus.RESOLVED, 0)
    assert issue.resolved_at is not None
