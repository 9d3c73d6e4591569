"""Who came: ticked by the provider from the list, or by the code that the person shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.bookings.codes import digest_of
from backend.bookings.errors import CheckInClosed, CodeUnknown
from backend.bookings.models import Attendance, Booking, Child, Meeting, Provider, Session
from backend.bookings.moving import move_booking, write_down
from backend.bookings.states import BookingAction, BookingState
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, OrgUnit, Person

EARLY = timedelta(hours=1)
LATE = timedelta(days=1)
"""Until then the provider's list can still be put right, also against a no-show."""

_LISTED = (BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.DONE, BookingState.NO_SHOW)


class Attender(NamedTuple):
    """One line of the provider's list. `name` is what the provider may see: a child's initial only."""

    booking_id: int
    number: int
    name: str
    state: BookingState
    came: frozenset[int]
    """The numbers of the meetings at which they were."""


async def attenders(uow: UnitOfWork, *, actor: Actor, session_id: int) -> list[Attender]:
    """Who has a seat, for the provider and for staff, in the order of booking. Raises NotFound, AccessDenied."""
    await _session_of(uow, actor, session_id)
    rows = await uow.session.execute(
        select(Booking, Person.name, Child.initial, Account.display_name)
        .outerjoin(Person, Person.id == Booking.person_id)
        .outerjoin(Child, Child.id == Booking.child_id)
        .outerjoin(Account, Account.id == Booking.account_id)
        .where(Booking.session_id == session_id, Booking.state.in_(_LISTED))
        .order_by(Booking.created_at, Booking.id)
    )
    found = rows.all()
    came: dict[int, set[int]] = {}
    marks = await uow.session.scalars(select(Attendance).where(Attendance.booking_id.in_([row[0].id for row in found])))
    for mark in marks:
        came.setdefault(mark.booking_id, set()).add(mark.meeting_number)
    return [
        Attender(
            booking.id,
            booking.number,
            _shown(name, initial, display),
            booking.state,
            frozenset(came.get(booking.id, ())),
        )
        for booking, name, initial, display in found
    ]


def _shown(name: str | None, initial: str | None, display: str | None) -> str:
    return f"{initial}*" if initial else (name or display or "")


async def check_in(uow: UnitOfWork, *, actor: Actor, booking_id: int) -> Booking:
    """Note that somebody is here for the meeting of now. Twice changes nothing; a no-show that came late is put right.

    Raises NotFound, AccessDenied, CheckInClosed, BookingMoved.
    """
    booking = await uow.session.get(Booking, booking_id, populate_existing=True)
    if booking is None or booking.session_id is None:
        raise NotFound
    await _session_of(uow, actor, booking.session_id)
    meeting = await _meeting_now(uow, booking.session_id)
    if booking.state in (BookingState.CONFIRMED, BookingState.NO_SHOW):
        booking = await move_booking(uow, booking_id, BookingAction.CHECK_IN, actor=actor)
        await write_down(uow, actor, "booking.check_in", booking)
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    row = {"booking_id": booking_id, "meeting_number": meeting.number, "at": uow.now, "by_id": actor.account_id}
    await uow.session.execute(insert(Attendance).values(row).on_conflict_do_nothing())
    return booking


async def check_in_by_code(uow: UnitOfWork, *, actor: Actor, code: str) -> Booking:
    """The provider scanned what the person shows. Raises CodeUnknown for whatever is not a code of this provider."""
    booking = await uow.session.scalar(select(Booking).where(Booking.code_digest == digest_of(code)))
    if booking is None or booking.session_id is None:
        raise CodeUnknown
    session = await uow.session.get_one(Session, booking.session_id)
    provider = await uow.session.get_one(Provider, session.provider_id)
    if provider.account_id != actor.account_id:
        raise CodeUnknown
    return await check_in(uow, actor=actor, booking_id=booking.id)


async def _session_of(uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
    """The session for its provider, or for staff."""
    session = await uow.session.get(Session, session_id)
    if session is None:
        raise NotFound
    provider = await uow.session.get_one(Provider, session.provider_id)
    if actor.account_id is None or provider.account_id != actor.account_id:
        community = await uow.session.get_one(OrgUnit, session.community_id)
        check_access(actor, Permission.MANAGE_BOOKINGS, community.path)
    return session


async def _meeting_now(uow: UnitOfWork, session_id: int) -> Meeting:
    rows = await uow.session.scalars(select(Meeting).where(Meeting.session_id == session_id).order_by(Meeting.number))
    current = [meeting for meeting in rows if _is_open(meeting, uow.now)]
    if not current:
        raise CheckInClosed
    return current[-1]


def _is_open(meeting: Meeting, now: datetime) -> bool:
    return meeting.starts_at - EARLY <= now <= meeting.ends_at + LATE
