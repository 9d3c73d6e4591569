"""What can be booked: every offering a row to edit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.bookings import add_offering, edit_offering, seed_offerings
from backend.bookings.models import Offering
from backend.bookings.offerings import HIGHEST_PRICE
from backend.bookings.states import SessionKind
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.forms import Typed
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.brands import Brand
from backend.kernel.errors import NotFound

pages = StaffPages()
NEEDS = Permission.EDIT_REFERENCE
LONGEST_NAME = 40
OLDEST = 120
MOST_CANCEL_HOURS = 24 * 14
NUMBERS = {
    "points": (0, HIGHEST_PRICE),
    "cancel_hours": (0, MOST_CANCEL_HOURS),
    "per_household": (1, 100),
    "lowest_age": (0, OLDEST),
    "highest_age": (0, OLDEST),
}
NEEDED = ("points", "cancel_hours")
FIELDS = ("chinese", "english", "emoji", "brand", *NUMBERS)


@pages.page("/web/offerings", needs=NEEDS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """All offerings with their forms, the switched-off ones too."""
    rows = await visit.uow.session.scalars(
        select(Offering).where(Offering.community_id == visit.community.id).order_by(Offering.kind.desc(), Offering.id)
    )
    offerings = [(row, mark_of(_values(row))) for row in rows]
    values = {
        "offerings": offerings,
        "numbers": NUMBERS,
        "needed": NEEDED,
        "longest_name": LONGEST_NAME,
        "brands": list(Brand),
        "kinds": list(SessionKind),
    }
    return Page("offerings.html", values)


@pages.action("/web/offerings/seed", needs=NEEDS, again=show)
async def seed(visit: Visit) -> Answer:
    """Give a community that has none the usual ones."""
    await seed_offerings(visit.uow, visit.community.id)
    return GoTo("/web/offerings", done="web.done.saved")


@pages.action("/web/offerings/new", needs=NEEDS, again=show)
async def add(visit: Visit) -> Answer:
    """One more thing to book: providers can apply for it at once."""
    kind = visit.typed.get("kind", "")
    if kind not in set(SessionKind):
        raise FieldInvalid("offering_kind")
    values = _changes(visit.typed) | {"is_active": True}
    await add_offering(visit.uow, actor=visit.actor, community=visit.community, kind=SessionKind(kind), **values)
    return GoTo("/web/offerings", done="web.done.saved")


@pages.action("/web/offerings/{offering_id}", needs=NEEDS, again=show)
async def change(visit: Visit) -> Answer:
    """Save one row; sessions opened before keep their price."""
    await hold_reference(visit)
    offering = await visit.uow.session.get(Offering, visit.id_in_path("offering_id"))
    if offering is None or offering.community_id != visit.community.id:
        raise NotFound
    check_unchanged(visit, _values(offering))
    await edit_offering(visit.uow, actor=visit.actor, offering_id=offering.id, **_changes(visit.typed))
    return GoTo("/web/offerings", done="web.done.saved")


def _values(offering: Offering) -> dict[str, Any]:
    return {name: getattr(offering, name) for name in (*FIELDS, "is_active")}


def _changes(typed: Typed) -> dict[str, Any]:
    """The row as typed; an empty limit does not limit."""
    said = {name: typed.text(name, least=1, most=LONGEST_NAME) for name in ("chinese", "english")}
    limits = {
        name: typed.number(name, least=least, most=most) if typed.get(name) or name in NEEDED else None
        for name, (least, most) in NUMBERS.items()
    }
    brand = typed.get("brand", "")
    if brand not in {"", *Brand}:
        raise FieldInvalid("offering_brand")
    emoji, is_active = typed.text("emoji", most=8), typed.is_ticked("is_active")
    return {**said, **limits, "emoji": emoji, "brand": brand, "is_active": is_active}
