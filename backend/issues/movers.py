"""Who asks, as the tables of moves see them: roles at the issue's unit, and ties to it as reporter or doer."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select

from backend.issues.models import Issue, IssueFollower, Report, Task
from backend.issues.moves import Mover
from backend.issues.states import TaskAction, TaskStatus
from backend.kernel.access import PERMISSIONS, WORKERS, Actor, Door, Permission, Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, GridLayerUnit, OrgUnit

HELD = (TaskStatus.CLAIMED, TaskStatus.EN_ROUTE, TaskStatus.ON_SCENE)
"""Somebody has the task and works on it."""
LIVE = (TaskStatus.OPEN, *HELD, TaskStatus.PENDING_CHECK)

_RANKS = (
    Role.ADMIN,
    Role.DISTRICT,
    Role.SUBDISTRICT,
    Role.STAFF,
    Role.GRID_LEADER,
    Role.GRID_WORKER,
    Role.PARTNER,
)
SYSTEM_ROLE = "system"
REPORTER_ROLE = "reporter"

_GROUP_WORK = frozenset({TaskAction.CLAIM, TaskAction.RETURN})
"""What only the group that got the task may do, whatever else its members are."""


async def path_of_unit(uow: UnitOfWork, org_unit_id: int) -> str:
    """The org path of a unit."""
    return (await uow.session.get_one(OrgUnit, org_unit_id)).path


async def roles_at_unit(uow: UnitOfWork, actor: Actor, org_unit_id: int) -> frozenset[Role]:
    """The actor's roles there: by grant, by a grid layer, and a worker's in what belongs to the whole community.

    What lies in no grid is everybody's: the workers of the grids below may take it.
    """
    path = await path_of_unit(uow, org_unit_id)
    below = {grant.role for grant in actor.grants if grant.role in WORKERS and grant.org_path.startswith(path)}
    serves = {Role.GRID_WORKER} if await _serves_layer(uow, actor, org_unit_id) else set()
    return actor.roles_at(path) | below | serves


async def _serves_layer(uow: UnitOfWork, actor: Actor, org_unit_id: int) -> bool:
    if actor.account_id is None:
        return False
    serves = exists().where(GridLayerUnit.grid_id == org_unit_id, GridLayerUnit.account_id == actor.account_id)
    return bool(await uow.session.scalar(select(serves)))


def is_system(actor: Actor) -> bool:
    """Whether the program itself acts: routing, silence, a limit that ran out."""
    return actor.account_id is None and actor.door is Door.CLOCK


async def mover_of_issue(uow: UnitOfWork, issue: Issue, actor: Actor) -> Mover:
    """The actor's grounds for moving the issue."""
    roles = await roles_at_unit(uow, actor, issue.org_unit_id)
    if actor.account_id is None:
        return Mover(roles=roles, is_system=is_system(actor))
    who = (issue.id, actor.account_id)
    ties = select(_is_reporter(*who), _is_doer(*who), _is_called(*who))
    is_reporter, is_doer, is_called = (await uow.session.execute(ties)).one()
    if not is_called:
        roles -= {Role.PARTNER}  # a partner has a say only where it was called
    return Mover(roles=roles, is_reporter=is_reporter, is_doer=is_doer and await _still_serves(uow, issue, actor))


async def may_know(uow: UnitOfWork, issue: Issue, actor: Actor) -> bool:
    """Whether the issue is a colleague's to know: by role at its unit, and for a partner because it was called."""
    return bool((await mover_of_issue(uow, issue, actor)).roles & PERMISSIONS[Permission.READ_ISSUE])


async def _still_serves(uow: UnitOfWork, issue: Issue, actor: Actor) -> bool:
    """Whether one of the actor's tasks lies where they still hold a role: what is in hand outlives no role."""
    held = await uow.session.scalars(
        select(Task).where(Task.issue_id == issue.id, Task.assignee_id == actor.account_id).order_by(Task.id)
    )
    return any([(await mover_of_task(uow, task, TaskAction.COMMENT, actor)).is_doer for task in held.all()])


def _is_reporter(issue_id: int, account_id: int) -> ColumnElement[bool]:
    # The reporters of a merged issue came over as followers; who reported here may have stopped following.
    followed = exists().where(
        IssueFollower.issue_id == issue_id, IssueFollower.account_id == account_id, IssueFollower.is_reporter
    )
    return followed | exists().where(Report.issue_id == issue_id, Report.account_id == account_id)


def _is_doer(issue_id: int, account_id: int) -> ColumnElement[bool]:
    return exists().where(
        Task.issue_id == issue_id, Task.assignee_id == account_id, Task.status.in_((*HELD, TaskStatus.PENDING_CHECK))
    )


def _is_called(issue_id: int, account_id: int) -> ColumnElement[bool]:
    return exists().where(Task.issue_id == issue_id, Task.partner_id == Account.partner_id, Account.id == account_id)


async def mover_of_task(uow: UnitOfWork, task: Task, action: TaskAction, actor: Actor) -> Mover:
    """The actor's grounds for moving the task; being of another group's unit is none for taking its work.

    Who has the task in hand is its doer for as long as they serve there: an ended role ends that too.
    """
    roles = await roles_at_unit(uow, actor, task.org_unit_id)
    if Role.PARTNER in roles and not await _is_of_partner(uow, task, actor):
        roles -= {Role.PARTNER}
    if task.partner_id is not None and action in _GROUP_WORK:
        roles -= set(WORKERS)
    if task.partner_id is not None and action is TaskAction.TRANSFER:
        roles -= {Role.GRID_WORKER}
    has_it = actor.account_id is not None and actor.account_id in (task.assignee_id, task.submitted_by_id)
    is_doer = has_it and bool(roles - {Role.RESIDENT})
    return Mover(roles=roles, is_doer=is_doer, is_system=is_system(actor))


async def _is_of_partner(uow: UnitOfWork, task: Task, actor: Actor) -> bool:
    if task.partner_id is None or actor.account_id is None:
        return False
    return (await uow.session.get_one(Account, actor.account_id)).partner_id == task.partner_id


def role_shown(mover: Mover) -> str:
    """The role under which history names the mover: the highest one, `reporter`, `resident` or `system`."""
    if mover.is_system:
        return SYSTEM_ROLE
    for role in _RANKS:
        if role in mover.roles:
            return role.value
    return REPORTER_ROLE if mover.is_reporter else Role.RESIDENT.value
