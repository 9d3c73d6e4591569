"""People and roles: who serves where, ending a role, and a one-use link for somebody new."""

from __future__ import annotations

from backend.cockpit.desk import desk_of
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.roles import holders_shown, roles_to_give, units_to_invite_to
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission, Role
from backend.registry.grants import end_role
from backend.registry.invitations import PAYLOAD, invite
from backend.registry.queries import partner, partners_of

pages = StaffPages()
MOST_PAGES = 1_000


@pages.page("/web/roles", needs=Permission.INVITE)
async def show(visit: Visit) -> Answer:
    """The live roles of the part of the community that this person serves, and the form for an invitation."""
    page, wanted = visit.asked_number("page", default=1, least=1, most=MOST_PAGES), visit.asked("q")
    holders, has_more = await holders_shown(visit.uow, visit.actor, visit.scope, wanted=wanted, page=page)
    values = {
        "holders": holders,
        "wanted": wanted,
        "page": page,
        "has_more": has_more,
        "roles": roles_to_give(visit.actor),
        "units": await units_to_invite_to(visit.uow, visit.actor, visit.community),
        "partners": await partners_of(visit.uow, visit.community.id),
    }
    return Page("roles.html", values)


@pages.action("/web/roles/{grant_id}/end", needs=Permission.END_ROLE, over=Over.PART, again=show)
async def end(visit: Visit) -> Answer:
    """End a role; what it opened is shut at once."""
    await end_role(visit.uow, actor=visit.actor, grant_id=visit.id_in_path("grant_id"))
    return GoTo("/web/roles", done="web.done.role_ended")


@pages.action("/web/roles/invite", needs=Permission.INVITE, over=Over.PART, again=show)
async def make_invitation(visit: Visit) -> Answer:
    """Make a link and show it: this page is the only place where it is ever seen."""
    unit_id = visit.typed.number("unit", least=1, most=10**18)
    units = {unit.id: unit for unit in await units_to_invite_to(visit.uow, visit.actor, visit.community)}
    if unit_id not in units:
        raise FieldInvalid("unit")
    chosen = visit.typed.get("partner", "")
    made = await invite(
        visit.uow,
        actor=visit.actor,
        role=_role(visit),
        unit=units[unit_id],
        partner=await partner(visit.uow, visit.typed.number("partner", least=1, most=10**18)) if chosen else None,
    )
    return Page("invitation.html", {"made": made, "link": desk_of(visit.request).invitation_link(PAYLOAD + made.token)})


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.typed.get("role", ""))
    except ValueError as error:
        raise FieldInvalid("role") from error
