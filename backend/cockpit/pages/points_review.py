"""What looks odd or is owed, to be decided; and what was paid lately, to be taken back."""

from __future__ import annotations

from sqlalchemy import select

from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound
from backend.points.earning.models import Earning, EarningState
from backend.points.earning.review import decide_earning, matters_of
from backend.points.earning.taking_back import take_back

pages = StaffPages()
SHOWN = 50


@pages.page("/web/points-review", needs=Permission.MANAGE_POINTS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """What waits, and the newest that were paid."""
    waiting = await matters_of(visit.uow, visit.community.id)
    paid = await matters_of(visit.uow, visit.community.id, [EarningState.PAID], most=SHOWN)
    return Page("points_review.html", {"waiting": waiting, "paid": paid})


@pages.action("/web/points-review/{earning_id}/{verdict}", needs=Permission.MANAGE_POINTS, again=show)
async def decide(visit: Visit) -> Answer:
    """Pay, refuse, or take back."""
    earning = await _earning(visit)
    verdict = str(visit.request.path_params["verdict"])
    if verdict == "undo":
        await take_back(visit.uow, event_key=earning.event_key, actor=visit.actor, reason="staff")
    elif verdict in ("grant", "refuse"):
        await decide_earning(visit.uow, actor=visit.actor, earning_id=earning.id, is_granted=verdict == "grant")
    else:
        raise NotFound
    return GoTo("/web/points-review", done="web.done.saved")


async def _earning(visit: Visit) -> Earning:
    found = await visit.uow.session.scalar(
        select(Earning).where(Earning.id == visit.id_in_path("earning_id"), Earning.community_id == visit.community.id)
    )
    if found is None:
        raise NotFound
    return found
