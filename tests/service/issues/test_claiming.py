"""Claiming: one worker has the task, everybody knows who."""

from __future__ import annotations

import asyncio

import pytest

from backend.issues.errors import AlreadyClaimed, NotYourGroup, OffDuty, TaskOver, TooManyTasks
from backend.issues.events import TaskMoved
from backend.issues.states import ClockTarget, IssueStatus, TaskAction, TaskStatus
from backend.issues.tasks.doing import claim_task, return_task
from backend.issues.tasks.hands import WorkTarget
from tests.service.issues.scenes import (
    OTHER_WORKER,
    WORKER,
    claimed,
    clock_of,
    dispatched,
    history_of,
    issue_now,
    task_now,
)
from tests.service.world import World


async def claim(world: World, by: str, task_id: int) -> None:
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(by), task_id=task_id)


async def test_a_claimed_task_is_in_the_hands_of_its_worker_and_the_issue_is_in_progress(world: World):
    issue_id, (task_id,) = await dispatched(world)

    await claim(world, WORKER, task_id)

    task, issue = await task_now(world, task_id), await issue_now(world, issue_id)
    assert (task.status, task.assignee_id) == (TaskStatus.CLAIMED, world.account_id(WORKER))
    assert issue.status is IssueStatus.IN_PROGRESS
    assert (await clock_of(world, issue_id, ClockTarget.CLAIM)).stopped_at is not None


async def test_of_two_who_press_at_once_exactly_one_has_the_task_and_the_other_hears_who(world: World):
    _, (task_id,) = await dispatched(world)

    results = await asyncio.gather(
        *(claim(world, name, task_id) for name in (WORKER, OTHER_WORKER)), return_exceptions=True
    )

    (refusal,) = [result for result in results if result is not None]
    winner = world.accounts[(WORKER, OTHER_WORKER)[results.index(None)]]
    assert isinstance(refusal, AlreadyClaimed)
    assert refusal.params == {"name": winner.display_name}
    assert (await task_now(world, task_id)).assignee_id == winner.id
    moves = [event for event in world.events(TaskMoved) if event.action is TaskAction.CLAIM]  # type: ignore[attr-defined]
    assert len(moves) == 1


async def test_a_second_press_of_the_one_who_has_it_changes_nothing(world: World):
    issue_id, task_id = await claimed(world)
    before = await history_of(world, issue_id)

    await claim(world, WORKER, task_id)

    assert len(await history_of(world, issue_id)) == len(before)


@pytest.mark.parametrize("stranger", ["worker Sun", "plumber Guo", "Wang Fang", "staff Chen", "foreign staff Bai"])
async def test_nobody_takes_the_work_of_another_group(world: World, stranger: str):
    _, (task_id,) = await dispatched(world)

    with pytest.raises(NotYourGroup):
        await claim(world, stranger, task_id)

    assert (await task_now(world, task_id)).status is TaskStatus.OPEN


@pytest.mark.parametrize(
    ("who", "may"), [("plumber Guo", True), ("officer He", False), ("worker Li", False), ("leader Tang", False)]
)
async def test_a_partners_task_is_taken_by_its_own_people(world: World, who: str, may: bool):
    _, (task_id,) = await dispatched(world, targets=[WorkTarget(partner_id=world.partners["property"].id)])

    if may:
        await claim(world, who, task_id)
    else:
        with pytest.raises(NotYourGroup):
            await claim(world, who, task_id)

    assert ((await task_now(world, task_id)).assignee_id is not None) is may


async def test_what_lies_in_no_grid_may_be_taken_by_the_workers_of_every_grid(world: World):
    _, (task_id,) = await dispatched(world, unit="community")

    await claim(world, "worker Sun", task_id)

    assert (await task_now(world, task_id)).assignee_id == world.account_id("worker Sun")


async def test_who_is_off_duty_takes_no_new_work(world: World):
    _, (task_id,) = await dispatched(world)
    async with world.work.begin() as uow:
        (await uow.session.merge(world.accounts[WORKER])).on_duty = False

    with pytest.raises(OffDuty):
        await claim(world, WORKER, task_id)


async def test_a_worker_holds_no_more_than_the_cap_even_when_pressing_two_at_once(world: World):
    async with world.work.begin() as uow:
        (await uow.session.merge(world.accounts[WORKER])).task_cap = 1
    tasks = [(await dispatched(world))[1][0] for _ in range(2)]

    results = await asyncio.gather(*(claim(world, WORKER, task) for task in tasks), return_exceptions=True)

    (refusal,) = [result for result in results if result is not None]
    assert isinstance(refusal, TooManyTasks)
    assert refusal.params == {"cap": 1}


async def test_an_old_button_says_that_the_task_is_over(world: World):
    _, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await return_task(uow, actor=world.actor(WORKER), task_id=task_id, reason="not our building")

    with pytest.raises(TaskOver):
        await claim(world, OTHER_WORKER, task_id)


@pytest.mark.slow
async def test_a_hundred_races_for_a_task_have_one_winner_each(world: World):
    people = (WORKER, OTHER_WORKER, "leader Tang")
    async with world.work.begin() as uow:
        for name in people:
            (await uow.session.merge(world.accounts[name])).task_cap = 1_000

    for _ in range(100):
        _, (task_id,) = await dispatched(world)
        presses = [claim(world, name, task_id) for name in people * 2]
        results = await asyncio.gather(*presses, return_exceptions=True)

        holder = (await task_now(world, task_id)).assignee_id
        names = [name for name, result in zip(people * 2, results, strict=True) if result is None]
        assert {world.account_id(name) for name in names} == {holder}
        refusals = [result for result in results if result is not None]
        assert len(refusals) == 4
        assert all(isinstance(refusal, AlreadyClaimed) for refusal in refusals)
        assert {refusal.params["name"] for refusal in refusals} == set(names)  # type: ignore[union-attr]
