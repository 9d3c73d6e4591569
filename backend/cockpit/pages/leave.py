"""Going out: this browser, or every browser; and putting another community on screen."""

from __future__ import annotations

from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.sessions import choose_community, sign_out, sign_out_everywhere
from backend.cockpit.visits import Answer, GoTo, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound

pages = StaffPages()


@pages.action("/web/sign-out", needs=Permission.OPEN_WEB, over=Over.PART)
async def leave(visit: Visit) -> Answer:
    await sign_out(visit.uow, actor=visit.actor, session_id=visit.signed.session_id)
    return GoTo("/web/enter")


@pages.action("/web/sign-out-everywhere", needs=Permission.OPEN_WEB, over=Over.PART)
async def leave_everywhere(visit: Visit) -> Answer:
    await sign_out_everywhere(visit.uow, actor=visit.actor)
    return GoTo("/web/enter")


@pages.action("/web/community", needs=Permission.OPEN_WEB, over=Over.PART)
async def look_at(visit: Visit) -> Answer:
    """Put a community on screen of which this person may see at least a part."""
    wanted = visit.typed.number("community", least=1, most=10**18)
    if wanted not in {unit.id for unit in visit.communities}:
        raise NotFound
    await choose_community(visit.uow, session_id=visit.signed.session_id, community_id=wanted)
    return GoTo("/web")
