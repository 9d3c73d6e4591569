"""The outbox's health: what waits in each lane and how long, what failed, and who cannot be reached."""

from __future__ import annotations

from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, Page, Visit
from backend.kernel.access import Permission
from backend.messaging.health import newest_troubles, outbox_health

pages = StaffPages()


@pages.page("/web/outbox", needs=Permission.READ_OUTBOX, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """One outbox serves the whole installation; nobody is named here."""
    return Page("outbox.html", {"health": await outbox_health(visit.uow), "troubles": await newest_troubles(visit.uow)})
