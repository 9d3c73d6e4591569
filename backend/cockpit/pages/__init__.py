"""THE LIST of the pages: each file parses a request, calls one read or one service, and names a template."""

from __future__ import annotations

from backend.cockpit.pages import audit, calendar, categories, events, leave, outbox, overview, roles, texts, units
from backend.cockpit.routing import StaffPages

PAGES: tuple[StaffPages, ...] = (
    overview.pages,
    categories.pages,
    calendar.pages,
    texts.pages,
    roles.pages,
    units.pages,
    outbox.pages,
    audit.pages,
    events.pages,
    leave.pages,
)
