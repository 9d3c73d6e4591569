"""What people wish to learn, by grid; and how many came to what was held."""

from __future__ import annotations

from datetime import timedelta

from backend.bookings import booking_counts, topics, wishes_by_grid
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, Page, Visit
from backend.kernel.access import Permission

pages = StaffPages()
LONGEST_SPAN = 366


@pages.page("/web/wishes", needs=Permission.READ_STATISTICS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """The counts of the last days, and the wishes of all time."""
    days = visit.asked_number("days", default=30, least=1, most=LONGEST_SPAN)
    now = visit.uow.now
    counts = await booking_counts(
        visit.uow, actor=visit.actor, community=visit.community, since=now - timedelta(days=days), until=now
    )
    wishes = await wishes_by_grid(visit.uow, actor=visit.actor, community=visit.community)
    return Page("wishes.html", {"days": days, "counts": counts, "wishes": wishes, "topics": topics()})
