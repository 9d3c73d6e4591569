"""Org units, partners and the chats bound to them: to look at; binding is done with /bind in the group itself."""

from __future__ import annotations

from backend.cockpit.reads.units import partners_shown, units_shown
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, Page, Visit
from backend.kernel.access import Permission

pages = StaffPages()


@pages.page("/web/units", needs=Permission.OPEN_WEB)
async def show(visit: Visit) -> Answer:
    """The tree below what this person serves; partners belong to the community and are shown to all its staff."""
    return Page(
        "units.html",
        {
            "units": await units_shown(visit.uow, visit.community, visit.scope),
            "partners": await partners_shown(visit.uow, visit.community),
        },
    )
