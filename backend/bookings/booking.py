"""A seat is booked or waited for: both ways lead through the one gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.bookings.beneficiaries import Beneficiary
from backend.bookings.codes import new_code
from backend.bookings.errors import BookingMoved, SeatsLeft, SessionFull
from backend.bookings.gate import Facts, must_confirm, refusal
from backend.bookings.models import Booking, BookingCounter, Offering, Session
from backend.bookings.moving import move_booking, note, through_of, write_down
from backend.bookings.seats import take_seat
from backend.bookings.states import LIVE, BookedThrough, BookingAction, BookingState, SessionKind, SessionState
from backend.kernel.access import Actor
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

ABSENCES_COUNT_FOR = timedelta(days=60)
CONFIRM_HOUR = 20
"""Who must confirm does so until this hour of the evening before."""


@dataclass(frozen=True, slots=True)
class Booked:
    """`is_new` is false when the same person had booked or waited there before: nothing was done again."""

    booking: Booking
    is_new: bool
    code: str | None = None
    """What the QR code for checking in holds; shown now, only its digest is kept."""


def claim_key(session: Session) -> str:
    """What one person can have only once: a service per day, a seat per course."""
    if session.kind is SessionKind.SERVICE and session.service_day_id is not None:
        return f"day:{session.service_day_id}:{session.offering_id}"
    return f"session:{session.id}"


async def book(
    uow: UnitOfWork,
    *,
    actor: Actor,
    session_id: int,
    beneficiary: Beneficiary,
    through: BookedThrough | None = None,
) -> Booked:
    """Take a seat for `beneficiary`, at once if one is free; whoever waited there for another time has it now.

    A second booking of the same person for the same day or course changes nothing and gives the first one back.
    Raises NotFound, SessionFull, and what the gate says.
    """
    session, offering = await bookable(uow, session_id)
    key = claim_key(session)
    existing = await _live(uow, key, beneficiary)
    if existing is not None and existing.state is not BookingState.WAITLISTED:
        return Booked(existing, is_new=False)
    await _pass_gate(uow, session, offering, beneficiary)
    code = new_code()
    seat: dict[str, Any] = {
        "session_id": session.id,
        "points": session.points,
        "code_digest": code.digest,
        "confirm_by": await _confirm_by(uow, session, beneficiary),
    }
    booking: Booking | None
    if existing is not None:
        booking = await move_booking(uow, existing.id, BookingAction.TAKE, actor=actor, **seat)
    else:
        booking = await _insert(uow, session, beneficiary, actor, through, state=BookingState.CONFIRMED, **seat)
        if booking is None:
            return Booked(await _must_live(uow, key, beneficiary), is_new=False)
        note(uow, booking, None, None, actor)
    if not await take_seat(uow, session.id):
        raise SessionFull
    await write_down(uow, actor, "booking.book", booking)
    return Booked(booking, is_new=True, code=code.text)


async def wait(
    uow: UnitOfWork,
    *,
    actor: Actor,
    session_id: int,
    beneficiary: Beneficiary,
    through: BookedThrough | None = None,
) -> Booked:
    """Go onto the waiting list of the session's day or course. Raises SeatsLeft while there are seats to book."""
    session, offering = await bookable(uow, session_id)
    key = claim_key(session)
    if (existing := await _live(uow, key, beneficiary)) is not None:
        return Booked(existing, is_new=False)
    await _pass_gate(uow, session, offering, beneficiary)
    if await _has_seats(uow, session):
        raise SeatsLeft
    booking = await _insert(
        uow, session, beneficiary, actor, through, state=BookingState.WAITLISTED, session_id=None, points=0
    )
    if booking is None:
        return Booked(await _must_live(uow, key, beneficiary), is_new=False)
    note(uow, booking, None, None, actor)
    await write_down(uow, actor, "booking.wait", booking)
    return Booked(booking, is_new=True)


async def bookable(uow: UnitOfWork, session_id: int) -> tuple[Session, Offering]:
    """The session and what it offers; raises NotFound."""
    session = await uow.session.get(Session, session_id, populate_existing=True)
    if session is None:
        raise NotFound
    return session, await uow.session.get_one(Offering, session.offering_id)


async def _pass_gate(uow: UnitOfWork, session: Session, offering: Offering, beneficiary: Beneficiary) -> None:
    facts = Facts(
        now=uow.now,
        state=session.state,
        starts_at=session.starts_at,
        age=beneficiary.age,
        lowest_age=offering.lowest_age,
        highest_age=offering.highest_age,
        household_seats=await _household_seats(uow, claim_key(session), beneficiary),
        per_household=offering.per_household,
    )
    if (refused := refusal(facts)) is not None:
        raise refused


async def _has_seats(uow: UnitOfWork, session: Session) -> bool:
    """Whether any time of the same day, or the course, has a free seat for which nobody waits."""
    same = (
        (Session.service_day_id == session.service_day_id) & (Session.offering_id == session.offering_id)
        if session.kind is SessionKind.SERVICE and session.service_day_id is not None
        else Session.id == session.id
    )
    found = await uow.session.scalar(
        select(Session.id)
        .where(same, Session.state == SessionState.OPEN, Session.starts_at > uow.now, Session.taken < Session.capacity)
        .limit(1)
    )
    return found is not None


async def _confirm_by(uow: UnitOfWork, session: Session, beneficiary: Beneficiary) -> datetime | None:
    """Until when this person must say that they are coming; None for nearly everybody."""
    since = uow.now - ABSENCES_COUNT_FOR
    absences = await uow.session.scalar(
        select(func.count())
        .select_from(Booking)
        .join(Session, Session.id == Booking.session_id)
        .where(
            Booking.beneficiary == beneficiary.key,
            Booking.state == BookingState.NO_SHOW,
            Session.starts_at >= since,
        )
    )
    if not must_confirm(absences=absences or 0, age=beneficiary.age):
        return None
    community = await uow.session.get_one(OrgUnit, session.community_id)
    zone = ZoneInfo(community.time_zone)
    evening = session.starts_at.astimezone(zone) - timedelta(days=1)
    due = evening.replace(hour=CONFIRM_HOUR, minute=0, second=0, microsecond=0)
    return due if due > uow.now else None


async def _household_seats(uow: UnitOfWork, key: str, beneficiary: Beneficiary) -> int:
    if beneficiary.household_id is None:
        return 0
    seats: int | None = await uow.session.scalar(
        select(func.count()).where(
            Booking.claim_key == key,
            Booking.household_id == beneficiary.household_id,
            Booking.beneficiary != beneficiary.key,
            Booking.state.in_(LIVE),
        )
    )
    return seats or 0


async def _live(uow: UnitOfWork, key: str, beneficiary: Beneficiary) -> Booking | None:
    found: Booking | None = await uow.session.scalar(
        select(Booking).where(Booking.claim_key == key, Booking.beneficiary == beneficiary.key, Booking.state.in_(LIVE))
    )
    return found


async def _must_live(uow: UnitOfWork, key: str, beneficiary: Beneficiary) -> Booking:
    found = await _live(uow, key, beneficiary)
    if found is None:  # whoever was faster has given it up again in this very moment
        raise BookingMoved
    return found


async def _insert(
    uow: UnitOfWork,
    session: Session,
    beneficiary: Beneficiary,
    actor: Actor,
    through: BookedThrough | None,
    **values: object,
) -> Booking | None:
    """Insert the row unless the person has a live one: the partial unique index decides between two at once."""
    row = {
        "community_id": session.community_id,
        "number": await _next_number(uow, session.community_id),
        "offering_id": session.offering_id,
        "claim_key": claim_key(session),
        "beneficiary": beneficiary.key,
        "person_id": beneficiary.person_id,
        "child_id": beneficiary.child_id,
        "household_id": beneficiary.household_id,
        "account_id": beneficiary.account_id or actor.account_id,
        "booked_by_id": actor.account_id,
        "through": through or through_of(actor),
        "created_at": uow.now,
        "priority": 0,
        "is_late": False,
        "sequence": 0,
        **values,
    }
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    statement = insert(Booking).values(row).on_conflict_do_nothing().returning(Booking)
    inserted: Booking | None = await uow.session.scalar(statement)
    return inserted


async def _next_number(uow: UnitOfWork, community_id: int) -> int:
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    statement = (
        insert(BookingCounter)
        .values(community_id=community_id, last=1)
        .on_conflict_do_update(index_elements=[BookingCounter.community_id], set_={"last": BookingCounter.last + 1})
        .returning(BookingCounter.last)
    )
    return int(await uow.session.scalar(statement) or 0)
