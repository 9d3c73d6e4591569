"""Settling: a statement for each shop and month, confirmed or objected to by the shop, recounted by anybody."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Row, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import SettlementAnsweredAlready, WordsMissing
from backend.points.events import SettlementAnswered, SettlementDrawn
from backend.points.ledger.accounts import Owner, accounts_for
from backend.points.ledger.models import AccountKind, PointsAccount, Transfer, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.market.merchants import check_member, is_member, merchant_of
from backend.points.market.models import Coupon, Merchant
from backend.points.people import path_of
from backend.points.settlement.models import Settlement, SettlementState
from backend.points.settlement.months import Month, month_before
from backend.points.words import clean
from backend.registry.queries import org_unit

COUNTED = (TransferCode.SPEND, TransferCode.REVERSAL)
LONGEST_OBJECTION = 500


@dataclass(frozen=True, slots=True)
class Count:
    """What the ledger says of a shop's month. `digest` is over the ids of the transfers in order."""

    points: int
    transfers: int
    digest: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer of a statement; below zero for what was given back."""

    transfer_id: int
    at: datetime
    title: str
    value: int
    points: int


async def draw_settlements(uow: UnitOfWork, *, community_id: int) -> int:
    """Write the statements of the last month for the shops that took anything; returns how many. Twice is safe."""
    zone = ZoneInfo((await org_unit(uow, community_id)).time_zone)
    month = month_before(uow.now, zone)
    shops = await uow.session.scalars(
        select(Merchant.id).where(Merchant.community_id == community_id).order_by(Merchant.id)
    )
    return sum([await _draw(uow, merchant_id, month) for merchant_id in shops.all()])


async def _draw(uow: UnitOfWork, merchant_id: int, month: Month) -> bool:
    count = await count_of(uow, merchant_id, month.from_at, month.to_at)
    if not count.transfers:
        return False
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(Settlement).values(
        merchant_id=merchant_id,
        month=month.first,
        from_at=month.from_at,
        to_at=month.to_at,
        points=count.points,
        transfer_count=count.transfers,
        sha256=count.digest,
        state=SettlementState.DRAWN,
        drawn_at=uow.now,
        objection="",
    )
    drawn = await uow.session.scalar(row.on_conflict_do_nothing().returning(Settlement.id))
    if drawn is None:
        return False
    uow.record(SettlementDrawn(settlement_id=drawn))
    return True


async def count_of(uow: UnitOfWork, merchant_id: int, from_at: datetime, to_at: datetime) -> Count:
    """Count a shop's transfers of a time from the ledger; the same transfers always give the same digest."""
    rows = await _transfers(uow, merchant_id, from_at, to_at)
    digest = hashlib.sha256(",".join(str(row.id) for row in rows).encode()).hexdigest()
    return Count(sum(row.points for row in rows), len(rows), digest)


async def _transfers(uow: UnitOfWork, merchant_id: int, from_at: datetime, to_at: datetime) -> Sequence[Row[Any]]:
    account = select(PointsAccount.id).where(
        PointsAccount.kind == AccountKind.MERCHANT, PointsAccount.owner_id == merchant_id
    )
    account_id = await uow.session.scalar(account)
    if account_id is None:
        return []
    signed = _signed(account_id)
    found = (
        select(Transfer.id, Transfer.at, Transfer.reverses_id, signed)
        .where(
            or_(Transfer.debit_id == account_id, Transfer.credit_id == account_id),
            Transfer.code.in_(COUNTED),
            Transfer.at >= from_at,
            Transfer.at < to_at,
        )
        .order_by(Transfer.id)
    )
    return (await uow.session.execute(found)).all()


def _signed(account_id: int) -> Any:
    return case((Transfer.credit_id == account_id, Transfer.amount), else_=-Transfer.amount).label("points")


async def answer_settlement(
    uow: UnitOfWork, *, actor: Actor, settlement_id: int, is_right: bool, words: str = ""
) -> SettlementState:
    """The shop says that a statement is right, which moves its points to the settled account, or objects with words.

    Pressing the same again changes nothing. Raises NotFound, NotYourShop, WordsMissing, SettlementAnsweredAlready,
    NotEnoughPoints.
    """
    settlement = await settlement_row(uow, settlement_id)
    await check_member(uow, actor, settlement.merchant_id)
    objection = clean(words, LONGEST_OBJECTION)
    if not is_right and not objection:
        raise WordsMissing
    state = SettlementState.CONFIRMED if is_right else SettlementState.DISPUTED
    if settlement.state == state.value:
        return state
    await _answer(uow, actor, settlement, state, objection, (SettlementState.DRAWN,))
    return state


async def close_dispute(uow: UnitOfWork, *, actor: Actor, settlement_id: int) -> None:
    """Staff have talked with the shop: the statement stands as recounted, and is settled.

    Raises NotFound, AccessDenied, SettlementAnsweredAlready.
    """
    settlement = await settlement_row(uow, settlement_id)
    merchant = await merchant_of(uow, settlement.merchant_id)
    check_access(actor, Permission.MANAGE_POINTS, await path_of(uow, merchant.community_id))
    await _answer(uow, actor, settlement, SettlementState.CONFIRMED, settlement.objection, (SettlementState.DISPUTED,))


async def _answer(
    uow: UnitOfWork,
    actor: Actor,
    settlement: Row[Any],
    state: SettlementState,
    objection: str,
    states: tuple[SettlementState, ...],
) -> None:
    answered = (
        update(Settlement)
        .where(Settlement.id == settlement.id, Settlement.state.in_(states))
        .values(state=state, answered_at=uow.now, answered_by_id=actor.account_id, objection=objection)
        .returning(Settlement.id)
        .execution_options(synchronize_session=False)
    )
    merchant = await merchant_of(uow, settlement.merchant_id)
    transfer_id = None
    if state is SettlementState.CONFIRMED and settlement.points > 0:
        transfer_id = await _settle(uow, actor, merchant, settlement)
    if await uow.session.scalar(answered) is None:
        raise SettlementAnsweredAlready
    if transfer_id is not None:
        await uow.session.execute(
            update(Settlement)
            .where(Settlement.id == settlement.id)
            .values(transfer_id=transfer_id)
            .execution_options(synchronize_session=False)
        )
    path = await path_of(uow, merchant.community_id)
    audit(uow, actor, "settlement.answer", f"settlement:{settlement.id}", org_path=path, after={"state": state.value})
    uow.record(SettlementAnswered(settlement_id=settlement.id))


async def _settle(uow: UnitOfWork, actor: Actor, merchant: Merchant, settlement: Row[Any]) -> int:
    shop = Owner(AccountKind.MERCHANT, merchant.id, merchant.community_id)
    settled = Owner(AccountKind.SETTLED, merchant.community_id, merchant.community_id)
    accounts = await accounts_for(uow, [shop, settled])
    entry = Entry(
        key=uuid5(NAMESPACE_URL, f"youlin:settlement:{settlement.id}"),
        debit=accounts[shop],
        credit=accounts[settled],
        amount=settlement.points,
        code=TransferCode.SETTLEMENT,
        event=f"settlement:{settlement.id}",
    )
    posted = await post(uow, entry, actor=actor)
    return posted.transfer_id


async def recount(uow: UnitOfWork, settlement_id: int) -> bool:
    """Whether the ledger still says what the statement says."""
    settlement = await settlement_row(uow, settlement_id)
    count = await count_of(uow, settlement.merchant_id, settlement.from_at, settlement.to_at)
    return (count.points, count.transfers, count.digest) == (
        settlement.points,
        settlement.transfer_count,
        settlement.sha256,
    )


async def settlement_row(uow: UnitOfWork, settlement_id: int) -> Row[Any]:
    """A statement as it stands in the database now. Raises NotFound."""
    row = (await uow.session.execute(select(Settlement.__table__).where(Settlement.id == settlement_id))).first()
    if row is None:
        raise NotFound
    return row


async def statement_lines(uow: UnitOfWork, settlement_id: int) -> list[StatementLine]:
    """The transfers of a statement, with what was sold."""
    settlement = await settlement_row(uow, settlement_id)
    rows = await _transfers(uow, settlement.merchant_id, settlement.from_at, settlement.to_at)
    sold = {row.id: row.reverses_id or row.id for row in rows}
    coupon = aliased(Coupon)
    found = await uow.session.execute(
        select(coupon.transfer_id, coupon.title, coupon.value).where(coupon.transfer_id.in_(list(sold.values())))
    )
    titles = {row.transfer_id: (row.title, row.value) for row in found}
    lines = []
    for row in rows:
        title, value = titles.get(sold[row.id], ("", 0))
        sign = 1 if row.points > 0 else -1
        lines.append(StatementLine(row.id, row.at, title, sign * value, row.points))
    return lines


async def settlements_of(uow: UnitOfWork, community_id: int, *, most: int = 200) -> list[tuple[Settlement, str]]:
    """The statements of a community's shops, newest first, with the shop's name."""
    rows = await uow.session.execute(
        select(Settlement, Merchant.name)
        .join(Merchant, Merchant.id == Settlement.merchant_id)
        .where(Merchant.community_id == community_id)
        .order_by(Settlement.month.desc(), Merchant.name)
        .limit(most)
        .execution_options(populate_existing=True)
    )
    return [(settlement, name) for settlement, name in rows]


async def access_settlement(uow: UnitOfWork, *, actor: Actor, settlement_id: int) -> Row[Any]:
    """A statement, for the shop's people and for staff. Raises NotFound, AccessDenied."""
    settlement = await settlement_row(uow, settlement_id)
    if not await is_member(uow, actor, settlement.merchant_id):
        merchant = await merchant_of(uow, settlement.merchant_id)
        check_access(actor, Permission.MANAGE_POINTS, await path_of(uow, merchant.community_id))
    return settlement
