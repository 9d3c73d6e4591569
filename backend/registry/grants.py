"""Roles: granted and ended by those who may, never deleted."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor, Permission, Role, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.errors import RoleDoesNotFit, RoleTooHigh
from backend.registry.events import RoleEnded, RoleGranted
from backend.registry.models import Account, OrgUnit, Partner, RoleGrant
from backend.registry.rules import may_grant, role_fits


async def grant_role(
    uow: UnitOfWork, *, actor: Actor, account: Account, role: Role, unit: OrgUnit, partner: Partner | None = None
) -> RoleGrant:
    """Give an account a role on a unit; raises AccessDenied, RoleTooHigh, RoleDoesNotFit.

    A role that is held already is returned as it stands.
    """
    check_granting(actor, role, unit)
    check_fits(role, unit, partner)
    return await add_grant(uow, actor=actor, account=account, role=role, unit=unit, partner=partner)


async def end_role(uow: UnitOfWork, *, actor: Actor, grant_id: int) -> None:
    """End a role at once; `RoleEnded` shuts what it opened. Ending it twice changes nothing more.

    Raises NotFound, AccessDenied, RoleTooHigh.
    """
    grant = await uow.session.get(RoleGrant, grant_id)
    if grant is None:
        raise NotFound
    unit = await queries.org_unit(uow, grant.org_unit_id)
    check_access(actor, Permission.END_ROLE, unit.path)
    check_rank(actor, grant.role, unit)
    ended = await uow.session.execute(
        update(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.ended_at.is_(None)).values(ended_at=uow.now)
    )
    if ended.rowcount:  # type: ignore[attr-defined]  # a CursorResult: the statement is an update
        audit(uow, actor, "role.end", f"role_grant:{grant.id}", org_path=unit.path, before=_written(grant, unit))
        uow.record(RoleEnded(account_id=grant.account_id, grant_id=grant.id))


def check_granting(actor: Actor, role: Role, unit: OrgUnit) -> None:
    """Raise AccessDenied or RoleTooHigh unless the actor may hand out this role on this unit."""
    check_access(actor, Permission.INVITE, unit.path)
    check_rank(actor, role, unit)


def check_rank(actor: Actor, role: Role, unit: OrgUnit) -> None:
    """Raise RoleTooHigh unless one of the actor's roles over the unit stands at or above `role`."""
    if not may_grant(actor.roles_at(unit.path), role):
        raise RoleTooHigh(role)


def check_fits(role: Role, unit: OrgUnit, partner: Partner | None) -> None:
    """Raise RoleDoesNotFit unless the role exists on such a unit and the partner, if any, serves it."""
    if not role_fits(role, unit.kind, has_partner=partner is not None):
        raise RoleDoesNotFit(role)
    if partner is not None and partner.community_id != unit.id:
        raise RoleDoesNotFit(role)


async def add_grant(
    uow: UnitOfWork, *, actor: Actor, account: Account, role: Role, unit: OrgUnit, partner: Partner | None
) -> RoleGrant:
    """Write a grant that was judged before. Two at once make one: the database holds the rule."""
    dialect = sqlite if uow.is_sqlite else postgresql
    values = {"account_id": account.id, "role": role, "org_unit_id": unit.id}
    made = await uow.session.execute(
        dialect.insert(RoleGrant)
        .values(**values, granted_at=uow.now, granted_by_id=actor.account_id)
        .on_conflict_do_nothing()
    )
    live = select(RoleGrant).filter_by(**values).where(RoleGrant.ended_at.is_(None))
    grant = (await uow.session.scalars(live)).one()
    await _settle_in(uow, account, unit, partner)
    if made.rowcount:  # type: ignore[attr-defined]  # a CursorResult: the statement is an insert
        audit(uow, actor, "role.grant", f"role_grant:{grant.id}", org_path=unit.path, after=_written(grant, unit))
        uow.record(RoleGranted(account_id=account.id, grant_id=grant.id))
    return grant


async def _settle_in(uow: UnitOfWork, account: Account, unit: OrgUnit, partner: Partner | None) -> None:
    """Note for whom and in which community the account serves."""
    if partner is not None:
        account.partner_id = partner.id
    if account.community_id is None:
        community = await queries.community_of(uow, unit)
        account.community_id = community.id if community else None


def _written(grant: RoleGrant, unit: OrgUnit) -> dict[str, object]:
    return {"account_id": grant.account_id, "role": grant.role.value, "org_unit": unit.code}
