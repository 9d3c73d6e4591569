"""Corrections: a movement is never changed, it is moved back, once at most."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy import select

from backend.kernel.access import Actor
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import NotReversible
from backend.points.ledger.accounts import AccountRef
from backend.points.ledger.models import PointsAccount, Transfer, TransferCode
from backend.points.ledger.posting import Entry, Posted, post

REVERSIBLE = frozenset({TransferCode.EARN, TransferCode.SPEND})


async def reverse_transfer(
    uow: UnitOfWork, *, transfer_id: int, actor: Actor, key: UUID | None = None, on_behalf_of: int | None = None
) -> Posted:
    """Move a transfer's whole amount back. Twice with the same key is the same reversal.

    Without a key the transfer's own makes one, so that asking again changes nothing. Raises AlreadyReversed (under
    another key), NotReversible, NotEnoughPoints when whoever got the points has spent them.
    """
    row = (await uow.session.execute(select(Transfer.__table__).where(Transfer.id == transfer_id))).first()
    if row is None:
        raise NotFound
    if row.code not in REVERSIBLE:
        raise NotReversible
    accounts = await _refs(uow, row.debit_id, row.credit_id)
    entry = Entry(
        key=key or uuid5(row.key, "reversal"),
        debit=accounts[row.credit_id],
        credit=accounts[row.debit_id],
        amount=row.amount,
        code=TransferCode.REVERSAL,
        event=row.event,
        reverses_id=transfer_id,
    )
    return await post(uow, entry, actor=actor, on_behalf_of=on_behalf_of)


async def _refs(uow: UnitOfWork, *ids: int) -> dict[int, AccountRef]:
    account = PointsAccount
    rows = await uow.session.execute(select(account.id, account.is_cached, account.has_lots).where(account.id.in_(ids)))
    return {row.id: AccountRef(row.id, row.is_cached, row.has_lots) for row in rows}
