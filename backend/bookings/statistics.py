"""Counts for staff: courses held, seats given, who came, how it was; wishes per grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from backend.bookings.models import Booking, Session, SurveyAnswer, Wish
from backend.bookings.states import BookingState, SessionKind, SessionState
from backend.bookings.surveys import HAPPY
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

_CAME = (BookingState.CHECKED_IN, BookingState.DONE)


@dataclass(frozen=True, slots=True)
class BookingCounts:
    """Of one span of time. `happy` of `answers` said that it was good."""

    courses_held: int
    services_held: int
    booked: int
    came: int
    absent: int
    answers: int
    happy: int
    wishes: int

    @property
    def satisfaction(self) -> float | None:
        """Between 0 and 1; None while nobody answered."""
        return self.happy / self.answers if self.answers else None


async def booking_counts(
    uow: UnitOfWork, *, actor: Actor, community: OrgUnit, since: datetime, until: datetime
) -> BookingCounts:
    """The counts of sessions that ended between `since` and `until`, and of the wishes made then."""
    check_access(actor, Permission.READ_STATISTICS, community.path)
    of_span = (Session.community_id == community.id, Session.ends_at >= since, Session.ends_at < until)
    held = select(Session.kind, func.count()).where(*of_span, Session.state == SessionState.DONE).group_by(Session.kind)
    by_kind = dict((await uow.session.execute(held)).all())
    states = (
        select(Booking.state, func.count())
        .join(Session, Session.id == Booking.session_id)
        .where(*of_span)
        .group_by(Booking.state)
    )
    by_state = dict((await uow.session.execute(states)).all())
    answers = (
        await uow.session.execute(
            select(func.count(), func.count().filter(SurveyAnswer.stars == HAPPY))
            .select_from(SurveyAnswer)
            .join(Booking, Booking.id == SurveyAnswer.booking_id)
            .join(Session, Session.id == Booking.session_id)
            .where(*of_span)
        )
    ).one()
    wishes = await uow.session.scalar(
        select(func.count()).where(Wish.community_id == community.id, Wish.created_at >= since, Wish.created_at < until)
    )
    return BookingCounts(
        courses_held=by_kind.get(SessionKind.COURSE, 0),
        services_held=by_kind.get(SessionKind.SERVICE, 0),
        booked=sum(by_state.values()),
        came=sum(by_state.get(state, 0) for state in _CAME),
        absent=by_state.get(BookingState.NO_SHOW, 0),
        answers=answers[0],
        happy=answers[1],
        wishes=wishes or 0,
    )


async def wishes_by_grid(uow: UnitOfWork, *, actor: Actor, community: OrgUnit) -> Sequence[tuple[str, str, int]]:
    """How often each topic is wished for in each grid: grid's name (empty: unknown), topic, count."""
    check_access(actor, Permission.READ_STATISTICS, community.path)
    rows = await uow.session.execute(
        select(func.coalesce(OrgUnit.name, ""), Wish.topic, func.count())
        .select_from(Wish)
        .outerjoin(OrgUnit, OrgUnit.id == Wish.grid_id)
        .where(Wish.community_id == community.id)
        .group_by(OrgUnit.name, Wish.topic)
        .order_by(OrgUnit.name, func.count().desc(), Wish.topic)
    )
    return [(name, topic, count) for name, topic, count in rows]
