"""THE LIST of the pages: each file parses a request, calls one read or one service, and names a template."""

from __future__ import annotations

from backend.cockpit.pages import events, leave, overview, units
from backend.cockpit.routing import StaffPages

PAGES: tuple[StaffPages, ...] = (overview.pages, units.pages, events.pages, leave.pages)
