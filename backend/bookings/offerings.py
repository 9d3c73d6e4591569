"""What can be booked: made from `offerings.toml` at first, edited by staff, listed with its free seats."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, String, cast, func, literal, select

from backend.bookings.errors import SessionInvalid
from backend.bookings.models import Booking, Offering, Provider, Session
from backend.bookings.states import BookingState, SessionKind, SessionState
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.brands import Brand
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

EDITABLE = {
    "chinese",
    "english",
    "emoji",
    "brand",
    "points",
    "cancel_hours",
    "per_household",
    "lowest_age",
    "highest_age",
    "is_active",
}
HIGHEST_PRICE = 10_000
MOST_OFFERINGS = 200
MOST_LISTED = 40


@dataclass(frozen=True, slots=True)
class OnDay:
    """A service on one day: `free` seats over all its times, and how many wait."""

    offering: Offering
    times: int
    free: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as residents see it."""

    session: Session
    offering: Offering
    provider: str

    @property
    def free(self) -> int:
        return self.session.capacity - self.session.taken


async def seed_offerings(uow: UnitOfWork, community_id: int) -> int:
    """Give a community that has none yet the offerings of the file; returns how many were made."""
    has = await uow.session.scalar(select(func.count()).where(Offering.community_id == community_id))
    if has:
        return 0
    rows = tomllib.loads(Path(__file__).with_name("offerings.toml").read_text(encoding="utf-8"))["offerings"]
    uow.session.add_all(_made(community_id, row) for row in rows)
    await uow.session.flush()
    return len(rows)


def _made(community_id: int, row: dict[str, Any]) -> Offering:
    known = {key: value for key, value in row.items() if key in EDITABLE}
    return Offering(
        community_id=community_id,
        kind=SessionKind(row["kind"]),
        key=row["key"],
        chinese=row["zh"],
        english=row["en"],
        **known,
    )


async def offerings_of(uow: UnitOfWork, community_id: int, *, kind: SessionKind | None = None) -> Sequence[Offering]:
    """The active offerings, in the order in which they were made."""
    query = select(Offering).where(Offering.community_id == community_id, Offering.is_active.is_(True))
    if kind is not None:
        query = query.where(Offering.kind == kind)
    return (await uow.session.scalars(query.order_by(Offering.id))).all()


async def offering_by_id(uow: UnitOfWork, offering_id: int) -> Offering:
    """An active offering; raises NotFound."""
    offering = await uow.session.get(Offering, offering_id)
    if offering is None or not offering.is_active:
        raise NotFound
    return offering


async def add_offering(
    uow: UnitOfWork, *, actor: Actor, community: OrgUnit, kind: SessionKind, **values: Any
) -> Offering:
    """Staff add something that can be booked: it is found under its brand and by its name from now on.

    `values` are those of EDITABLE. Raises SessionInvalid.
    """
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    named = {"chinese", "english"} <= values.keys()
    if not named or not values.keys() <= EDITABLE or not _fits(values):
        raise SessionInvalid
    count = await uow.session.scalar(select(func.count()).where(Offering.community_id == community.id))
    if (count or 0) >= MOST_OFFERINGS:
        raise SessionInvalid
    offering = Offering(community_id=community.id, kind=kind, key=f"own.{uuid4().hex[:16]}", **values)
    uow.session.add(offering)
    await uow.session.flush()
    audit(uow, actor, "offering.add", f"offering:{offering.id}", org_path=community.path, after=values)
    return offering


async def edit_offering(uow: UnitOfWork, *, actor: Actor, offering_id: int, **changes: Any) -> Offering:
    """Staff change a row; sessions opened before keep their price. Raises NotFound, SessionInvalid."""
    offering = await uow.session.get(Offering, offering_id)
    if offering is None:
        raise NotFound
    community = await uow.session.get_one(OrgUnit, offering.community_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    if not changes.keys() <= EDITABLE or not _fits(changes):
        raise SessionInvalid
    before = {name: getattr(offering, name) for name in changes}
    for name, value in changes.items():
        setattr(offering, name, value)
    if before != changes:
        subject = f"offering:{offering.id}"
        audit(uow, actor, "offering.edit", subject, org_path=community.path, before=before, after=changes)
    return offering


def _fits(changes: dict[str, Any]) -> bool:
    named = all(str(changes[name]).strip() for name in ("chinese", "english") if name in changes)
    lowest, highest = changes.get("lowest_age"), changes.get("highest_age")
    return (
        named
        and changes.get("brand", "") in {"", *Brand}
        and 0 <= changes.get("points", 0) <= HIGHEST_PRICE
        and 0 <= changes.get("cancel_hours", 0) <= 24 * 14
        and 1 <= (changes.get("per_household") or 1) <= 100
        and 0 <= (lowest or 0) <= (120 if highest is None else highest) <= 120
    )


async def services_on(uow: UnitOfWork, service_day_id: int) -> list[OnDay]:
    """The services of one day that can still be booked or waited for."""
    waiting = (
        select(func.count())
        .where(
            Booking.claim_key == claim_key_of_day(),
            Booking.state == BookingState.WAITLISTED,
        )
        .correlate(Session)
        .scalar_subquery()
    )
    rows = await uow.session.execute(
        select(Offering, func.count(), func.sum(Session.capacity - Session.taken), waiting)
        .join(Offering, Offering.id == Session.offering_id)
        .where(
            Session.service_day_id == service_day_id,
            Session.state == SessionState.OPEN,
            Session.starts_at > uow.now,
        )
        .group_by(Offering.id, Session.service_day_id, Session.offering_id)
        .order_by(Offering.id)
    )
    return [OnDay(offering, times, int(free or 0), wait or 0) for offering, times, free, wait in rows]


def claim_key_of_day() -> ColumnElement[str]:
    """What `booking.claim_key` is for a service of a day, in SQL."""
    return literal("day:") + cast(Session.service_day_id, String) + ":" + cast(Session.offering_id, String)


def claim_key_of_session() -> ColumnElement[str]:
    """What `booking.claim_key` is for a course, in SQL."""
    return literal("session:") + cast(Session.id, String)


async def times_of(uow: UnitOfWork, *, service_day_id: int, offering_id: int) -> list[Listed]:
    """The times of one service on one day, the full ones too."""
    return await _listed(uow, Session.service_day_id == service_day_id, Session.offering_id == offering_id)


async def courses_ahead(uow: UnitOfWork, community_id: int) -> list[Listed]:
    """Courses that have not begun, the soonest first."""
    return await _listed(uow, Session.community_id == community_id, Session.kind == SessionKind.COURSE)


async def one_session(uow: UnitOfWork, session_id: int) -> Listed:
    """One session as residents see it; raises NotFound."""
    found = await uow.session.execute(_query().where(Session.id == session_id))
    row = found.first()
    if row is None:
        raise NotFound
    return Listed(*row)


def _query() -> Any:
    return (
        select(Session, Offering, Provider.title)
        .join(Offering, Offering.id == Session.offering_id)
        .join(Provider, Provider.id == Session.provider_id)
    )


async def _listed(uow: UnitOfWork, *conditions: Any) -> list[Listed]:
    rows = await uow.session.execute(
        _query()
        .where(*conditions, Session.state == SessionState.OPEN, Session.starts_at > uow.now)
        .order_by(Session.starts_at, Session.id)
        .limit(MOST_LISTED)
    )
    return [Listed(*row) for row in rows]
