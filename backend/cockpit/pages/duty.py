"""The duty roster: who is called in which grid and when; shifts are put on and taken off here."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.alerts.shifts import add_shift, roster_of, take_off_roster
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.duty import people_who_serve
from backend.cockpit.reads.names import names_of_accounts
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.registry.models import OrgKind
from backend.registry.queries import units_within

pages = StaffPages()

MOST_HOURS = 72


@pages.page("/web/duty", needs=Permission.PLAN_DUTY, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """The next two weeks, and a form for another shift."""
    shifts = await roster_of(visit.uow, actor=visit.actor, community_id=visit.community.id)
    units = await units_within(visit.uow, (visit.community.path,), OrgKind.COMMUNITY, OrgKind.GRID)
    accounts = {shift.account_id for shift in shifts} | {
        shift.swapped_from_id for shift in shifts if shift.swapped_from_id
    }
    return Page(
        "duty.html",
        {
            "shifts": shifts,
            "names": await names_of_accounts(visit.uow, accounts),
            "units": units,
            "unit_names": {unit.id: unit.name for unit in units},
            "people": await people_who_serve(visit.uow, units),
            "most_hours": MOST_HOURS,
            "soon": visit.uow.now.astimezone(visit.zone).strftime("%Y-%m-%dT%H:00"),
        },
    )


@pages.action("/web/duty", needs=Permission.PLAN_DUTY, again=show)
async def put_on(visit: Visit) -> Answer:
    """Put somebody on the roster."""
    starts_at = _moment(visit)
    await add_shift(
        visit.uow,
        actor=visit.actor,
        org_unit_id=await _unit(visit),
        account_id=visit.typed.number("account", least=1, most=10**18),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=visit.typed.number("hours", least=1, most=MOST_HOURS)),
    )
    return GoTo("/web/duty", done="web.done.saved")


@pages.action("/web/duty/{shift_id}/end", needs=Permission.PLAN_DUTY, again=show)
async def take_off(visit: Visit) -> Answer:
    """Take a shift off the roster."""
    await take_off_roster(visit.uow, actor=visit.actor, shift_id=visit.id_in_path("shift_id"))
    return GoTo("/web/duty", done="web.done.saved")


async def _unit(visit: Visit) -> int:
    unit_id = visit.typed.number("unit", least=1, most=10**18)
    units = await units_within(visit.uow, (visit.community.path,), OrgKind.COMMUNITY, OrgKind.GRID)
    if unit_id not in {unit.id for unit in units}:
        raise FieldInvalid("unit")
    return unit_id


def _moment(visit: Visit) -> datetime:
    try:
        typed = datetime.fromisoformat(visit.typed.text("starts", least=16, most=16))
    except ValueError as error:
        raise FieldInvalid("starts") from error
    if typed.tzinfo is not None or not 2000 <= typed.year <= 2100:
        raise FieldInvalid("starts")
    return typed.replace(tzinfo=visit.zone)
