"""The duty roster: who is on shift now. The writes stand in `shifts`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from backend.alerts.care_models import DutyAbsence, DutyShift
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account


async def on_shift(uow: UnitOfWork, org_unit_id: int) -> Sequence[Account]:
    """Who is on the roster of this unit at this moment and not absent, by id; nobody where no roster is kept."""
    is_away = exists().where(
        DutyAbsence.account_id == DutyShift.account_id,
        DutyAbsence.ended_at.is_(None),
        DutyAbsence.starts_at <= uow.now,
        DutyAbsence.ends_at > uow.now,
    )
    found = (
        select(Account)
        .join(DutyShift, DutyShift.account_id == Account.id)
        .where(
            DutyShift.org_unit_id == org_unit_id,
            DutyShift.ended_at.is_(None),
            DutyShift.starts_at <= uow.now,
            DutyShift.ends_at > uow.now,
            ~is_away,
        )
        .order_by(Account.id)
        .distinct()
    )
    return (await uow.session.scalars(found)).all()
