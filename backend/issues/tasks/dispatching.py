"""From a report to the hands that do the work: accept or reject, open tasks for one group or several at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backend.issues.errors import TargetSame
from backend.issues.holding import account_by_id, issue_by_id
from backend.issues.models import HistoryEntry, Issue, Task
from backend.issues.moving import check_issue_step, move_issue
from backend.issues.states import IssueAction, IssueStatus, TaskStatus
from backend.issues.tasks.hands import Group, WorkTarget, check_person_may_take, group_of_target
from backend.issues.tasks.opening import give_task, live_task_of_group, open_task
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Partner, PartnerKind

MOST_TARGETS = 20


async def accept_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int) -> HistoryEntry:
    """Take the report on as an issue of the community."""
    return await move_issue(uow, await issue_by_id(uow, issue_id), IssueAction.ACCEPT, actor=actor)


async def reject_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str) -> HistoryEntry:
    """Turn the report away; its reporters hear the reason."""
    return await move_issue(uow, await issue_by_id(uow, issue_id), IssueAction.REJECT, actor=actor, reason=reason)


async def cancel_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str) -> HistoryEntry:
    """End an issue without a result; its open tasks end with it, submitted work stands in the way."""
    return await move_issue(uow, await issue_by_id(uow, issue_id), IssueAction.CANCEL, actor=actor, reason=reason)


async def dispatch_issue(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, targets: Sequence[WorkTarget], instructions: str = ""
) -> list[Task]:
    """Open a task for every target, all in one step; a report not accepted yet is accepted by it.

    A group that works on the issue already keeps the task it has, so that a second press opens nothing. A person has
    the task at once, a group must claim it. Raises TargetOutside, TargetUnfit, TargetSame for no target at all.
    """
    if not 0 < len(targets) <= MOST_TARGETS:
        raise TargetSame
    issue = await issue_by_id(uow, issue_id)
    if issue.status is IssueStatus.REPORTED:
        await move_issue(uow, issue, IssueAction.ACCEPT, actor=actor)
    await check_issue_step(uow, issue, IssueAction.DISPATCH, actor=actor, reason=instructions)
    for account_id in sorted({target.account_id for target in targets if target.account_id is not None}):
        await account_by_id(uow, account_id)  # all of them in id order, so that two dispatches never wait in a circle
    return [await _dispatch_to(uow, issue, target, actor, instructions) for target in targets]


async def _dispatch_to(uow: UnitOfWork, issue: Issue, target: WorkTarget, actor: Actor, instructions: str) -> Task:
    group = await group_of_target(uow, issue, target)
    task = await live_task_of_group(uow, issue, group)
    if target.account_id is not None and (task is None or task.status is TaskStatus.OPEN):
        await check_person_may_take(uow, target.account_id, group)
    if task is None:
        task = await _open_for(uow, issue, group, actor, instructions)
    if target.account_id is not None and task.status is TaskStatus.OPEN:
        await give_task(uow, task, target.account_id)
    return task


async def _open_for(uow: UnitOfWork, issue: Issue, group: Group, actor: Actor, instructions: str) -> Task:
    if issue.org_unit_id == issue.community_id and group.partner_id is None:
        issue.org_unit_id = group.org_unit_id  # it has found its grid
    task = await open_task(uow, issue, group, instructions=instructions)
    await move_issue(uow, issue, IssueAction.DISPATCH, actor=actor, reason=instructions, task_id=task.id)
    return task


async def one_key_targets(uow: UnitOfWork, issue_id: int, kinds: Sequence[PartnerKind]) -> list[WorkTarget]:
    """The grid of the issue and the community's partners of these kinds: whom one key calls at once (M10)."""
    issue = await issue_by_id(uow, issue_id)
    partners = await uow.session.scalars(
        select(Partner.id)
        .where(Partner.community_id == issue.community_id, Partner.kind.in_(kinds))
        .order_by(Partner.kind, Partner.id)
    )
    return [WorkTarget(org_unit_id=issue.org_unit_id), *(WorkTarget(partner_id=partner) for partner in partners)]
