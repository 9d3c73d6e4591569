"""A reported hazard is worth points when a human has taken it on, not when the program sent it on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from backend.issues.events import IssueMoved
from backend.issues.models import Issue, Task
from backend.issues.states import IssueStatus
from backend.issues.tasks.dispatching import reject_issue
from backend.issues.tasks.doing import claim_task, return_task
from backend.kernel.database import Database
from backend.reactions import REACTIONS
from tests.service.issues.reporting import report
from tests.service.points.scenes import does, points_of, with_rules
from tests.service.world import World, open_world


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """The small community in which issues move points."""
    database = Database(sqlite_url)
    opened = await open_world(database, reactions={IssueMoved: REACTIONS[IssueMoved]})
    await with_rules(opened)
    yield opened
    await database.close()


async def _reported(world: World, who: str = "Wang Fang", *, category: str = "corridor") -> tuple[Issue, Task]:
    """The issue of a fresh report, and the task that it became by itself."""
    told = await report(world, who, category=category)
    async with world.work.look() as uow:
        issue = await uow.session.get_one(Issue, told.issue_id)
        task = (await uow.session.scalars(select(Task).where(Task.issue_id == told.issue_id))).one()
    return issue, task


async def test_nobody_is_paid_for_what_only_the_program_sent_on(world: World) -> None:
    issue, _ = await _reported(world)

    assert issue.status is IssueStatus.DISPATCHED
    assert await points_of(world, "Wang Fang") == (0, 0)


async def test_whoever_claims_it_has_looked_and_a_rejection_takes_the_points_back(world: World) -> None:
    issue, task = await _reported(world)

    await does(world, lambda uow: claim_task(uow, actor=world.actor("worker Li"), task_id=task.id))
    after_claim = await points_of(world, "Wang Fang")
    await does(
        world, lambda uow: return_task(uow, actor=world.actor("worker Li"), task_id=task.id, reason="nothing there")
    )
    await does(
        world,
        lambda uow: reject_issue(uow, actor=world.actor("staff Chen"), issue_id=issue.id, reason="nothing there"),
    )

    assert after_claim == (5, 0)
    assert await points_of(world, "Wang Fang") == (0, 0)


async def test_who_takes_on_their_own_report_is_not_paid_for_it(world: World) -> None:
    _, task = await _reported(world, "worker Li")

    await does(world, lambda uow: claim_task(uow, actor=world.actor("worker Li"), task_id=task.id))

    assert await points_of(world, "worker Li") == (0, 0)


async def test_what_is_no_hazard_earns_nothing(world: World) -> None:
    _, task = await _reported(world, category="noise")

    await does(world, lambda uow: claim_task(uow, actor=world.actor("worker Li"), task_id=task.id))

    assert await points_of(world, "Wang Fang") == (0, 0)
