"""Posting transfers: the one place that writes movements and balances."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Select, Table, Update, bindparam, case, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import AlreadyReversed, AmountInvalid, KeyReused, NotEnoughPoints
from backend.points.ledger.accounts import AccountRef
from backend.points.ledger.lots import move_lots
from backend.points.ledger.models import MOST_POINTS, PointsAccount, Transfer, TransferCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement that is asked for. `key` names it for ever."""

    key: UUID
    debit: AccountRef
    credit: AccountRef
    amount: int
    code: TransferCode
    event: str
    hold_id: int | None = None
    reverses_id: int | None = None

    @property
    def freed(self) -> int:
        """What a captured hold held until now."""
        return 0 if self.hold_id is None else self.amount


class Posted(NamedTuple):
    """What became of an entry: `is_new` is false when the same one was posted before."""

    transfer_id: int
    is_new: bool


class Change(NamedTuple):
    """By how much a hold changes one account."""

    posted: int
    held: int


# These run with every movement, so they are put together once, on the tables themselves.
_account: Table = PointsAccount.__table__  # type: ignore[assignment]
_transfer: Table = Transfer.__table__  # type: ignore[assignment]
_ASKED = {column.name: bindparam(column.name, type_=column.type) for column in _transfer.c if column.name != "id"}
_FREED = bindparam("freed", type_=BigInteger)
_POSTED_BY = case((_account.c.id == _ASKED["debit_id"], -_ASKED["amount"]), else_=_ASKED["amount"])
_HELD_BY = case((_account.c.id == _ASKED["debit_id"], -_FREED), else_=0)
_BOTH = (_account.c.id.in_([_ASKED["debit_id"], _ASKED["credit_id"]]), _account.c.is_cached)
"""The two accounts of a movement, as far as they keep a balance."""


def _changing(posted_by: Any, held_by: Any, *which: Any) -> Update:
    """Change balances. The floor is part of it: it is judged again after waiting for whoever has the row."""
    posted, held = _account.c.posted + posted_by, _account.c.held + held_by
    return update(_account).where(*which, posted - held >= 0, held >= 0).values(posted=posted, held=held)


def _in_one_statement() -> Select[Any]:
    """Note the movement and move the points in one journey to PostgreSQL: the key first, then both rows by their ids.

    The rows are locked before they are changed, as an update alone would take them in any order.
    """
    made = postgresql.insert(_transfer).values(_ASKED).on_conflict_do_nothing().returning(_transfer.c.id).cte("made")
    lock = select(_account.c.id, _POSTED_BY.label("posted_by"), _HELD_BY.label("held_by")).where(
        *_BOTH, exists().select_from(made)
    )
    locked = lock.order_by(_account.c.id).with_for_update(key_share=True).cte("locked")
    change = _changing(locked.c.posted_by, locked.c.held_by, _account.c.id == locked.c.id)
    changed = change.returning(_account.c.id).cte("changed")
    return select(made.c.id, select(func.count()).select_from(changed).scalar_subquery())


# Without naming the index of a conflict: a second reversal of one transfer finds no place either.
_POST = _in_one_statement()
_NOTE = sqlite.insert(_transfer).values(_ASKED).on_conflict_do_nothing().returning(_transfer.c.id)
_MOVE = _changing(_POSTED_BY, _HELD_BY, *_BOTH).returning(_account.c.id)
_CHANGE = _changing(
    bindparam("posted_by", type_=BigInteger),
    bindparam("held_by", type_=BigInteger),
    _account.c.id == bindparam("account"),
).returning(_account.c.id)


async def post(uow: UnitOfWork, entry: Entry, *, actor: Actor, on_behalf_of: int | None = None) -> Posted:
    """Post a movement; one whose key was posted before changes nothing and gives the old answer.

    Raises AmountInvalid, KeyReused (same key, other content), AlreadyReversed, NotEnoughPoints.
    """
    if type(entry.amount) is not int or not 1 <= entry.amount <= MOST_POINTS or entry.debit.id == entry.credit.id:
        raise AmountInvalid
    asked = _hash_of(entry)
    values = {
        "key": entry.key,
        "debit_id": entry.debit.id,
        "credit_id": entry.credit.id,
        "amount": entry.amount,
        "freed": entry.freed,
        "code": entry.code,
        "event": entry.event,
        "hold_id": entry.hold_id,
        "reverses_id": entry.reverses_id,
        "request_hash": asked,
        "actor_account_id": actor.account_id,
        "on_behalf_of_person_id": on_behalf_of,
        "door": actor.door.value,
        "at": uow.now,
    }
    made, changed = await (_note_and_move if uow.is_sqlite else _post_at_once)(uow, values)
    if made is None:
        return Posted(await _known(uow, entry.key, asked), is_new=False)
    if changed < entry.debit.is_cached + entry.credit.is_cached:
        raise NotEnoughPoints(entry.amount, await available_in(uow, entry.debit.id))
    if entry.debit.has_lots or entry.credit.has_lots:
        await move_lots(uow, entry.debit, entry.credit, entry.amount)
    return Posted(made, is_new=True)


async def _post_at_once(uow: UnitOfWork, values: dict[str, Any]) -> tuple[int | None, int]:
    """The id of the transfer, None if its key is known, and how many accounts had room for the change."""
    row = (await uow.session.execute(_POST, values)).first()
    return (row[0], row[1]) if row is not None else (None, 0)


async def _note_and_move(uow: UnitOfWork, values: dict[str, Any]) -> tuple[int | None, int]:
    """The same on SQLite, which changes one table in a statement and has one writer."""
    made = await uow.session.scalar(_NOTE, {name: values[name] for name in _ASKED})
    if made is None:
        return None, 0
    moving = {name: values[name] for name in ("debit_id", "credit_id", "amount", "freed")}
    return made, len((await uow.session.execute(_MOVE, moving)).all())


async def change_balance(uow: UnitOfWork, account_id: int, change: Change) -> None:
    """Change one balance, if that keeps its floors; raises NotEnoughPoints."""
    values = {"account": account_id, "posted_by": change.posted, "held_by": change.held}
    if await uow.session.scalar(_CHANGE, values) is None:
        raise NotEnoughPoints(change.held - change.posted, await available_in(uow, account_id))


async def available_in(uow: UnitOfWork, account_id: int) -> int:
    """What an account could spend now."""
    free = select(PointsAccount.posted - PointsAccount.held).where(PointsAccount.id == account_id)
    return int(await uow.session.scalar(free) or 0)


def request_hash(*parts: object) -> str:
    """What a request asked for, so that the same key with other content is noticed."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def _hash_of(entry: Entry) -> str:
    return request_hash(
        entry.debit.id, entry.credit.id, entry.amount, entry.code.value, entry.event, entry.hold_id, entry.reverses_id
    )


async def _known(uow: UnitOfWork, key: UUID, asked: str) -> int:
    """The transfer that was posted under this key before."""
    known = select(Transfer.id, Transfer.request_hash).where(Transfer.key == key)
    row = (await uow.session.execute(known)).first()
    if row is None:
        raise AlreadyReversed  # nothing but another reversal of the same transfer can have been in the way
    if row.request_hash != asked:
        raise KeyReused
    return int(row.id)
