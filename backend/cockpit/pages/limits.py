"""The community's own limits: when lateness climbs to whom, how often a report is opened again, when to reply."""

from __future__ import annotations

from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.issues.timing.climbing import DEFAULT_LADDER
from backend.issues.timing.community_limits import LIMITS, limits_of, rung_name, set_limits
from backend.kernel.access import Permission

pages = StaffPages()


@pages.page("/web/limits", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """Every limit with its usual amount; after a refusal with what was typed."""
    present = await limits_of(visit.uow, visit.community.id)
    ladders = {
        target: [(rung_name(target, place), rung.role) for place, rung in enumerate(rungs)]
        for target, rungs in DEFAULT_LADDER.items()
    }
    shown = {name: visit.typed.get(name, str(amount)) for name, amount in present.items()}
    return Page("limits.html", {"limits": LIMITS, "ladders": ladders, "shown": shown, "was": mark_of(present)})


@pages.action("/web/limits", needs=Permission.EDIT_REFERENCE, again=show)
async def change(visit: Visit) -> Answer:
    """Set all of them at once; one that does not fit, and none is set."""
    await hold_reference(visit)
    check_unchanged(visit, await limits_of(visit.uow, visit.community.id))
    amounts = {name: visit.typed.number(name, least=limit.least, most=limit.most) for name, limit in LIMITS.items()}
    await set_limits(visit.uow, actor=visit.actor, community=visit.community, amounts=amounts)
    return GoTo("/web/limits", done="web.done.saved")
