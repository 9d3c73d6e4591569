"""A statement as a spreadsheet: for the shop's bookkeeping and the street office's."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Font

from backend.points.settlement.settling import StatementLine

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with: a spreadsheet would calculate it."""


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
