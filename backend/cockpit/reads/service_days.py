"""Service days as staff see them: in both calendars, with their sessions, and what a poster tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from backend.bookings import Attender, attenders
from backend.bookings.models import Offering, Provider, ServiceDay, Session
from backend.bookings.states import SessionState
from backend.kernel.access import Actor
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day with what is booked on it."""

    row: ServiceDay
    seats: int
    taken: int


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session with who comes."""

    row: Session
    offering: Offering
    provider: str
    who: Sequence[Attender]


async def days_shown(uow: UnitOfWork, community: OrgUnit, today: date) -> list[DayLine]:
    """The days from today on, the cancelled ones too."""
    rows = await uow.session.execute(
        select(ServiceDay, func.coalesce(func.sum(Session.capacity), 0), func.coalesce(func.sum(Session.taken), 0))
        .outerjoin(Session, (Session.service_day_id == ServiceDay.id) & (Session.state != SessionState.CANCELLED))
        .where(ServiceDay.community_id == community.id, ServiceDay.day_on >= today)
        .group_by(ServiceDay.id)
        .order_by(ServiceDay.day_on)
        .limit(MOST_DAYS)
    )
    return [DayLine(day, int(seats), int(taken)) for day, seats, taken in rows]


async def day_here(uow: UnitOfWork, community_id: int, day_id: int) -> ServiceDay:
    """A day of this community; raises NotFound."""
    day = await uow.session.get(ServiceDay, day_id)
    if day is None or day.community_id != community_id:
        raise NotFound
    return day


async def sessions_shown(uow: UnitOfWork, actor: Actor, day_id: int) -> list[SessionLine]:
    """The sessions of a day in the order of services and times, each with who comes."""
    rows = await uow.session.execute(
        select(Session, Offering, Provider.title)
        .join(Offering, Offering.id == Session.offering_id)
        .join(Provider, Provider.id == Session.provider_id)
        .where(Session.service_day_id == day_id, Session.state != SessionState.CANCELLED)
        .order_by(Offering.id, Session.starts_at, Session.id)
    )
    return [
        SessionLine(session, offering, title, await attenders(uow, actor=actor, session_id=session.id))
        for session, offering, title in rows.all()
    ]
