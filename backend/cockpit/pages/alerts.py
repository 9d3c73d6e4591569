"""Alerts: what is open, what ended, one with its timeline to the second; silences that hold them back."""

from __future__ import annotations

from datetime import timedelta

from backend.alerts import AckKind, Via, acknowledge
from backend.alerts.silences import LONGEST_REASON, NewSilence, add_silence, approve_silence, end_silence, silences_of
from backend.alerts.verdicts import verdicts_of
from backend.alerts.views import timeline_lines
from backend.cockpit.desk import desk_of
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.alerts import alert_in, ended_alerts_in, open_alerts_in
from backend.cockpit.reads.names import names_of_accounts
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission, may
from backend.kernel.alarms import AlarmKind
from backend.notify.alerts_timeline import line_said
from backend.registry.models import OrgKind
from backend.registry.queries import units_within

pages = StaffPages()

LONGEST_HOURS = 30 * 24
SAID_ON_THE_WEB = (AckKind.CLAIMED, AckKind.CONTACT_MADE, AckKind.ON_SCENE, AckKind.RESOLVED, AckKind.FALSE_ALARM)


@pages.page("/web/alerts", needs=Permission.READ_ALERT)
async def show(visit: Visit) -> Answer:
    """Open ones first, with who has them; then those that ended."""
    where = (visit.uow, visit.community.id, visit.scope)
    return Page(
        "alerts.html",
        {
            "open": await open_alerts_in(*where),
            "ended": await ended_alerts_in(*where),
            "may_silence": may(visit.actor, Permission.SILENCE_ALERTS, visit.community.path),
        },
    )


@pages.page("/web/alerts/{alert_id}", needs=Permission.READ_ALERT)
async def show_one(visit: Visit) -> Answer:
    """One alert: where it stands, what can be said to it, and everything that happened."""
    line = await alert_in(visit.uow, visit.community.id, visit.scope, visit.id_in_path("alert_id"))
    alert, texts, language = line.alert, desk_of(visit.request).texts, visit.actor.language
    lines = await timeline_lines(visit.uow, alert.id)
    told = [(f"{one.at.astimezone(visit.zone):%H:%M:%S}", line_said(texts, language, one)) for one in lines]
    verdicts = await verdicts_of(visit.uow, alert.device_id) if alert.device_id is not None else None
    return Page("alert.html", {"line": line, "told": told, "verdicts": verdicts, "kinds": SAID_ON_THE_WEB})


@pages.action("/web/alerts/{alert_id}", needs=Permission.HANDLE_ALERT, over=Over.PART, again=show_one)
async def say(visit: Visit) -> Answer:
    """Say something to an alert from the desk."""
    line = await alert_in(visit.uow, visit.community.id, visit.scope, visit.id_in_path("alert_id"))
    try:
        kind = AckKind(visit.typed.get("kind", ""))
    except ValueError as error:
        raise FieldInvalid("kind") from error
    if kind not in SAID_ON_THE_WEB:
        raise FieldInvalid("kind")
    nonce = visit.typed.text("nonce", most=40)
    outcome = await acknowledge(
        visit.uow,
        actor=visit.actor,
        alert_id=line.alert.id,
        kind=kind,
        via=Via.WEB,
        evidence=f"web:{visit.signed.session_id}:{nonce}",
    )
    done = "web.done.saved" if outcome.recorded else "web.done.not_recorded"
    return GoTo(f"/web/alerts/{line.alert.id}", done=done)


@pages.page("/web/silences", needs=Permission.SILENCE_ALERTS, over=Over.COMMUNITY)
async def show_silences(visit: Visit) -> Answer:
    """What is held back now, by whom, until when and why; and a form for another."""
    silences = await silences_of(visit.uow, actor=visit.actor, community_id=visit.community.id)
    grids = await units_within(visit.uow, (visit.community.path,), OrgKind.GRID)
    accounts = {one.author_id for one in silences} | {one.approved_by_id for one in silences if one.approved_by_id}
    return Page(
        "silences.html",
        {
            "silences": silences,
            "names": await names_of_accounts(visit.uow, accounts),
            "grids": grids,
            "grid_names": {grid.id: grid.name for grid in grids},
            "kinds": tuple(AlarmKind),
            "longest_hours": LONGEST_HOURS,
            "longest_reason": LONGEST_REASON,
        },
    )


@pages.action("/web/silences", needs=Permission.SILENCE_ALERTS, again=show_silences)
async def silence(visit: Visit) -> Answer:
    """Hold back what fits for so many hours from now."""
    hours = visit.typed.number("hours", least=1, most=LONGEST_HOURS)
    await add_silence(
        visit.uow,
        actor=visit.actor,
        new=NewSilence(
            community_id=visit.community.id,
            starts_at=visit.uow.now,
            ends_at=visit.uow.now + timedelta(hours=hours),
            reason=visit.typed.text("reason", least=1, most=LONGEST_REASON),
            kind=_kind(visit),
            grid_id=await _grid(visit),
            is_maintenance=visit.typed.is_ticked("is_maintenance"),
        ),
    )
    return GoTo("/web/silences", done="web.done.saved")


@pages.action("/web/silences/{silence_id}/approve", needs=Permission.SILENCE_ALERTS, again=show_silences)
async def approve(visit: Visit) -> Answer:
    """The second person agrees."""
    await approve_silence(visit.uow, actor=visit.actor, silence_id=visit.id_in_path("silence_id"))
    return GoTo("/web/silences", done="web.done.saved")


@pages.action("/web/silences/{silence_id}/end", needs=Permission.SILENCE_ALERTS, again=show_silences)
async def end(visit: Visit) -> Answer:
    """Hold nothing back any more."""
    await end_silence(visit.uow, actor=visit.actor, silence_id=visit.id_in_path("silence_id"))
    return GoTo("/web/silences", done="web.done.saved")


def _kind(visit: Visit) -> AlarmKind | None:
    typed = visit.typed.get("kind", "")
    try:
        return AlarmKind(typed) if typed else None
    except ValueError as error:
        raise FieldInvalid("kind") from error


async def _grid(visit: Visit) -> int | None:
    if not visit.typed.get("grid", ""):
        return None
    grid_id = visit.typed.number("grid", least=1, most=10**18)
    grids = await units_within(visit.uow, (visit.community.path,), OrgKind.GRID)
    if grid_id not in {grid.id for grid in grids}:
        raise FieldInvalid("grid")
    return grid_id
