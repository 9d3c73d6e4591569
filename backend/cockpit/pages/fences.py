"""Areas of people: listed, drawn as circle or polygon with hours, ended."""

from __future__ import annotations

import re
from datetime import time

from backend.cockpit.errors import FieldInvalid, LineInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.fences import SIZE, map_of, wearers_in
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.devices import (
    Circle,
    FencePurpose,
    Hours,
    Polygon,
    draw_fence,
    drawn_circle,
    drawn_polygon,
    end_fence,
    fences_drawn_for,
)
from backend.devices.fences.drawing import LONGEST_NAME
from backend.devices.fences.shapes import LARGEST_M, MOST_CORNERS, SMALLEST_M
from backend.devices.models import Geofence
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound
from backend.kernel.geo import SourceCrs
from backend.registry.homes import Home, home_of

pages = StaffPages()
NEEDS = Permission.SET_DEVICE_RULE
LONGEST_CORNERS = 4_000
USUAL_RADIUS_M = 500
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,12})?", re.ASCII)


@pages.page("/web/fences", needs=NEEDS)
async def show(visit: Visit) -> Answer:
    """Who wears a watch; where they may go is only on their own page."""
    return Page("fences.html", {"wearers": await wearers_in(visit.uow, visit.community.id, visit.scope)})


@pages.page("/web/fences/{person_id}", needs=NEEDS, leaves_trace=True)
async def show_one(visit: Visit) -> Answer:
    """The areas of one person with a small map, and a form for another; it is written down who looked."""
    home = await _home(visit)
    fences = await fences_drawn_for(visit.uow, actor=visit.actor, person_id=home.person.id)
    return Page(
        "fences_of.html",
        {
            "person": home.person,
            "home": home.address,
            "fences": fences,
            "map": await map_of(visit.uow, home, fences),
            "size": SIZE,
            "purposes": tuple(FencePurpose),
            "sources": tuple(SourceCrs),
            "days": visit.typed.all("weekday") if visit.typed else [str(day) for day in range(7)],
            "usual_radius": USUAL_RADIUS_M,
            "radii": (SMALLEST_M, LARGEST_M),
            "longest_name": LONGEST_NAME,
        },
    )


@pages.action("/web/fences/{person_id}", needs=NEEDS, over=Over.PART, again=show_one)
async def draw(visit: Visit) -> Answer:
    """Draw an area; it counts from the next fix on."""
    home = await _home(visit)
    await draw_fence(
        visit.uow,
        actor=visit.actor,
        person_id=home.person.id,
        purpose=_purpose(visit),
        name=visit.typed.text("name", least=1, most=LONGEST_NAME),
        shape=_shape(visit),
        hours=_hours(visit),
    )
    return GoTo(f"/web/fences/{home.person.id}", done="web.done.saved")


@pages.action("/web/fences/{person_id}/{fence_id}/end", needs=NEEDS, over=Over.PART, again=show_one)
async def end(visit: Visit) -> Answer:
    """It counts no longer."""
    home = await _home(visit)
    fence = await visit.uow.session.get(Geofence, visit.id_in_path("fence_id"))
    if fence is None or fence.person_id != home.person.id:
        raise NotFound
    await end_fence(visit.uow, actor=visit.actor, fence_id=fence.id)
    return GoTo(f"/web/fences/{home.person.id}", done="web.done.saved")


async def _home(visit: Visit) -> Home:
    home = await home_of(visit.uow, visit.id_in_path("person_id"))
    if home.person.community_id != visit.community.id:
        raise NotFound
    return home


def _purpose(visit: Visit) -> FencePurpose:
    try:
        return FencePurpose(visit.typed.get("purpose", ""))
    except ValueError as error:
        raise FieldInvalid("purpose") from error


def _shape(visit: Visit) -> Circle | Polygon:
    try:
        crs = SourceCrs(visit.typed.get("crs", SourceCrs.WGS84.value))
    except ValueError as error:
        raise FieldInvalid("crs") from error
    lines = visit.typed.text("corners", most=LONGEST_CORNERS).splitlines()
    if lines:
        return drawn_polygon([_corner(number, line) for number, line in enumerate(lines[: MOST_CORNERS + 1], 1)], crs)
    longitude, latitude = (_degrees(visit, name) for name in ("longitude", "latitude"))
    return drawn_circle(longitude, latitude, visit.typed.number("radius", least=SMALLEST_M, most=LARGEST_M), crs)


def _degrees(visit: Visit, name: str) -> float:
    typed = visit.typed.get(name, "")
    if not _DEGREES.fullmatch(typed):
        raise FieldInvalid(name)
    return float(typed)


def _corner(number: int, line: str) -> tuple[float, float]:
    """`106.53,29.57`, also with a blank or another comma between."""
    parts = [part for part in re.split(r"[^\d.-]+", line.strip()) if part]
    if len(parts) != 2 or not all(_DEGREES.fullmatch(part) for part in parts):
        raise LineInvalid(number)
    return float(parts[0]), float(parts[1])


def _hours(visit: Visit) -> Hours | None:
    """None where no hours are given: it always counts."""
    if not visit.typed.get("begins") and not visit.typed.get("ends"):
        return None
    days = visit.typed.all("weekday")
    if not days or not set(days) <= {str(day) for day in range(7)}:
        raise FieldInvalid("weekday")
    return Hours(frozenset(map(int, days)), _clock(visit, "begins"), _clock(visit, "ends"))


def _clock(visit: Visit, name: str) -> time:
    try:
        return time.fromisoformat(visit.typed.text(name, least=5, most=5))
    except ValueError as error:
        raise FieldInvalid(name) from error
