"""Opens pieces of work: the task's row, its claim clock, and the fact that a group needs a card."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from backend.issues.events import TaskOpened
from backend.issues.history import checked_words
from backend.issues.holding import parts_of_new
from backend.issues.models import Issue, Task
from backend.issues.movers import LIVE
from backend.issues.moving import move_task
from backend.issues.states import ClockTarget, TaskAction, TaskStatus
from backend.issues.tasks.hands import Group
from backend.issues.tasks.video import new_video_room
from backend.issues.timing.clock_rows import start_clock
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork

_LIVE_TASK = (
    select(Task)
    .where(
        Task.issue_id == bindparam("issue_id"),
        Task.org_unit_id == bindparam("org_unit_id"),
        Task.partner_id.is_not_distinct_from(bindparam("partner_id")),
        Task.reopening == bindparam("reopening"),
        Task.status.in_(LIVE),
    )
    .order_by(Task.id)
    .limit(1)
)


async def open_task(
    uow: UnitOfWork, issue: Issue, group: Group, *, instructions: str = "", predecessor: Task | None = None
) -> Task:
    """Add a task for the group to an issue that the caller holds and moves; records TaskOpened."""
    task = Task(
        community_id=issue.community_id,
        issue_id=issue.id,
        predecessor_id=predecessor.id if predecessor else None,
        status=TaskStatus.OPEN,
        org_unit_id=group.org_unit_id,
        partner_id=group.partner_id,
        instructions=checked_words(instructions),
        reopening=issue.reopened_count,
        created_at=uow.now,
        status_entered_at=uow.now,
    )
    uow.session.add(task)
    await uow.session.flush()
    issue.video_room = issue.video_room or new_video_room()
    await start_clock(uow, issue, ClockTarget.CLAIM, task)
    uow.record(TaskOpened(task.id))
    return task


async def give_task(uow: UnitOfWork, task: Task, account_id: int) -> None:
    """Put an open task into the hands of somebody who was found fit to take it."""
    await move_task(uow, task, TaskAction.CLAIM, actor=CLOCK_ACTOR, assignee_id=account_id)


async def live_task_of_group(uow: UnitOfWork, issue: Issue, group: Group) -> Task | None:
    """The group's task of this issue that is not over yet, if it has one."""
    of_group = {"org_unit_id": group.org_unit_id, "partner_id": group.partner_id, "reopening": issue.reopened_count}
    own = parts_of_new(uow, issue, Task)
    if own is not None:
        return next((task for task in own if task.status in LIVE and _is_like(task, of_group)), None)
    found = await uow.session.scalars(_LIVE_TASK, {"issue_id": issue.id, **of_group})
    return found.first()


def _is_like(task: Task, columns: Mapping[str, int | None]) -> bool:
    return all(getattr(task, name) == value for name, value in columns.items())
