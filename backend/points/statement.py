"""An account's lines as people read them: what for, how much, what was left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.models import Earning, EarningRule
from backend.points.ledger.accounts import account_of_person
from backend.points.ledger.models import Transfer, TransferCode
from backend.points.ledger.reading import Line, lines_of
from backend.points.market.models import Coupon


@dataclass(frozen=True, slots=True)
class ReadableLine:
    """`names` by language where the line is about a rule, `title` where it is about an offer; else `code` says it."""

    at: datetime
    amount: int
    balance: int
    code: TransferCode
    names: dict[str, Any]
    title: str


async def lines_for_person(uow: UnitOfWork, person_id: int, *, page: int = 0, size: int = 8) -> list[ReadableLine]:
    """The movements of a person's points, newest first. Raises NotAResident."""
    lines = await lines_of(uow, await account_of_person(uow, person_id), page=page, size=size)
    subjects = await _reversed(uow, lines)
    rules = await _rules(uow, set(subjects.values()))
    titles = await _titles(uow, set(subjects.values()))
    return [
        ReadableLine(
            line.at,
            line.amount,
            line.balance,
            line.code,
            rules.get(subjects[line.transfer_id], {}),
            titles.get(subjects[line.transfer_id], ""),
        )
        for line in lines
    ]


async def _reversed(uow: UnitOfWork, lines: list[Line]) -> dict[int, int]:
    """The transfer that each line is about: itself, or the one that it takes back."""
    ids = [line.transfer_id for line in lines]
    rows = await uow.session.execute(select(Transfer.id, Transfer.reverses_id).where(Transfer.id.in_(ids)))
    return {row.id: row.reverses_id or row.id for row in rows}


async def _rules(uow: UnitOfWork, transfers: set[int]) -> dict[int, dict[str, Any]]:
    rows = await uow.session.execute(
        select(Earning.transfer_id, EarningRule.names)
        .join(EarningRule, EarningRule.id == Earning.rule_id)
        .where(Earning.transfer_id.in_(sorted(transfers)))
    )
    return {row.transfer_id: row.names for row in rows}


async def _titles(uow: UnitOfWork, transfers: set[int]) -> dict[int, str]:
    rows = await uow.session.execute(
        select(Coupon.transfer_id, Coupon.title).where(Coupon.transfer_id.in_(sorted(transfers)))
    )
    return {row.transfer_id: row.title for row in rows}
