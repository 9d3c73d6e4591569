"""Reads of the ledger: balances, the lines of an account, and how a balance went day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.ledger.accounts import AccountRef, owner_of_person
from backend.points.ledger.models import Lot, PointsAccount, Transfer, TransferCode


class Balance(NamedTuple):
    """What there is, what of it is put aside, and what can be spent now."""

    posted: int
    held: int

    @property
    def available(self) -> int:
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class Line:
    """One movement as its account sees it: `amount` is negative for what went out, `balance` what was left."""

    transfer_id: int
    at: datetime
    amount: int
    code: TransferCode
    event: str
    balance: int


async def balance_of(uow: UnitOfWork, person_id: int) -> Balance:
    """A person's points; none where no account was made yet. Raises NotAResident."""
    owner = await owner_of_person(uow, person_id)
    row = (
        await uow.session.execute(
            select(PointsAccount.posted, PointsAccount.held).where(
                PointsAccount.kind == owner.kind, PointsAccount.owner_id == owner.owner_id
            )
        )
    ).first()
    return Balance(row.posted, row.held) if row is not None else Balance(0, 0)


async def balance_in(uow: UnitOfWork, account: AccountRef) -> Balance:
    """The balance of an account; for one without a stored balance the sum of its transfers."""
    if account.is_cached:
        found = select(PointsAccount.posted, PointsAccount.held).where(PointsAccount.id == account.id)
        row = (await uow.session.execute(found)).one()
        return Balance(row.posted, row.held)
    return Balance(await _sum(uow, account.id), 0)


async def _sum(uow: UnitOfWork, account_id: int) -> int:
    gained = select(func.coalesce(func.sum(Transfer.amount), 0)).where(Transfer.credit_id == account_id)
    given = select(func.coalesce(func.sum(Transfer.amount), 0)).where(Transfer.debit_id == account_id)
    return int(await uow.session.scalar(select(gained.scalar_subquery() - given.scalar_subquery())) or 0)


async def lines_of(uow: UnitOfWork, account: AccountRef, *, page: int = 0, size: int = 10) -> list[Line]:
    """The movements of an account, newest first."""
    touching = or_(Transfer.debit_id == account.id, Transfer.credit_id == account.id)
    found = select(Transfer.__table__).where(touching).order_by(Transfer.id.desc())
    rows = (await uow.session.execute(found.offset(page * size).limit(size))).all()
    if not rows:
        return []
    balance = await _sum_up_to(uow, account.id, rows[0].id)
    lines = []
    for row in rows:
        amount = row.amount if row.credit_id == account.id else -row.amount
        lines.append(Line(row.id, row.at, amount, row.code, row.event, balance))
        balance -= amount
    return lines


async def _sum_up_to(uow: UnitOfWork, account_id: int, transfer_id: int) -> int:
    def total(column: object) -> object:
        return (
            select(func.coalesce(func.sum(Transfer.amount), 0))
            .where(column == account_id, Transfer.id <= transfer_id)  # type: ignore[arg-type]
            .scalar_subquery()
        )

    gained, given = total(Transfer.credit_id), total(Transfer.debit_id)
    return int(await uow.session.scalar(select(gained - given)) or 0)  # type: ignore[operator]


async def daily_balances(
    uow: UnitOfWork, account: AccountRef, zone: ZoneInfo, days: int = 30
) -> list[tuple[date, int]]:
    """The balance at the end of each of the last `days` local days, oldest first."""
    today = uow.now.astimezone(zone).date()
    start = datetime.combine(today - timedelta(days=days - 1), datetime.min.time(), zone)
    touching = or_(Transfer.debit_id == account.id, Transfer.credit_id == account.id)
    rows = await uow.session.execute(
        select(Transfer.at, Transfer.amount, Transfer.credit_id).where(touching, Transfer.at >= start)
    )
    moved: dict[date, int] = {}
    for at, amount, credit_id in rows:
        day = at.astimezone(zone).date()
        moved[day] = moved.get(day, 0) + (amount if credit_id == account.id else -amount)
    balance = (await balance_in(uow, account)).posted
    ends = []
    for back in range(days):
        day = today - timedelta(days=back)
        ends.append((day, balance))
        balance -= moved.get(day, 0)
    return ends[::-1]


async def next_lapse(uow: UnitOfWork, account: AccountRef) -> tuple[date, int] | None:
    """When points of this account lapse next, and how many; None where none do."""
    found = select(Lot.expires_on, Lot.remaining).where(Lot.account_id == account.id, Lot.remaining > 0)
    row = (await uow.session.execute(found.order_by(Lot.expires_on).limit(1))).first()
    return (row.expires_on, row.remaining) if row is not None else None
