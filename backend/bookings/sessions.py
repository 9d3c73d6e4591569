"""Providers open sessions: the times of a service day, or a course with its meetings; and cancel them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from backend.bookings.errors import ProviderBusy, SessionInvalid, SessionOver
from backend.bookings.events import SessionCancelled, SessionOpened
from backend.bookings.models import Booking, Meeting, Offering, Provider, ServiceDay, Session
from backend.bookings.moving import move_booking
from backend.bookings.providers import approved_provider
from backend.bookings.seats import lock_session
from backend.bookings.states import AHEAD, BookingAction, DayState, SessionKind, SessionState
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

MOST_SEATS = 500
MOST_SLOTS = 60
MOST_MEETINGS = 40
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=12)
LONGEST_TITLE, LONGEST_ABOUT, LONGEST_LINK, LONGEST_REASON = 60, 1000, 300, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHours:
    """When and where a provider serves on a service day: from, until, minutes for each, how many at once."""

    begins: time
    ends: time
    minutes: int
    seats: int = 1
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePlan:
    """A course as its provider offers it; the meetings are moments of start with one common length."""

    title: str
    starts: tuple[datetime, ...]
    length: timedelta
    seats: int
    about: str = ""
    place: str = ""
    link: str | None = field(default=None)


async def open_day(
    uow: UnitOfWork, *, actor: Actor, provider_id: int, service_day_id: int, hours: DayHours
) -> Sequence[Session]:
    """Open the provider's times on a service day, one session for each slot.

    Raises NotApproved, SessionInvalid, SessionOver, ProviderBusy.
    """
    provider, offering = await approved_provider(uow, actor, provider_id)
    day = await uow.session.get(ServiceDay, service_day_id)
    if day is None or day.community_id != provider.community_id:
        raise NotFound
    if day.state is DayState.CANCELLED:
        raise SessionOver
    community = await uow.session.get_one(OrgUnit, provider.community_id)
    slots = list(_slots(hours, day, ZoneInfo(community.time_zone)))
    if not 0 < len(slots) <= MOST_SLOTS or not 0 < hours.seats <= MOST_SEATS:
        raise SessionInvalid
    if slots[0][0] <= uow.now:
        raise SessionOver
    await _check_free(uow, provider, slots)
    made = [
        Session(
            community_id=provider.community_id,
            offering_id=offering.id,
            kind=offering.kind,
            provider_id=provider.id,
            service_day_id=day.id,
            place=hours.place[:LONGEST_TITLE],
            starts_at=begins,
            ends_at=ends,
            capacity=hours.seats,
            points=offering.points,
        )
        for begins, ends in slots
    ]
    return await _store(uow, actor, community, made, [[slot] for slot in slots])


async def open_course(
    uow: UnitOfWork, *, actor: Actor, provider_id: int, offering_id: int, plan: CoursePlan
) -> Session:
    """Offer a course. Raises NotApproved, SessionInvalid, SessionOver, ProviderBusy."""
    provider, _ = await approved_provider(uow, actor, provider_id, for_offering=offering_id)
    offering = await uow.session.get_one(Offering, offering_id)
    _check_plan(plan)
    if plan.starts[0] <= uow.now:
        raise SessionOver
    meetings = [(start, start + plan.length) for start in plan.starts]
    await _check_free(uow, provider, meetings)
    community = await uow.session.get_one(OrgUnit, provider.community_id)
    session = Session(
        community_id=provider.community_id,
        offering_id=offering.id,
        kind=SessionKind.COURSE,
        provider_id=provider.id,
        title=plan.title.strip()[:LONGEST_TITLE],
        about=plan.about.strip()[:LONGEST_ABOUT],
        place=plan.place.strip()[:LONGEST_TITLE],
        link=plan.link,
        starts_at=meetings[0][0],
        ends_at=meetings[-1][1],
        capacity=plan.seats,
        points=offering.points,
    )
    return (await _store(uow, actor, community, [session], [meetings]))[0]


async def cancel_session(uow: UnitOfWork, *, actor: Actor, session_id: int, reason: str) -> Session:
    """The provider, staff or the clock takes a session back: all who booked or waited for it hear why, once.

    Twice changes nothing. Raises NotFound, SessionOver.
    """
    session = await uow.session.get(Session, session_id, populate_existing=True)
    if session is None:
        raise NotFound
    await _check_may_cancel(uow, actor, session)
    if session.state is SessionState.CANCELLED:
        return session
    if session.ends_at <= uow.now:
        raise SessionOver
    session = await lock_session(uow, session_id)
    session.state = SessionState.CANCELLED
    await uow.session.flush()
    bookings = await uow.session.scalars(
        select(Booking.id)
        .where(
            or_(Booking.session_id == session_id, Booking.claim_key == f"session:{session_id}"),
            Booking.state.in_(AHEAD),
        )
        .order_by(Booking.id)
        .with_for_update()
    )
    for booking_id in bookings.all():
        await move_booking(
            uow, booking_id, BookingAction.CANCEL, actor=actor, by_provider=True, reason=reason[:LONGEST_REASON]
        )
    session.taken = 0
    community = await uow.session.get_one(OrgUnit, session.community_id)
    audit(
        uow, actor, "session.cancel", f"session:{session.id}", org_path=community.path, after={"reason": reason[:200]}
    )
    uow.record(SessionCancelled(session.id, reason[:200]))
    return session


async def sessions_of_provider(uow: UnitOfWork, provider_id: int, *, since: datetime) -> Sequence[Session]:
    """The provider's sessions that end after `since`, in order."""
    rows = await uow.session.scalars(
        select(Session)
        .where(Session.provider_id == provider_id, Session.ends_at > since, Session.state != SessionState.CANCELLED)
        .order_by(Session.starts_at)
        .limit(MOST_SLOTS)
    )
    return rows.all()


def _slots(hours: DayHours, day: ServiceDay, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    length = timedelta(minutes=hours.minutes)
    if not SHORTEST <= length <= LONGEST:
        raise SessionInvalid
    begins = datetime.combine(day.day_on, hours.begins, zone)
    last = datetime.combine(day.day_on, hours.ends, zone)
    while begins + length <= last:
        yield begins, begins + length
        begins += length


def _check_plan(plan: CoursePlan) -> None:
    fits = (
        plan.title.strip()
        and 0 < len(plan.starts) <= MOST_MEETINGS
        and 0 < plan.seats <= MOST_SEATS
        and SHORTEST <= plan.length <= LONGEST
        and list(plan.starts) == sorted(set(plan.starts))
        and all(later - earlier >= plan.length for earlier, later in zip(plan.starts, plan.starts[1:], strict=False))
        and (plan.link is None or (plan.link.startswith("https://") and len(plan.link) <= LONGEST_LINK))
    )
    if not fits:
        raise SessionInvalid


async def _check_free(uow: UnitOfWork, provider: Provider, spans: Sequence[tuple[datetime, datetime]]) -> None:
    """Nobody is in two places: the provider's row is held, then the meetings are compared."""
    await uow.session.execute(select(Provider.id).where(Provider.id == provider.id).with_for_update())
    rows = await uow.session.execute(
        select(Meeting.starts_at, Meeting.ends_at)
        .join(Session, Session.id == Meeting.session_id)
        .join(Provider, Provider.id == Session.provider_id)
        .where(
            Provider.account_id == provider.account_id,
            Session.state == SessionState.OPEN,
            Meeting.ends_at > spans[0][0],
            Meeting.starts_at < spans[-1][1],
        )
    )
    busy = rows.all()
    if any(begins < end and start < ends for start, end in busy for begins, ends in spans):
        raise ProviderBusy


async def _store(
    uow: UnitOfWork,
    actor: Actor,
    community: OrgUnit,
    sessions: list[Session],
    meetings: Sequence[Sequence[tuple[datetime, datetime]]],
) -> list[Session]:
    uow.session.add_all(sessions)
    await uow.session.flush()
    for session, spans in zip(sessions, meetings, strict=True):
        uow.session.add_all(
            Meeting(session_id=session.id, number=number, starts_at=begins, ends_at=ends)
            for number, (begins, ends) in enumerate(spans, start=1)
        )
    await uow.session.flush()
    audit(uow, actor, "session.open", f"session:{sessions[0].id}", org_path=community.path, after={"n": len(sessions)})
    for session in sessions:
        uow.record(SessionOpened(session.id))
    return sessions


async def _check_may_cancel(uow: UnitOfWork, actor: Actor, session: Session) -> None:
    provider = await uow.session.get_one(Provider, session.provider_id)
    if actor.account_id is not None and provider.account_id == actor.account_id:
        return
    community = await uow.session.get_one(OrgUnit, session.community_id)
    check_access(actor, Permission.MANAGE_BOOKINGS, community.path)
