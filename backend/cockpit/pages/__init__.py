"""THE LIST of the pages: each file parses a request, calls one read or one service, and names a template."""

from __future__ import annotations

from backend.cockpit.pages import (
    alerts,
    audit,
    calendar,
    categories,
    devices,
    duty,
    earning,
    events,
    leave,
    limits,
    market,
    new_device,
    offerings,
    outbox,
    overview,
    points_review,
    policies,
    providers,
    roles,
    service_days,
    settlements,
    texts,
    units,
    wishes,
)
from backend.cockpit.routing import StaffPages

PAGES: tuple[StaffPages, ...] = (
    overview.pages,
    alerts.pages,
    # Before the pages of one device, whose address it would be otherwise.
    new_device.pages,
    devices.pages,
    policies.pages,
    duty.pages,
    categories.pages,
    limits.pages,
    calendar.pages,
    texts.pages,
    service_days.pages,
    offerings.pages,
    providers.pages,
    wishes.pages,
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
