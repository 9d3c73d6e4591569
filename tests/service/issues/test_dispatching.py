"""Dispatching: one issue, as many hands as it needs."""

from __future__ import annotations

import pytest

from backend.issues.errors import (
    MoveNotPossible,
    MoveNotYours,
    ReasonMissing,
    TargetOutside,
    TargetSame,
    TargetUnfit,
    WorkAwaitsCheck,
)
from backend.issues.events import TaskOpened
from backend.issues.models import Issue, Task
from backend.issues.moving import move_issue
from backend.issues.states import IssueAction, IssueStatus, TaskStatus
from backend.issues.tasks.dispatching import accept_issue, cancel_issue, dispatch_issue, one_key_targets, reject_issue
from backend.issues.tasks.doing import claim_task, pass_task, submit_task
from backend.issues.tasks.hands import WorkTarget
from backend.issues.tasks.video import video_link
from backend.registry.models import GridLayer, GridLayerUnit, PartnerKind
from tests.service.issues.scenes import (
    LEADER,
    OTHER_WORKER,
    STAFF,
    WORKER,
    claimed,
    dispatched,
    issue_now,
    photo,
    reported,
    submitted,
    task_now,
)
from tests.service.world import World


async def all_at_once(world: World) -> tuple[int, list[int]]:
    async with world.work.begin() as uow:
        issue = await reported(uow, world, category="noise")
        targets = await one_key_targets(uow, issue.id, [PartnerKind.PROPERTY, PartnerKind.POLICE])
        tasks = await dispatch_issue(
            uow, actor=world.actor(STAFF), issue_id=issue.id, targets=targets, instructions="come at once"
        )
        return issue.id, [task.id for task in tasks]


async def test_one_key_calls_the_grid_the_property_company_and_the_police_at_once(world: World):
    issue_id, tasks = await all_at_once(world)

    rows = [await task_now(world, task) for task in tasks]
    assert [row.partner_id for row in rows] == [None, world.partners["police"].id, world.partners["property"].id]
    assert {row.instructions for row in rows} == {"come at once"}
    assert len(world.events(TaskOpened)) == 3
    assert (await issue_now(world, issue_id)).status is IssueStatus.DISPATCHED


async def test_a_second_press_opens_no_second_card(world: World):
    issue_id, tasks = await all_at_once(world)

    async with world.work.begin() as uow:
        targets = await one_key_targets(uow, issue_id, list(PartnerKind))
        again = await dispatch_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, targets=targets)

    assert sorted(task.id for task in again) == sorted(tasks)
    assert len(world.events(TaskOpened)) == 3


async def test_the_slowest_of_several_hands_decides_where_the_issue_stands(world: World):
    issue_id, tasks = await all_at_once(world)
    people = ["worker Li", "officer He", "plumber Guo"]

    for name, task in zip(people, tasks, strict=True):
        async with world.work.begin() as uow:
            await claim_task(uow, actor=world.actor(name), task_id=task)
            await submit_task(uow, actor=world.actor(name), task_id=task)
        expected = IssueStatus.PENDING_CHECK if name == "plumber Guo" else IssueStatus.IN_PROGRESS
        assert (await issue_now(world, issue_id)).status is expected
    for task in tasks:
        assert (await issue_now(world, issue_id)).status is IssueStatus.PENDING_CHECK
        async with world.work.begin() as uow:
            await pass_task(uow, actor=world.actor(STAFF), task_id=task)

    assert (await issue_now(world, issue_id)).status is IssueStatus.RESOLVED


async def test_work_dispatched_to_a_person_is_in_his_hands_at_once(world: World):
    _, (task_id,) = await dispatched(world, targets=[WorkTarget(account_id=world.account_id(WORKER))])

    task = await task_now(world, task_id)
    assert (task.status, task.assignee_id) == (TaskStatus.CLAIMED, world.account_id(WORKER))


async def test_a_community_issue_that_is_sent_to_a_grid_has_found_its_grid(world: World):
    issue_id, _ = await dispatched(world, unit="community", targets=[WorkTarget(org_unit_id=world.units["grid-3"].id)])

    assert (await issue_now(world, issue_id)).org_unit_id == world.units["grid-3"].id


@pytest.mark.parametrize("who", [WORKER, "plumber Guo", "Wang Fang", "foreign staff Bai"])
async def test_who_does_not_lead_dispatches_accepts_and_rejects_nothing(world: World, who: str):
    async with world.work.begin() as uow:
        issue_id = (await reported(uow, world)).id

    for act in (
        lambda uow: dispatch_issue(
            uow,
            actor=world.actor(who),
            issue_id=issue_id,
            targets=[WorkTarget(org_unit_id=world.units["grid-1"].id)],
        ),
        lambda uow: accept_issue(uow, actor=world.actor(who), issue_id=issue_id),
        lambda uow: reject_issue(uow, actor=world.actor(who), issue_id=issue_id, reason="no"),
    ):
        with pytest.raises(MoveNotYours):
            async with world.work.begin() as uow:
                await act(uow)

    assert (await issue_now(world, issue_id)).status is IssueStatus.REPORTED


async def test_work_goes_to_nobody_outside_and_never_to_nobody_at_all(world: World):
    async with world.work.begin() as uow:
        issue_id = (await reported(uow, world)).id

    for targets, refusal in (
        ([], TargetSame),
        ([WorkTarget(org_unit_id=world.units["neighbour"].id)], TargetOutside),
        ([WorkTarget(org_unit_id=987654)], TargetOutside),
        ([WorkTarget(partner_id=987654)], TargetOutside),
        ([WorkTarget(account_id=world.account_id("Wang Fang"))], TargetUnfit),
    ):
        with pytest.raises(refusal):
            async with world.work.begin() as uow:
                await dispatch_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, targets=targets)

    assert (await issue_now(world, issue_id)).status is IssueStatus.REPORTED


async def test_a_rejection_says_why(world: World):
    async with world.work.begin() as uow:
        issue_id = (await reported(uow, world)).id

    with pytest.raises(ReasonMissing):
        async with world.work.begin() as uow:
            await reject_issue(uow, actor=world.actor(LEADER), issue_id=issue_id, reason=" ")
    async with world.work.begin() as uow:
        await reject_issue(uow, actor=world.actor(LEADER), issue_id=issue_id, reason="it is no problem")

    assert (await issue_now(world, issue_id)).status is IssueStatus.REJECTED


async def test_cancelling_an_issue_ends_its_open_work(world: World):
    issue_id, task_id = await claimed(world)

    async with world.work.begin() as uow:
        await cancel_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="reported by mistake")

    assert (await issue_now(world, issue_id)).status is IssueStatus.CANCELLED
    assert (await task_now(world, task_id)).status is TaskStatus.CANCELLED


async def test_submitted_work_is_never_swept_away_with_its_issue(world: World):
    issue_id, tasks = await all_at_once(world)
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=tasks[0])
        await submit_task(uow, actor=world.actor(WORKER), task_id=tasks[0])

    with pytest.raises(WorkAwaitsCheck):
        async with world.work.begin() as uow:
            await cancel_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="enough")

    assert (await task_now(world, tasks[0])).status is TaskStatus.PENDING_CHECK


async def test_what_is_done_to_tasks_is_not_done_to_the_issue_over_their_heads(world: World):
    issue_id, _ = await submitted(world)

    for action in (IssueAction.PASS, IssueAction.SUBMIT, IssueAction.CLAIM):
        async with world.work.look() as uow:
            issue = await uow.session.get_one(Issue, issue_id)
            with pytest.raises(MoveNotPossible):
                await move_issue(uow, issue, action, actor=world.actor("admin Yin"))


async def test_everybody_at_work_meets_in_a_room_that_nobody_guesses(world: World):
    issues = [await issue_now(world, (await dispatched(world))[0]) for _ in range(2)]

    links = {video_link(issue, "https://meet.example/") for issue in issues}

    assert len(links) == 2
    assert all(link is not None and link.startswith("https://meet.example/youlin-") for link in links)
    assert all(len(issue.video_room) >= 32 for issue in issues)


async def test_a_worker_of_a_grid_layer_takes_the_work_of_its_grids(world: World):
    _, (task_id,) = await dispatched(world)
    async with world.work.begin() as uow:
        layer = GridLayer(community_id=world.community_id, key="floating", name="流动人口")
        uow.session.add(layer)
        await uow.session.flush()
        served = GridLayerUnit(
            layer_id=layer.id, grid_id=world.units["grid-1"].id, account_id=world.account_id("worker Sun")
        )
        uow.session.add(served)

    async with world.work.begin() as uow:
        task: Task = await claim_task(uow, actor=world.actor("worker Sun"), task_id=task_id)

    assert task.assignee_id == world.account_id("worker Sun")
    await photo(world, task_id, by="worker Sun")
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor("worker Sun"), task_id=task_id)
        await pass_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id)
