"""Whose hands may take a piece of work: people of its group, on duty, with room under their cap."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from backend.issues.errors import NotYourGroup, OffDuty, TargetOutside, TargetUnfit, TooManyTasks
from backend.issues.holding import account_by_id
from backend.issues.models import Issue, Task
from backend.issues.movers import HELD, path_of_unit, roles_at_unit
from backend.kernel.access import WORKERS, Actor, Role
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.accounts import actor_of_account
from backend.registry.models import Account, OrgUnit, Partner


@dataclass(frozen=True, slots=True)
class WorkTarget:
    """To whom work is to go: exactly one of a unit's group, a partner's group, or one person."""

    org_unit_id: int | None = None
    partner_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Whose card it is: the unit's own people, or a partner's for that unit."""

    org_unit_id: int
    partner_id: int | None = None


async def group_of_target(uow: UnitOfWork, issue: Issue, target: WorkTarget) -> Group:
    """The group that the target belongs to. Raises TargetOutside, TargetUnfit or NotFound."""
    if target.account_id is not None:
        return await _group_of_person(uow, issue, target.account_id)
    if target.partner_id is not None:
        partner = await uow.session.get(Partner, target.partner_id)
        if partner is None or partner.community_id != issue.community_id:
            raise TargetOutside
        return Group(issue.org_unit_id, partner.id)
    unit = await uow.session.get(OrgUnit, target.org_unit_id or 0)
    if unit is None or not unit.path.startswith(await path_of_unit(uow, issue.community_id)):
        raise TargetOutside
    return Group(unit.id)


async def _group_of_person(uow: UnitOfWork, issue: Issue, account_id: int) -> Group:
    account = await uow.session.get(Account, account_id)
    if account is None:
        raise NotFound
    if account.partner_id is not None:
        partner = await uow.session.get_one(Partner, account.partner_id)
        if partner.community_id != issue.community_id:
            raise TargetOutside
        return Group(issue.org_unit_id, partner.id)
    actor = await actor_of_account(uow, account)
    if WORKERS & await roles_at_unit(uow, actor, issue.org_unit_id):
        return Group(issue.org_unit_id)
    return Group(await _own_unit(uow, issue, actor))


async def _own_unit(uow: UnitOfWork, issue: Issue, actor: Actor) -> int:
    """Where in the issue's community the person works."""
    community = await path_of_unit(uow, issue.community_id)
    paths = [path for path in actor.paths_of(WORKERS) if path.startswith(community)]
    unit = await uow.session.scalar(select(OrgUnit).where(OrgUnit.path.in_(paths)).order_by(OrgUnit.id).limit(1))
    if unit is None:
        raise TargetUnfit(actor.name)
    return unit.id


async def account_in_group(uow: UnitOfWork, actor: Actor, group: Group) -> Account:
    """The actor's account, held, if it is one of the people who get the group's cards. Raises NotYourGroup."""
    if actor.account_id is None:
        raise AccessDenied
    account = await account_by_id(uow, actor.account_id)
    roles = await roles_at_unit(uow, actor, group.org_unit_id)
    if group.partner_id is None:
        fits = bool(roles & WORKERS)
    else:
        fits = Role.PARTNER in roles and account.partner_id == group.partner_id
    if not fits:
        raise NotYourGroup
    return account


async def check_has_room(uow: UnitOfWork, account: Account) -> None:
    """Raise OffDuty or TooManyTasks; two claims of one account at once are counted one after the other."""
    if not account.on_duty:
        raise OffDuty
    if await held_count(uow, account.id) >= account.task_cap:
        raise TooManyTasks(account.task_cap)


async def check_person_may_take(uow: UnitOfWork, account_id: int, group: Group) -> None:
    """Raise TargetUnfit, naming the person, unless work may be given to them."""
    account = await account_by_id(uow, account_id)
    try:
        await account_in_group(uow, await actor_of_account(uow, account), group)
        await check_has_room(uow, account)
    except (NotYourGroup, OffDuty, TooManyTasks) as error:
        raise TargetUnfit(account.display_name) from error


async def held_count(uow: UnitOfWork, account_id: int) -> int:
    """How many tasks the worker has in hand; what waits for a check is out of hand."""
    count = select(func.count()).select_from(Task).where(Task.assignee_id == account_id, Task.status.in_(HELD))
    return await uow.session.scalar(count) or 0
