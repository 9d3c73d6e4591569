"""Work whose holder no longer serves goes back to its group: a successor is opened there, with a card that rings."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.errors import NotYourGroup
from backend.issues.holding import account_by_id, hold_task
from backend.issues.models import Task
from backend.issues.movers import HELD
from backend.issues.moving import align_with_tasks, move_task
from backend.issues.states import TaskAction
from backend.issues.stepping import PAUSED
from backend.issues.tasks.hands import Group, account_in_group
from backend.issues.tasks.opening import open_task
from backend.issues.timing.clock_rows import pause_clocks
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.accounts import actor_of_account


async def release_tasks_of(uow: UnitOfWork, *, account_id: int) -> int:
    """Take from somebody what they have in hand where they serve no more; returns how many tasks that were.

    What they submitted stays to be checked. A second time finds nothing.
    """
    held = await uow.session.scalars(
        select(Task).where(Task.assignee_id == account_id, Task.status.in_(HELD)).order_by(Task.issue_id, Task.id)
    )
    return sum([await release_if_gone(uow, task) for task in held.all()])


async def release_if_gone(uow: UnitOfWork, task: Task) -> bool:
    """Give one task in hand back to its group unless its holder still serves there."""
    if task.status not in HELD or task.assignee_id is None or await _still_serves(uow, task, task.assignee_id):
        return False
    issue = await hold_task(uow, task)
    group = Group(task.org_unit_id, task.partner_id)
    await open_task(uow, issue, group, instructions=task.instructions, predecessor=task)
    await move_task(uow, task, TaskAction.RELEASE, actor=CLOCK_ACTOR)
    if issue.status in PAUSED:
        # It waits on: nobody can claim it meanwhile, so that limit waits too.
        await pause_clocks(uow, issue)
        await align_with_tasks(uow, issue, actor=CLOCK_ACTOR)
    return True


async def _still_serves(uow: UnitOfWork, task: Task, account_id: int) -> bool:
    actor = await actor_of_account(uow, await account_by_id(uow, account_id))
    try:
        await account_in_group(uow, actor, Group(task.org_unit_id, task.partner_id))
    except NotYourGroup:
        return False
    return True
