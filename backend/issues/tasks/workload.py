"""Who works where, how much they have in hand, and how much they may take: what a leader steers by."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from backend.issues.models import Task
from backend.issues.movers import HELD
from backend.kernel.access import FIELD, PERMISSIONS, Actor, Permission
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, OrgUnit, RoleGrant

MOST_WORKERS = 40
"""Their buttons must fit under one message."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One worker; `unit_name` is where they serve first."""

    account_id: int
    name: str
    unit_name: str
    is_on_duty: bool
    held: int
    cap: int


async def workloads(uow: UnitOfWork, *, actor: Actor) -> list[Workload]:
    """The workers of the units whose roles the actor hands out, those on duty first. Raises AccessDenied."""
    paths = actor.paths_of(PERMISSIONS[Permission.INVITE])
    if not paths:
        raise AccessDenied
    below = or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths))
    held = (
        select(Task.assignee_id, func.count().label("count"))
        .where(Task.status.in_(HELD))
        .group_by(Task.assignee_id)
        .subquery()
    )
    rows = await uow.session.execute(
        select(Account, OrgUnit.name, func.coalesce(held.c.count, 0))
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .outerjoin(held, held.c.assignee_id == Account.id)
        .where(below, RoleGrant.ended_at.is_(None), RoleGrant.role.in_(FIELD))
        .order_by(Account.on_duty.desc(), OrgUnit.code, Account.id)
        .limit(MOST_WORKERS * 2)
    )
    found: dict[int, Workload] = {}
    for one, unit_name, count in rows:
        known = Workload(one.id, one.display_name, unit_name, one.on_duty, count, one.task_cap)
        found.setdefault(one.id, known)  # who serves two grids is one worker
    return list(found.values())[:MOST_WORKERS]
