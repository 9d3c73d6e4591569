"""A statement as a spreadsheet: for the shop's bookkeeping and the street office's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Font

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.market.merchants import merchant_of
from backend.points.settlement.settling import StatementLine, settlement_row, statement_lines

HEADS = ("number", "at", "title", "value", "points")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with: a spreadsheet would calculate it."""


async def statement_workbook(
    uow: UnitOfWork, say: Callable[[str], str], settlement_id: int, zone: ZoneInfo
) -> tuple[str, bytes]:
    """A statement's file name and bytes; `say` gives the words for a key. The caller has asked for access."""
    settlement = await settlement_row(uow, settlement_id)
    shop = await merchant_of(uow, settlement.merchant_id)
    month = f"{settlement.month:%Y-%m}"
    facts = [
        (say("settlement.fact.shop"), shop.name),
        (say("settlement.fact.month"), month),
        (say("settlement.fact.points"), settlement.points),
        (say("settlement.fact.count"), settlement.transfer_count),
        (say("settlement.fact.digest"), settlement.sha256),
    ]
    heads = [say(f"settlement.head.{head}") for head in HEADS]
    lines = await statement_lines(uow, settlement_id)
    return f"youlin-{shop.id}-{month}.xlsx", workbook(month, facts, heads, lines, zone)


def workbook(
    title: str, facts: Sequence[tuple[str, Any]], heads: Sequence[str], lines: Sequence[StatementLine], zone: ZoneInfo
) -> bytes:
    """The bytes of an xlsx file: facts above, then one row for each transfer, and the sum."""
    book = Workbook()
    sheet = book.active
    sheet.title = "".join(sign for sign in title if sign not in "[]:*?/\\")[:31]
    for label, value in facts:
        sheet.append([safe(label), safe(value)])
    sheet.append([])
    sheet.append([safe(head) for head in heads])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for line in lines:
        at = line.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        sheet.append([line.transfer_id, at, safe(line.title), line.value / 100, line.points])
    sheet.append(["", "", "", sum(line.value for line in lines) / 100, sum(line.points for line in lines)])
    for column, width in zip("ABCDE", (14, 18, 32, 12, 10), strict=True):
        sheet.column_dimensions[column].width = width
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def safe(value: Any) -> Any:
    """Text that a spreadsheet shows and never calculates."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
