"""Year buckets: where a community lets points lapse, which points an account holds until when."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.ledger.accounts import AccountRef
from backend.points.ledger.models import Lot, PointsAccount, PointsPolicy
from backend.registry.models import OrgUnit

DEFAULT_YEARS = 1
"""Where points lapse and nobody says when: at the end of the next calendar year."""


def last_day(earned_on: date, years: int) -> date:
    """The last day of points earned on a day: the end of the year `years` full calendar years later."""
    return date(earned_on.year + years, 12, 31)


async def move_lots(uow: UnitOfWork, debit: AccountRef, credit: AccountRef, amount: int) -> None:
    """Let the buckets follow the balances. The accounts' rows are locked by now, so nobody else is at the buckets."""
    if debit.has_lots:
        await _take(uow, debit.id, amount)
    if credit.has_lots:
        await _put(uow, credit.id, amount, await _last_day_of(uow, credit.id))


async def _take(uow: UnitOfWork, account_id: int, amount: int) -> None:
    """Spend from what lapses first."""
    found = select(Lot.expires_on, Lot.remaining).where(Lot.account_id == account_id, Lot.remaining > 0)
    for expires_on, remaining in (await uow.session.execute(found.order_by(Lot.expires_on))).all():
        taken = min(amount, remaining)
        await uow.session.execute(
            update(Lot)
            .where(Lot.account_id == account_id, Lot.expires_on == expires_on)
            .values(remaining=Lot.remaining - taken)
            .execution_options(synchronize_session=False)
        )
        amount -= taken
        if not amount:
            return


async def _last_day_of(uow: UnitOfWork, account_id: int) -> date:
    """When what this account gets now lapses, by its community's policy and clock."""
    row = (
        await uow.session.execute(
            select(PointsPolicy.expiry_years, OrgUnit.time_zone)
            .select_from(PointsAccount)
            .join(OrgUnit, OrgUnit.id == PointsAccount.community_id)
            .outerjoin(PointsPolicy, PointsPolicy.community_id == PointsAccount.community_id)
            .where(PointsAccount.id == account_id)
        )
    ).one()
    return last_day(uow.now.astimezone(ZoneInfo(row.time_zone)).date(), row.expiry_years or DEFAULT_YEARS)


async def _put(uow: UnitOfWork, account_id: int, amount: int, expires_on: date) -> None:
    dialect = sqlite if uow.is_sqlite else postgresql
    values = {"account_id": account_id, "expires_on": expires_on, "remaining": amount}
    await uow.session.execute(
        dialect.insert(Lot)
        .values(values)
        .on_conflict_do_update(
            index_elements=[Lot.account_id, Lot.expires_on], set_={"remaining": Lot.remaining + amount}
        )
    )
