"""The first page: what is going on now."""

from __future__ import annotations

from backend.cockpit.reads.overview import overview
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, Page, Visit
from backend.kernel.access import Permission

pages = StaffPages()


@pages.page("/web", needs=Permission.OPEN_WEB)
async def show(visit: Visit) -> Answer:
    """Open issues by colour and status, work by status, the hazard list, and today's steps."""
    return Page("overview.html", {"overview": await overview(visit.uow, visit.community, visit.scope)})
