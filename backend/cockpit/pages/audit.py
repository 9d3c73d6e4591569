"""The audit trail: search, the change beside each line, and the check of the seals."""

from __future__ import annotations

from backend.cockpit.places import Over
from backend.cockpit.reads.audit import Search, audit_lines, seals_checked, seals_counted
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, Page, Visit
from backend.kernel.access import Permission

pages = StaffPages()


@pages.page("/web/audit", needs=Permission.READ_AUDIT, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """One page of the trail; with `check` in the address the seals are walked through."""
    start = visit.asked_number("before", default=0, least=0, most=10**18)
    search = Search(visit.asked("subject"), visit.asked("action"), visit.asked("name"), start or None)
    lines, has_more = await audit_lines(visit.uow, visit.actor, search)
    seals = await (seals_checked if visit.asked("check") else seals_counted)(visit.uow)
    return Page("audit.html", {"lines": lines, "has_more": has_more, "search": search, "seals": seals})
