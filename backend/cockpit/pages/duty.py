"""The duty roster: who is called in which grid and when; shifts are put on and taken off here."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.alerts.shifts import (
    absences_of,
    add_shift,
    end_absence,
    hand_on_shift,
    note_absence,
    roster_of,
    take_off_roster,
)
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
MOST_DAYS = 180


@pages.page("/web/duty", needs=Permission.PLAN_DUTY, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """The next two weeks, and a form for another shift."""
    shifts = await roster_of(visit.uow, actor=visit.actor, community_id=visit.community.id)
    units = await units_within(visit.uow, (visit.community.path,), OrgKind.COMMUNITY, OrgKind.GRID)
    people = await people_who_serve(visit.uow, units)
    absences = await absences_of(visit.uow, account_ids=[one.account_id for one in people])
    accounts = {shift.account_id for shift in shifts} | {absence.account_id for absence in absences}
    accounts |= {shift.swapped_from_id for shift in shifts if shift.swapped_from_id}
    return Page(
        "duty.html",
        {
            "shifts": shifts,
            "names": await names_of_accounts(visit.uow, accounts),
            "units": units,
            "unit_names": {unit.id: unit.name for unit in units},
            "people": people,
            "absences": absences,
            "most_days": MOST_DAYS,
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


@pages.action("/web/duty/{shift_id}/hand-on", needs=Permission.PLAN_DUTY, again=show)
async def hand_on(visit: Visit) -> Answer:
    """Give a shift to somebody else."""
    account_id = visit.typed.number("account", least=1, most=10**18)
    await hand_on_shift(visit.uow, actor=visit.actor, shift_id=visit.id_in_path("shift_id"), account_id=account_id)
    return GoTo("/web/duty", done="web.done.saved")


@pages.action("/web/duty/absences", needs=Permission.PLAN_DUTY, again=show)
async def put_away(visit: Visit) -> Answer:
    """Somebody cannot be called for some days."""
    starts_at = _moment(visit)
    await note_absence(
        visit.uow,
        actor=visit.actor,
        account_id=visit.typed.number("account", least=1, most=10**18),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=visit.typed.number("days", least=1, most=MOST_DAYS)),
        reason=visit.typed.text("reason", most=80),
    )
    return GoTo("/web/duty", done="web.done.saved")


@pages.action("/web/duty/absences/{absence_id}/end", needs=Permission.PLAN_DUTY, again=show)
async def bring_back(visit: Visit) -> Answer:
    """They can be called again."""
    await end_absence(visit.uow, actor=visit.actor, absence_id=visit.id_in_path("absence_id"))
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
