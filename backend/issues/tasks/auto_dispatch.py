"""Sends a report to the group that its category names, without anybody pressing a button."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.models import Issue
from backend.issues.tasks.dispatching import dispatch_issue
from backend.issues.tasks.hands import WorkTarget
from backend.issues.tasks.routing import RouteTo, WorkGroup, group_for
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import BoundChat, Partner


async def dispatch_by_route(uow: UnitOfWork, issue: Issue, route: RouteTo) -> None:
    """Accept the issue and give it to the partner its category names, if that has a group, else to its own unit."""
    partner_id = None if route is RouteTo.GRID else await _partner_with_group(uow, issue, route)
    target = WorkTarget(org_unit_id=issue.org_unit_id) if partner_id is None else WorkTarget(partner_id=partner_id)
    await dispatch_issue(uow, actor=CLOCK_ACTOR, issue_id=issue.id, targets=[target])


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
