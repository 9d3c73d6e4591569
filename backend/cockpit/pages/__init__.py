"""THE LIST of the pages: each file parses a request, calls one read or one service, and names a template."""

from __future__ import annotations

from backend.cockpit.pages import (
    alerts,
    audit,
    calendar,
    categories,
    duty,
    earning,
    events,
    leave,
    market,
    outbox,
    overview,
    points_review,
    policies,
    roles,
    settlements,
    texts,
    units,
)
from backend.cockpit.routing import StaffPages

PAGES: tuple[StaffPages, ...] = (
    overview.pages,
    alerts.pages,
    policies.pages,
    duty.pages,
    categories.pages,
    calendar.pages,
    texts.pages,
    earning.pages,
    points_review.pages,
    market.pages,
    settlements.pages,
    roles.pages,
    units.pages,
    outbox.pages,
    audit.pages,
    events.pages,
    leave.pages,
)
