"""Settlements: the statements of all shops, one to print or to keep as a spreadsheet, recounted each time."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Row

from backend.cockpit.desk import desk_of
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, Download, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound
from backend.points.market.merchants import merchant_of
from backend.points.market.models import Merchant
from backend.points.settlement.settling import (
    close_dispute,
    recount,
    settlement_row,
    settlements_of,
    statement_lines,
)
from backend.points.settlement.workbook import statement_workbook

pages = StaffPages()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.page("/web/settlements", needs=Permission.MANAGE_POINTS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """All statements, newest first."""
    return Page("settlements.html", {"settlements": await settlements_of(visit.uow, visit.community.id)})


@pages.page("/web/settlements/{settlement_id}", needs=Permission.MANAGE_POINTS, over=Over.COMMUNITY)
async def show_one(visit: Visit) -> Answer:
    """One statement, made for paper, and whether the ledger still says the same."""
    settlement, shop = await _settlement(visit)
    values = {
        "settlement": settlement,
        "shop": shop,
        "lines": await statement_lines(visit.uow, settlement.id),
        "is_right": await recount(visit.uow, settlement.id),
    }
    return Page("settlement.html", values)


@pages.page("/web/settlements/{settlement_id}/sheet", needs=Permission.MANAGE_POINTS, over=Over.COMMUNITY)
async def sheet(visit: Visit) -> Answer:
    """The statement as a spreadsheet."""
    settlement, _ = await _settlement(visit)
    say = partial(desk_of(visit.request).texts.say, visit.actor.language)
    name, content = await statement_workbook(visit.uow, say, settlement.id, visit.zone)
    return Download(name, content, XLSX)


@pages.action("/web/settlements/{settlement_id}/close", needs=Permission.MANAGE_POINTS, again=show_one)
async def close(visit: Visit) -> Answer:
    """The objection was talked over: the statement stands."""
    settlement, _ = await _settlement(visit)
    await close_dispute(visit.uow, actor=visit.actor, settlement_id=settlement.id)
    return GoTo(f"/web/settlements/{settlement.id}", done="web.done.saved")


async def _settlement(visit: Visit) -> tuple[Row[Any], Merchant]:
    settlement = await settlement_row(visit.uow, visit.id_in_path("settlement_id"))
    shop = await merchant_of(visit.uow, settlement.merchant_id)
    if shop.community_id != visit.community.id:
        raise NotFound
    return settlement, shop
