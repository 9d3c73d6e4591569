"""The service days: by which rule, one by one, who comes to each, and the poster for the wall."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

import segno
from markupsafe import Markup

from backend.bookings import (
    CalendarKind,
    DayRule,
    LeapMonth,
    MissingDay,
    OnHoliday,
    add_day,
    cancel_day,
    day_rule_of,
    note_day,
    set_day_rule,
)
from backend.bookings.days import LONGEST_NOTE
from backend.cockpit.desk import desk_of
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.service_days import SessionLine, day_here, days_shown, sessions_shown
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.notify.both_dates import day_said
from backend.notify.words import Words

pages = StaffPages()
NEEDS = Permission.EDIT_REFERENCE
POSTER = "day-"
"""What the poster's code says to the bot, before the number of the day."""
MOST_OPEN_BEFORE = 14
SEPARATORS = re.compile(r"[\s,\uff0c\u3001]+")
"""Western and Chinese commas."""
CHOICES = {
    "calendars": tuple(CalendarKind),
    "missings": tuple(MissingDay),
    "leap_months": tuple(LeapMonth),
    "holidays": tuple(OnHoliday),
    "longest_note": LONGEST_NOTE,
    "most_open_before": MOST_OPEN_BEFORE,
}
Choice = TypeVar("Choice", bound=StrEnum)


@pages.page("/web/service-days", needs=NEEDS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """The rule, and the days that it and the staff have made."""
    rule, before = await day_rule_of(visit.uow, visit.community.id)
    days = await days_shown(visit.uow, visit.community, visit.uow.now.astimezone(visit.zone).date())
    said = {line.row.id: day_said(_words(visit), line.row.day_on) for line in days}
    return Page("service_days.html", {"rule": rule, "before": before, "days": days, "said": said, **CHOICES})


@pages.page("/web/service-days/{day_id}", needs=NEEDS, over=Over.COMMUNITY)
async def show_day(visit: Visit) -> Answer:
    """One day with its sessions and who comes to each."""
    day = await day_here(visit.uow, visit.community.id, visit.id_in_path("day_id"))
    sessions = await sessions_shown(visit.uow, visit.actor, day.id)
    values = {"day": day, "said": day_said(_words(visit), day.day_on), "sessions": sessions, **CHOICES}
    return Page("service_day.html", values)


@pages.page("/web/service-days/{day_id}/poster", needs=NEEDS, over=Over.COMMUNITY)
async def poster(visit: Visit) -> Answer:
    """The poster of one day: both dates, the services with their times, and a code that opens them in chat."""
    day = await day_here(visit.uow, visit.community.id, visit.id_in_path("day_id"))
    sessions = await sessions_shown(visit.uow, visit.actor, day.id)
    code = _code(desk_of(visit.request).invitation_link(f"{POSTER}{day.id}"))
    values = {"day": day, "said": day_said(_words(visit), day.day_on), "code": code}
    return Page("poster.html", {**values, "services": _services(sessions, visit.zone)})


@pages.action("/web/service-days/rule", needs=NEEDS, again=show)
async def change_rule(visit: Visit) -> Answer:
    """Reckon the days anew; days with sessions, and those that staff made, stay."""
    rule = DayRule(
        calendar=_one_of(CalendarKind, visit, "calendar"),
        days=_numbers(visit.typed.text("days", least=1, most=100)),
        missing=_one_of(MissingDay, visit, "missing"),
        leap_month=_one_of(LeapMonth, visit, "leap_month"),
        on_holiday=_one_of(OnHoliday, visit, "on_holiday"),
    )
    before = visit.typed.number("open_days_before", least=0, most=MOST_OPEN_BEFORE)
    await set_day_rule(visit.uow, actor=visit.actor, community=visit.community, rule=rule, open_days_before=before)
    return GoTo("/web/service-days", done="web.done.saved")


@pages.action("/web/service-days/new", needs=NEEDS, again=show)
async def add(visit: Visit) -> Answer:
    """Add a day beside the rule."""
    note = visit.typed.text("note", most=LONGEST_NOTE)
    day = await add_day(visit.uow, actor=visit.actor, community=visit.community, day=_day(visit), note=note)
    return GoTo(f"/web/service-days/{day.id}", done="web.done.saved")


@pages.action("/web/service-days/{day_id}/note", needs=NEEDS, again=show_day)
async def note(visit: Visit) -> Answer:
    day = await day_here(visit.uow, visit.community.id, visit.id_in_path("day_id"))
    text = visit.typed.text("note", most=LONGEST_NOTE)
    await note_day(visit.uow, actor=visit.actor, service_day_id=day.id, note=text)
    return GoTo(f"/web/service-days/{day.id}", done="web.done.saved")


@pages.action("/web/service-days/{day_id}/cancel", needs=NEEDS, again=show_day)
async def cancel(visit: Visit) -> Answer:
    """Call the day off: everybody who booked hears why."""
    day = await day_here(visit.uow, visit.community.id, visit.id_in_path("day_id"))
    reason = visit.typed.text("reason", least=1, most=LONGEST_NOTE)
    await cancel_day(visit.uow, actor=visit.actor, service_day_id=day.id, reason=reason)
    return GoTo("/web/service-days", done="web.done.saved")


def _words(visit: Visit) -> Words:
    return Words(desk_of(visit.request).texts, visit.actor.language, zone=visit.zone)


def _services(sessions: Sequence[SessionLine], zone: ZoneInfo) -> list[tuple[SessionLine, str, str]]:
    """Each service once, as its first session, with the time it begins and ends."""

    def clock(moment: datetime) -> str:
        return moment.astimezone(zone).strftime("%H:%M")

    by_service = [
        list(some) for _, some in groupby(sessions, key=lambda line: (line.offering.id, line.row.provider_id))
    ]
    return [
        (some[0], clock(some[0].row.starts_at), clock(max(line.row.ends_at for line in some))) for some in by_service
    ]


def _code(link: str) -> Markup:
    """An SVG to stand in the page; high correction, for posters hang in the rain."""
    picture = BytesIO()
    segno.make(link, error="h", micro=False).save(picture, kind="svg", border=4, xmldecl=False, omitsize=True)
    return Markup(picture.getvalue().decode())  # noqa: S704 - made by us of modules, not of what anybody typed


def _one_of(kind: type[Choice], visit: Visit, name: str) -> Choice:
    try:
        return kind(visit.typed.get(name, ""))
    except ValueError as error:
        raise FieldInvalid(name) from error


def _numbers(text: str) -> tuple[int, ...]:
    """Read `10, 20, 30`; raises FieldInvalid."""
    parts = [part for part in SEPARATORS.split(text) if part]
    if not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts):
        raise FieldInvalid("days")
    return tuple(int(part) for part in parts)


def _day(visit: Visit) -> date:
    text = visit.typed.get("day", "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldInvalid("day") from error
