"""Whose booking it is: the check that every read and change of one passes, and the list of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from backend.bookings.beneficiaries import may_book_for
from backend.bookings.codes import new_code
from backend.bookings.errors import BookingMoved
from backend.bookings.models import Booking, Child, Meeting, Offering, Session
from backend.bookings.states import LIVE, BookingState
from backend.kernel.access import Actor, Permission, may
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit, Person

MOST_LISTED = 20
FOLLOWED, MOST_FOLLOWED = timedelta(days=60), 200


@dataclass(frozen=True, slots=True)
class MyBooking:
    """One line of one's bookings. `for_name` is empty for oneself, a child's initial for a child."""

    booking: Booking
    offering: Offering
    session: Session | None
    for_name: str
    meetings: tuple[Meeting, ...] = ()


async def access_booking(uow: UnitOfWork, actor: Actor, booking_id: int) -> Booking:
    """A booking, held until the commit, for who may change it: oneself, who booked, trusted family, workers, staff.

    Everybody else hears NotFound.
    """
    booking = await uow.session.get(Booking, booking_id, populate_existing=True, with_for_update=True)
    if booking is None or not await _may(uow, actor, booking):
        raise NotFound
    return booking


async def _may(uow: UnitOfWork, actor: Actor, booking: Booking) -> bool:
    if actor.account_id is not None and actor.account_id in (booking.account_id, booking.booked_by_id):
        return True
    if booking.person_id is not None and booking.person_id == actor.person_id:
        return True
    community = await uow.session.get_one(OrgUnit, booking.community_id)
    if may(actor, Permission.MANAGE_BOOKINGS, community.path):
        return True
    if booking.person_id is None:
        return False
    return await may_book_for(uow, actor, booking.person_id)


async def my_bookings(uow: UnitOfWork, *, actor: Actor, states: Sequence[BookingState] = LIVE) -> list[MyBooking]:
    """What the actor has booked, waits for or was offered, for oneself and for others; the soonest first."""
    rows = await uow.session.execute(
        _lines()
        .where(_is_of(actor), Booking.state.in_(states))
        .order_by(Session.starts_at.nulls_last(), Booking.id)
        .limit(MOST_LISTED)
    )
    found = rows.all()
    meetings = await meetings_of(uow, [row[2].id for row in found if row[2] is not None])
    return [_mine(row, actor, meetings) for row in found]


async def bookings_to_follow(uow: UnitOfWork, *, actor: Actor) -> list[MyBooking]:
    """What a calendar shows of the last weeks and all that is ahead: what was given up too, so that it is taken out."""
    rows = await uow.session.execute(
        _lines()
        .where(_is_of(actor), Booking.state != BookingState.WAITLISTED, Session.starts_at >= uow.now - FOLLOWED)
        .order_by(Session.starts_at.desc(), Booking.id.desc())
        .limit(MOST_FOLLOWED)
    )
    found = rows.all()
    meetings = await meetings_of(uow, [row[2].id for row in found])
    return [_mine(row, actor, meetings) for row in found]


def _is_of(actor: Actor) -> ColumnElement[bool]:
    """Who has no account, or no person, must not be given all that belongs to none."""
    whose: ColumnElement[bool] = false()
    if actor.account_id is not None:
        whose = or_(Booking.account_id == actor.account_id, Booking.booked_by_id == actor.account_id)
    return or_(whose, Booking.person_id == actor.person_id) if actor.person_id is not None else whose


async def one_booking(uow: UnitOfWork, *, actor: Actor, booking_id: int) -> MyBooking:
    """One booking with all that its screen shows, for who may change it. Raises NotFound."""
    await access_booking(uow, actor, booking_id)
    row = (await uow.session.execute(_lines().where(Booking.id == booking_id))).one()
    meetings = await meetings_of(uow, [row[2].id] if row[2] is not None else [])
    return _mine(row, actor, meetings)


async def renew_code(uow: UnitOfWork, *, actor: Actor, booking_id: int) -> str:
    """A fresh code for checking in; the one before is worth nothing from now on. Raises NotFound, BookingMoved."""
    booking = await access_booking(uow, actor, booking_id)
    if booking.state is not BookingState.CONFIRMED:
        raise BookingMoved
    code = new_code()
    booking.code_digest = code.digest
    return code.text


def _lines() -> Any:
    return (
        select(Booking, Offering, Session, Person.name, Child.initial)
        .join(Offering, Offering.id == Booking.offering_id)
        .outerjoin(Session, Session.id == Booking.session_id)
        .outerjoin(Person, Person.id == Booking.person_id)
        .outerjoin(Child, Child.id == Booking.child_id)
    )


def _mine(row: Any, actor: Actor, meetings: dict[int, tuple[Meeting, ...]]) -> MyBooking:
    booking, offering, session, name, initial = row
    is_self = booking.child_id is None and (booking.person_id is None or booking.person_id == actor.person_id)
    for_name = "" if is_self else (initial or name or "")
    return MyBooking(booking, offering, session, for_name, meetings.get(session.id, ()) if session else ())


async def meetings_of(uow: UnitOfWork, session_ids: Sequence[int]) -> dict[int, tuple[Meeting, ...]]:
    """The meetings of these sessions in order."""
    found: dict[int, tuple[Meeting, ...]] = {}
    if session_ids:
        rows = await uow.session.scalars(
            select(Meeting).where(Meeting.session_id.in_(session_ids)).order_by(Meeting.session_id, Meeting.number)
        )
        for meeting in rows:
            found[meeting.session_id] = (*found.get(meeting.session_id, ()), meeting)
    return found
