"""Who holds which role where, and which roles and units somebody may hand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from backend.cockpit.places import are_kin
from backend.cockpit.reads.within import within
from backend.kernel.access import PERMISSIONS, Actor, Permission, Role, may
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, OrgUnit, Partner, RoleGrant
from backend.registry.queries import units_within
from backend.registry.rules import GRANTABLE, may_grant

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One live role. `can_end` says whether the reader may end it."""

    grant_id: int
    name: str
    username: str | None
    role: Role
    unit: str
    partner: str | None
    since: datetime
    on_duty: bool
    is_blocked: bool
    can_end: bool


async def holders_shown(
    uow: UnitOfWork, actor: Actor, paths: Sequence[str], *, wanted: str = "", page: int = 1
) -> tuple[list[Holder], bool]:
    """One page of the live roles within `paths`, and whether there is another page after it."""
    matching = select(RoleGrant, Account, OrgUnit, Partner.name)
    matching = matching.join(Account, Account.id == RoleGrant.account_id)
    matching = matching.join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
    matching = matching.outerjoin(Partner, Partner.id == Account.partner_id)
    matching = matching.where(RoleGrant.ended_at.is_(None), within(paths))
    if wanted:
        asked = (Account.display_name, Account.username, OrgUnit.name)
        matching = matching.where(or_(*(column.icontains(wanted, autoescape=True) for column in asked)))
    rows = await uow.session.execute(
        matching.order_by(OrgUnit.code, RoleGrant.role, Account.display_name, RoleGrant.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    found = [_holder(actor, *row) for row in rows]
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def _holder(actor: Actor, grant: RoleGrant, account: Account, unit: OrgUnit, partner: str | None) -> Holder:
    return Holder(
        grant_id=grant.id,
        name=account.display_name,
        username=account.username,
        role=grant.role,
        unit=unit.name,
        partner=partner if grant.role is Role.PARTNER else None,
        since=grant.granted_at,
        on_duty=account.on_duty,
        is_blocked=account.blocked_at is not None,
        can_end=may(actor, Permission.END_ROLE, unit.path) and may_grant(actor.roles_at(unit.path), grant.role),
    )


async def units_to_invite_to(uow: UnitOfWork, actor: Actor, community: OrgUnit) -> list[OrgUnit]:
    """The community, its grids and the units above it, as far as the actor may invite there."""
    units = await units_within(uow, actor.paths_of(PERMISSIONS[Permission.INVITE]))
    return [unit for unit in units if are_kin(unit.path, community.path)]


def roles_to_give(actor: Actor) -> list[Role]:
    """The roles that the actor may hand out somewhere, from the field upwards."""
    given = {role for grant in actor.grants for role in GRANTABLE.get(grant.role, frozenset())}
    return [role for role in Role if role in given]
