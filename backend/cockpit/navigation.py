"""THE TABLE of the pages in the navigation: who sees which entry."""

from __future__ import annotations

from dataclasses import dataclass

from backend.cockpit.places import Over, scope_for
from backend.cockpit.visits import Access
from backend.kernel.access import Actor, Permission
from backend.kernel.errors import AccessDenied


@dataclass(frozen=True, slots=True)
class Entry:
    """A page with its own line in the navigation; its words are `web.nav.<key>`."""

    key: str
    path: str
    access: Access


NAVIGATION = (
    Entry("overview", "/web", Access(Permission.OPEN_WEB)),
    Entry("alerts", "/web/alerts", Access(Permission.READ_ALERT)),
    Entry("silences", "/web/silences", Access(Permission.SILENCE_ALERTS, Over.COMMUNITY)),
    Entry("duty", "/web/duty", Access(Permission.PLAN_DUTY, Over.COMMUNITY)),
    Entry("devices", "/web/devices", Access(Permission.READ_DEVICE)),
    Entry("sources", "/web/sources", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("fences", "/web/fences", Access(Permission.SET_DEVICE_RULE)),
    Entry("device_rules", "/web/device-rules", Access(Permission.SET_DEVICE_RULE, Over.COMMUNITY)),
    Entry("policies", "/web/policies", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("categories", "/web/categories", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("limits", "/web/limits", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("calendar", "/web/calendar", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("texts", "/web/texts", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("service_days", "/web/service-days", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("offerings", "/web/offerings", Access(Permission.EDIT_REFERENCE, Over.COMMUNITY)),
    Entry("providers", "/web/providers", Access(Permission.MANAGE_BOOKINGS, Over.COMMUNITY)),
    Entry("wishes", "/web/wishes", Access(Permission.READ_STATISTICS, Over.COMMUNITY)),
    Entry("earning", "/web/earning", Access(Permission.MANAGE_POINTS, Over.COMMUNITY)),
    Entry("points_limits", "/web/points-limits", Access(Permission.MANAGE_POINTS, Over.COMMUNITY)),
    Entry("points_review", "/web/points-review", Access(Permission.MANAGE_POINTS, Over.COMMUNITY)),
    Entry("market", "/web/market", Access(Permission.MANAGE_POINTS, Over.COMMUNITY)),
    Entry("settlements", "/web/settlements", Access(Permission.MANAGE_POINTS, Over.COMMUNITY)),
    Entry("roles", "/web/roles", Access(Permission.INVITE)),
    Entry("units", "/web/units", Access(Permission.OPEN_WEB)),
    Entry("outbox", "/web/outbox", Access(Permission.READ_OUTBOX, Over.COMMUNITY)),
    Entry("audit", "/web/audit", Access(Permission.READ_AUDIT, Over.COMMUNITY)),
)


def entries_for(actor: Actor, community_path: str) -> list[Entry]:
    """The entries that this person may open."""
    return [entry for entry in NAVIGATION if _may_open(actor, entry.access, community_path)]


def _may_open(actor: Actor, access: Access, community_path: str) -> bool:
    try:
        scope_for(actor, access.permission, access.over, community_path)
    except AccessDenied:
        return False
    return True
