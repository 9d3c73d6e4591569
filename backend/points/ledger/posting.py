"""Posting transfers: the one place that writes movements and balances."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update
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


class Posted(NamedTuple):
    """What became of an entry: `is_new` is false when the same one was posted before."""

    transfer_id: int
    is_new: bool


class Change(NamedTuple):
    """By how much one account changes in one posting."""

    posted: int
    held: int


# These run with every movement, so they are put together once, on the tables themselves.
_account: Table = PointsAccount.__table__  # type: ignore[assignment]
_transfer: Table = Transfer.__table__  # type: ignore[assignment]
CHANGE_BALANCE = (
    update(_account)
    .where(
        _account.c.id == bindparam("account"),
        _account.c.posted + bindparam("posted_by") - _account.c.held - bindparam("held_by") >= 0,
        _account.c.held + bindparam("held_by") >= 0,
    )
    .values(posted=_account.c.posted + bindparam("posted_by"), held=_account.c.held + bindparam("held_by"))
    .returning(_account.c.id)
)
"""The floor is part of the statement: it is judged again after waiting for whoever has the row."""
_ASKED = {column.name: bindparam(column.name, type_=column.type) for column in _transfer.c if column.name != "id"}
_INSERTS = {
    is_sqlite: dialect.insert(_transfer).values(_ASKED).on_conflict_do_nothing().returning(_transfer.c.id)
    for is_sqlite, dialect in ((True, sqlite), (False, postgresql))
}
"""Without naming the index: a second reversal of one transfer finds no place either."""


async def post(
    uow: UnitOfWork, entries: Sequence[Entry], *, actor: Actor, on_behalf_of: int | None = None
) -> tuple[Posted, ...]:
    """Post movements together; those whose key was posted before change nothing and give the old answer.

    Raises AmountInvalid, KeyReused (same key, other content), AlreadyReversed, NotEnoughPoints.
    """
    for entry in entries:
        _check(entry)
    made = await _insert(uow, entries, actor, on_behalf_of)
    known = await _known(uow, [entry for entry in entries if entry.key not in made])
    await change_balances(uow, [entry for entry in entries if entry.key in made])
    return tuple(
        Posted(made[entry.key], is_new=True) if entry.key in made else Posted(known[entry.key], is_new=False)
        for entry in entries
    )


async def change_balances(uow: UnitOfWork, entries: Sequence[Entry]) -> None:
    """Apply movements to the balances of their accounts, each account once, in the order of their ids."""
    changes, accounts = _changes(entries)
    for account in sorted(changes):
        await change_balance(uow, account, changes[account])
    await move_lots(uow, [entry for entry in entries if entry.debit.has_lots or entry.credit.has_lots], accounts)


async def change_balance(uow: UnitOfWork, account_id: int, change: Change) -> None:
    """Change one balance, if that keeps its floors; raises NotEnoughPoints."""
    values = {"account": account_id, "posted_by": change.posted, "held_by": change.held}
    if await uow.session.scalar(CHANGE_BALANCE, values) is None:
        raise NotEnoughPoints(change.held - change.posted, await available_in(uow, account_id))


async def available_in(uow: UnitOfWork, account_id: int) -> int:
    """What an account could spend now."""
    free = select(PointsAccount.posted - PointsAccount.held).where(PointsAccount.id == account_id)
    return int(await uow.session.scalar(free) or 0)


def _check(entry: Entry) -> None:
    if type(entry.amount) is not int or not 1 <= entry.amount <= MOST_POINTS or entry.debit.id == entry.credit.id:
        raise AmountInvalid


def request_hash(*parts: object) -> str:
    """What a request asked for, so that the same key with other content is noticed."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def _hash_of(entry: Entry) -> str:
    return request_hash(
        entry.debit.id, entry.credit.id, entry.amount, entry.code.value, entry.event, entry.hold_id, entry.reverses_id
    )


async def _insert(uow: UnitOfWork, entries: Sequence[Entry], actor: Actor, on_behalf_of: int | None) -> dict[UUID, int]:
    """The ids of those that are new. In the order of their keys, so that two who post the same do not deadlock."""
    made = {}
    for entry in sorted(entries, key=lambda entry: entry.key):
        values = {
            "key": entry.key,
            "debit_id": entry.debit.id,
            "credit_id": entry.credit.id,
            "amount": entry.amount,
            "code": entry.code,
            "event": entry.event,
            "hold_id": entry.hold_id,
            "reverses_id": entry.reverses_id,
            "request_hash": _hash_of(entry),
            "actor_account_id": actor.account_id,
            "on_behalf_of_person_id": on_behalf_of,
            "door": actor.door.value,
            "at": uow.now,
        }
        transfer_id = await uow.session.scalar(_INSERTS[uow.is_sqlite], values)
        if transfer_id is not None:
            made[entry.key] = int(transfer_id)
    return made


async def _known(uow: UnitOfWork, entries: Iterable[Entry]) -> Mapping[UUID, int]:
    wanted = {entry.key: _hash_of(entry) for entry in entries}
    if not wanted:
        return {}
    rows = (
        await uow.session.execute(
            select(Transfer.key, Transfer.id, Transfer.request_hash).where(Transfer.key.in_(list(wanted)))
        )
    ).all()
    if len(rows) < len(wanted):
        raise AlreadyReversed  # nothing but another reversal of the same transfer can have been in the way
    if any(row.request_hash != wanted[row.key] for row in rows):
        raise KeyReused
    return {row.key: row.id for row in rows}


def _changes(entries: Iterable[Entry]) -> tuple[dict[int, Change], dict[int, AccountRef]]:
    """By how much each cached account changes; a captured hold also frees what it held."""
    changes: dict[int, Change] = {}
    accounts: dict[int, AccountRef] = {}
    for entry in entries:
        held = entry.amount if entry.hold_id is not None else 0
        for account, posted, freed in ((entry.debit, -entry.amount, held), (entry.credit, entry.amount, 0)):
            if account.is_cached:
                before = changes.get(account.id, Change(0, 0))
                changes[account.id] = Change(before.posted + posted, before.held - freed)
                accounts[account.id] = account
    return changes, accounts
