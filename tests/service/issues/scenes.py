"""Ready scenes for tests of the work side: an issue in some state, reached the way people reach it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from backend.issues.models import HistoryEntry, Issue, IssueClock, IssueFollower, Task
from backend.issues.states import ClockTarget, EvidenceKind, IssueStatus
from backend.issues.tasks.dispatching import accept_issue, dispatch_issue
from backend.issues.tasks.doing import claim_task, pass_task, submit_task
from backend.issues.tasks.evidence import GivenEvidence, give_evidence
from backend.issues.tasks.hands import WorkTarget
from backend.issues.timing.clock_rows import start_opening_clocks
from backend.kernel.unit_of_work import UnitOfWork
from tests.service.world import World, middle_of

WORKER, OTHER_WORKER, LEADER, STAFF = "worker Li", "worker Zhao", "leader Tang", "staff Chen"
REPORTER = "Wang Fang"


async def reported(uow: UnitOfWork, world: World, *, category: str = "corridor", unit: str = "grid-1") -> Issue:
    """A fresh issue that Wang Fang reported, with its opening clocks."""
    longitude, latitude = middle_of(1)
    issue = Issue(
        community_id=world.community_id,
        org_unit_id=world.units[unit].id,
        year=2026,
        serial=len((await uow.session.scalars(select(Issue.id))).all()) + 1,
        category_id=world.categories[category].id,
        status=IssueStatus.REPORTED,
        risk_grade=world.categories[category].risk_grade,
        summary="楼道里堆满纸箱",
        place="石油路1号",
        longitude=longitude,
        latitude=latitude,
        opened_at=uow.now,
        status_entered_at=uow.now,
    )
    uow.session.add(issue)
    await uow.session.flush()
    reporter = IssueFollower(
        issue_id=issue.id, account_id=world.account_id(REPORTER), is_reporter=True, since_at=uow.now
    )
    uow.session.add(reporter)
    await start_opening_clocks(uow, issue)
    return issue


async def dispatched(
    world: World, *, category: str = "corridor", targets: Sequence[WorkTarget] | None = None, unit: str = "grid-1"
) -> tuple[int, list[int]]:
    """An issue with open tasks, one for the grid unless told otherwise; gives the ids of both."""
    async with world.work.begin() as uow:
        issue = await reported(uow, world, category=category, unit=unit)
        staff = world.actor(STAFF)
        await accept_issue(uow, actor=staff, issue_id=issue.id)
        at = targets or [WorkTarget(org_unit_id=world.units[unit].id)]
        tasks = await dispatch_issue(uow, actor=staff, issue_id=issue.id, targets=at)
        return issue.id, [task.id for task in tasks]


async def claimed(world: World, *, by: str = WORKER, **scene: Any) -> tuple[int, int]:
    """An issue whose only task `by` has claimed."""
    issue_id, (task_id,) = await dispatched(world, **scene)
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(by), task_id=task_id)
    return issue_id, task_id


async def photo(world: World, task_id: int, *, by: str = WORKER, name: str = "after") -> None:
    """`by` proves the work with a photo."""
    given = GivenEvidence(kind=EvidenceKind.PHOTO_AFTER, file_id=name, file_unique_id=name)
    async with world.work.begin() as uow:
        await give_evidence(uow, actor=world.actor(by), task_id=task_id, given=given)


async def submitted(world: World, *, by: str = WORKER, **scene: Any) -> tuple[int, int]:
    """An issue whose only task waits for its check."""
    issue_id, task_id = await claimed(world, by=by, **scene)
    await photo(world, task_id, by=by)
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor(by), task_id=task_id)
    return issue_id, task_id


async def resolved(world: World, **scene: Any) -> tuple[int, int]:
    """An issue whose only task was checked by another worker."""
    issue_id, task_id = await submitted(world, **scene)
    async with world.work.begin() as uow:
        await pass_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id)
    return issue_id, task_id


async def issue_now(world: World, issue_id: int) -> Issue:
    """The issue as it is stored."""
    async with world.work.look() as uow:
        return await uow.session.get_one(Issue, issue_id)


async def task_now(world: World, task_id: int) -> Task:
    """The task as it is stored."""
    async with world.work.look() as uow:
        return await uow.session.get_one(Task, task_id)


async def history_of(world: World, issue_id: int) -> list[HistoryEntry]:
    """All steps, oldest first."""
    async with world.work.look() as uow:
        query = select(HistoryEntry).where(HistoryEntry.issue_id == issue_id).order_by(HistoryEntry.id)
        return list(await uow.session.scalars(query))


async def clock_of(world: World, issue_id: int, target: ClockTarget) -> IssueClock:
    """The newest clock of the issue or its tasks that waits for `target`."""
    async with world.work.look() as uow:
        query = select(IssueClock).where(IssueClock.issue_id == issue_id, IssueClock.target == target)
        return (await uow.session.scalars(query.order_by(IssueClock.id.desc()))).first()  # type: ignore[return-value]
