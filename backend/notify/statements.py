"""A settlement's statement in a reader's words, as a spreadsheet."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.words import Words
from backend.points.market.merchants import merchant_of
from backend.points.settlement.settling import settlement_row, statement_lines
from backend.points.settlement.workbook import workbook

HEADS = ("number", "at", "title", "value", "points")


async def statement_sheet(uow: UnitOfWork, words: Words, settlement_id: int) -> tuple[str, bytes]:
    """The file's name and its bytes. The caller has asked for access."""
    settlement = await settlement_row(uow, settlement_id)
    shop = await merchant_of(uow, settlement.merchant_id)
    month = f"{settlement.month:%Y-%m}"
    facts = [
        (words.plain("settlement.fact.shop"), shop.name),
        (words.plain("settlement.fact.month"), month),
        (words.plain("settlement.fact.points"), settlement.points),
        (words.plain("settlement.fact.count"), settlement.transfer_count),
        (words.plain("settlement.fact.digest"), settlement.sha256),
    ]
    heads = [words.plain(f"settlement.head.{head}") for head in HEADS]
    lines = await statement_lines(uow, settlement_id)
    return f"youlin-{shop.id}-{month}.xlsx", workbook(month, facts, heads, lines, words.zone)
