"""Who serves in a community's grids, for the roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backend.kernel.access import WORKERS, Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, OrgUnit, RoleGrant


@dataclass(frozen=True, slots=True)
class Servant:
    """Somebody who may stand on the roster, and where."""

    account_id: int
    name: str
    unit: str


async def people_who_serve(uow: UnitOfWork, units: Sequence[OrgUnit]) -> list[Servant]:
    """Workers and staff of these units, by name, each once."""
    rows = await uow.session.execute(
        select(Account.id, Account.display_name, OrgUnit.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(
            RoleGrant.org_unit_id.in_([unit.id for unit in units]),
            RoleGrant.role.in_(WORKERS | {Role.STAFF}),
            RoleGrant.ended_at.is_(None),
        )
        .order_by(Account.display_name, Account.id)
    )
    return list({row[0]: Servant(row[0], row[1], row[2]) for row in rows}.values())
