"""Holds: points put aside, then captured, released, or given back when their time is over; resolved once at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Row, Table, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import AmountInvalid, HoldOver, KeyReused
from backend.points.events import HoldExpired
from backend.points.ledger.accounts import AccountRef, Owner, account_for, account_of_person
from backend.points.ledger.models import (
    MOST_POINTS,
    AccountKind,
    Hold,
    HoldState,
    PointsAccount,
    Transfer,
    TransferCode,
)
from backend.points.ledger.posting import Change, Entry, Posted, change_balance, post, request_hash

_hold: Table = Hold.__table__  # type: ignore[assignment]
_NOW = bindparam("now", type_=_hold.c.resolved_at.type)


def _of_its_account(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return select(column).where(PointsAccount.id == _hold.c.account_id).scalar_subquery().label(column.key)


_RESOLVE = (
    update(_hold)
    .where(_hold.c.key == bindparam("hold"), _hold.c.state == HoldState.PENDING)
    .values(state=bindparam("to", type_=_hold.c.state.type), resolved_at=_NOW)
    .returning(
        *(_hold.c.id, _hold.c.account_id, _hold.c.amount, _hold.c.ref),
        *(_of_its_account(PointsAccount.has_lots), _of_its_account(PointsAccount.community_id)),
    )
)
_CAPTURE = _RESOLVE.where(_hold.c.expires_at > _NOW)
"""What is captured must not be over, even where the clock has not swept yet."""


@dataclass(frozen=True, slots=True)
class HeldPoints:
    """A hold as it stands; `is_new` is false when the same one was asked for before."""

    hold_id: UUID
    amount: int
    state: HoldState
    expires_at: datetime
    is_new: bool


async def place_hold(
    uow: UnitOfWork, *, hold_id: UUID, payer: int, amount: int, expires_at: datetime, ref: str
) -> HeldPoints:
    """Put points of the person `payer` aside; the limit is judged now, so that a capture can never break it.

    The same id with the same content changes nothing. Raises KeyReused, NotEnoughPoints, AmountInvalid.
    """
    account = await account_of_person(uow, payer)
    return await hold_points(uow, hold_id=hold_id, account=account, amount=amount, expires_at=expires_at, ref=ref)


async def hold_points(
    uow: UnitOfWork, *, hold_id: UUID, account: AccountRef, amount: int, expires_at: datetime, ref: str
) -> HeldPoints:
    """As `place_hold`, for an account that is known already."""
    if type(amount) is not int or not 1 <= amount <= MOST_POINTS or not account.is_cached:
        raise AmountInvalid
    asked = request_hash(account.id, amount, ref)
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(Hold).values(
        key=hold_id,
        account_id=account.id,
        amount=amount,
        state=HoldState.PENDING,
        ref=ref,
        request_hash=asked,
        made_at=uow.now,
        expires_at=expires_at,
    )
    if await uow.session.scalar(row.on_conflict_do_nothing().returning(Hold.id)) is None:
        return await _known(uow, hold_id, asked)
    await change_balance(uow, account.id, Change(posted=0, held=amount))
    return HeldPoints(hold_id, amount, HoldState.PENDING, expires_at, is_new=True)


async def _known(uow: UnitOfWork, hold_id: UUID, asked: str) -> HeldPoints:
    hold = (await uow.session.execute(select(Hold.__table__).where(Hold.key == hold_id))).one()
    if hold.request_hash != asked:
        raise KeyReused
    return HeldPoints(hold_id, hold.amount, HoldState(hold.state), hold.expires_at, is_new=False)


async def capture_hold(
    uow: UnitOfWork, *, hold_id: UUID, actor: Actor, payee: AccountRef | None = None, on_behalf_of: int | None = None
) -> Posted:
    """Turn a hold into a transfer to `payee`, by default to the community's own services. Twice is the same transfer.

    Raises HoldOver when it was released or has expired.
    """
    held = await _resolve(uow, hold_id, HoldState.POSTED)
    if held is None:
        return await _captured(uow, hold_id)
    if payee is None:
        payee = await account_for(uow, Owner(AccountKind.SERVICE, held.community_id, held.community_id))
    entry = Entry(
        key=uuid5(hold_id, "capture"),
        debit=AccountRef(held.account_id, is_cached=True, has_lots=held.has_lots),
        credit=payee,
        amount=held.amount,
        code=TransferCode.SPEND,
        event=held.ref,
        hold_id=held.id,
    )
    return await post(uow, entry, actor=actor, on_behalf_of=on_behalf_of)


async def void_hold(uow: UnitOfWork, *, hold_id: UUID) -> bool:
    """Give the points back; False when the hold was over already."""
    held = await _resolve(uow, hold_id, HoldState.VOID)
    if held is None:
        return False
    await change_balance(uow, held.account_id, Change(posted=0, held=-held.amount))
    return True


async def extend_hold(uow: UnitOfWork, *, hold_id: UUID, until: datetime) -> None:
    """Keep points aside for longer. Raises HoldOver."""
    longer = (
        update(Hold)
        .where(Hold.key == hold_id, Hold.state == HoldState.PENDING, Hold.expires_at > uow.now)
        .values(expires_at=until)
        .returning(Hold.id)
        .execution_options(synchronize_session=False)
    )
    if await uow.session.scalar(longer) is None:
        raise HoldOver


async def has_due_hold(uow: UnitOfWork) -> bool:
    """Whether `expire_holds` has anything to do: asked before the write lock is taken."""
    due = exists().where(Hold.state == HoldState.PENDING, Hold.expires_at <= uow.now)
    return bool(await uow.session.scalar(select(due)))


async def expire_holds(uow: UnitOfWork, limit: int = 200) -> int:
    """Give back what was held for too long; returns how many. Twice is safe."""
    due = await uow.session.execute(
        select(Hold.key)
        .where(Hold.state == HoldState.PENDING, Hold.expires_at <= uow.now)
        .order_by(Hold.account_id, Hold.id)
        .limit(limit)
    )
    expired = 0
    for hold_id in due.scalars().all():
        held = await _resolve(uow, hold_id, HoldState.EXPIRED)
        if held is not None:
            await change_balance(uow, held.account_id, Change(posted=0, held=-held.amount))
            uow.record(HoldExpired(hold_id=hold_id, ref=held.ref, amount=held.amount))
            expired += 1
    return expired


async def _resolve(uow: UnitOfWork, hold_id: UUID, state: HoldState) -> Row[Any] | None:
    """Move a pending hold on; of several at once the database lets one through. None for the others."""
    resolving = _CAPTURE if state is HoldState.POSTED else _RESOLVE
    return (await uow.session.execute(resolving, {"hold": hold_id, "to": state, "now": uow.now})).first()


async def _captured(uow: UnitOfWork, hold_id: UUID) -> Posted:
    known = await uow.session.scalar(select(Transfer.id).where(Transfer.key == uuid5(hold_id, "capture")))
    if known is None:
        raise HoldOver
    return Posted(known, is_new=False)
