"""Sends an accepted issue to the group that its category names, without anybody pressing a button."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.hands import Group
from backend.issues.models import Issue, Task
from backend.issues.moving import move_issue
from backend.issues.opening import open_task
from backend.issues.routing import RouteTo, WorkGroup, group_for
from backend.issues.states import IssueAction
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import BoundChat, Partner


async def dispatch_by_route(uow: UnitOfWork, issue: Issue, route: RouteTo) -> Task:
    """Open the task for the partner that the category names, if it has a group, else for the issue's own unit."""
    partner_id = None if route is RouteTo.GRID else await _partner_with_group(uow, issue, route)
    task = await open_task(uow, issue, Group(issue.org_unit_id, partner_id))
    await move_issue(uow, issue, IssueAction.DISPATCH, actor=CLOCK_ACTOR, task_id=task.id)
    return task


async def _partner_with_group(uow: UnitOfWork, issue: Issue, route: RouteTo) -> int | None:
    rows = await uow.session.execute(
        select(BoundChat.id, Partner.id, Partner.kind)
        .join(Partner, Partner.id == BoundChat.partner_id)
        .where(Partner.community_id == issue.community_id, BoundChat.ended_at.is_(None))
    )
    partners: dict[int, int] = {}
    groups = []
    for chat_id, partner_id, kind in rows:
        partners[chat_id] = partner_id
        groups.append(WorkGroup(id=chat_id, serves=RouteTo(kind.value)))
    found = group_for(route, None, groups)
    return partners[found.id] if found is not None else None
