"""Tables of days, providers, sessions and bookings; wishes and children stand in `wish_models`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.bookings.day_rule import CalendarKind, LeapMonth, MissingDay, OnHoliday
from backend.bookings.states import (
    LIVE,
    BookedThrough,
    BookingState,
    DayState,
    ProviderState,
    SessionKind,
    SessionState,
)
from backend.bookings.wish_models import Child, GuardianConsent, Wish
from backend.kernel.tables import Base, BigId, Id, Name, enum_column

__all__ = [
    "Attendance",
    "Booking",
    "BookingCounter",
    "BookingEvent",
    "Child",
    "GuardianConsent",
    "Meeting",
    "Offering",
    "Provider",
    "ServiceDay",
    "ServiceDayRule",
    "Session",
    "SurveyAnswer",
    "Wish",
]


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class ServiceDayRule(Base):
    """How a community reckons its service days; one row each. The days themselves are rows that staff edit."""

    __tablename__ = "service_day_rule"

    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), primary_key=True, autoincrement=False)
    calendar: Mapped[CalendarKind] = mapped_column(enum_column(CalendarKind), default=CalendarKind.SOLAR)
    days: Mapped[list[Any]]
    missing: Mapped[MissingDay] = mapped_column(enum_column(MissingDay), default=MissingDay.SKIP)
    leap_month: Mapped[LeapMonth] = mapped_column(enum_column(LeapMonth), default=LeapMonth.BOTH)
    on_holiday: Mapped[OnHoliday] = mapped_column(enum_column(OnHoliday), default=OnHoliday.KEEP)
    open_days_before: Mapped[int] = mapped_column(SmallInteger, default=2)
    """How many days before its services are offered in chat."""


class ServiceDay(Base):
    """One dated day. Bookings point here and never to the rule, so changing the rule moves nobody's booking."""

    __tablename__ = "service_day"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    day_on: Mapped[date]
    by_rule: Mapped[bool] = mapped_column(Boolean, default=True)
    """False: staff added or moved it, and making the year's days again leaves it alone."""
    state: Mapped[DayState] = mapped_column(enum_column(DayState), default=DayState.PLANNED)
    note: Mapped[str] = mapped_column(String(200), default="")
    announced_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("community_id", "day_on"),)


class Offering(Base):
    """What can be booked: haircut, knife sharpening, a calligraphy course. Staff edit these rows."""

    __tablename__ = "offering"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    kind: Mapped[SessionKind] = mapped_column(enum_column(SessionKind))
    key: Mapped[str] = mapped_column(String(24))
    chinese: Mapped[Name]
    english: Mapped[Name]
    emoji: Mapped[str] = mapped_column(String(8), default="")
    brand: Mapped[str] = mapped_column(String(24), default="")
    points: Mapped[int] = mapped_column(SmallInteger, default=0)
    """What one seat costs; held by booking, paid by coming."""
    cancel_hours: Mapped[int] = mapped_column(SmallInteger, default=12)
    """Until how long before the start anybody may cancel without its being noted as late."""
    per_household: Mapped[int | None] = mapped_column(SmallInteger)
    """The most seats of one household on one day; None: no limit."""
    lowest_age: Mapped[int | None] = mapped_column(SmallInteger)
    highest_age: Mapped[int | None] = mapped_column(SmallInteger)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        CheckConstraint("points >= 0", name="points_not_negative"),
    )


class Provider(Base):
    """A freelancer, a retired professional, a school: applies, is approved, then manages sessions in chat."""

    __tablename__ = "provider"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    trade: Mapped[str] = mapped_column(String(24))
    """The key of the service that they give, or `course` for those who teach whatever is wished for."""
    title: Mapped[Name]
    about: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[ProviderState] = mapped_column(enum_column(ProviderState), default=ProviderState.APPLIED)
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(BigId)
    __table_args__ = (
        Index("uq_provider_live", "account_id", "trade", unique=True, **_where("state IN ('applied', 'approved')")),
    )


class Session(Base):
    """What has seats. `taken` counts offered, confirmed and checked-in bookings; the CHECK is the last guard (P5)."""

    __tablename__ = "session"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    offering_id: Mapped[int] = mapped_column(BigId, ForeignKey("offering.id"))
    kind: Mapped[SessionKind] = mapped_column(enum_column(SessionKind))
    provider_id: Mapped[int] = mapped_column(BigId, ForeignKey("provider.id"))
    service_day_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("service_day.id"), index=True)
    title: Mapped[Name] = mapped_column(default="")
    about: Mapped[str] = mapped_column(String(1000), default="")
    place: Mapped[Name] = mapped_column(default="")
    link: Mapped[str | None] = mapped_column(String(300))
    """Where it is held online; shown only to those who have a seat."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int] = mapped_column(SmallInteger)
    taken: Mapped[int] = mapped_column(SmallInteger, default=0)
    points: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[SessionState] = mapped_column(enum_column(SessionState), default=SessionState.OPEN)
    __table_args__ = (
        CheckConstraint("0 <= taken AND taken <= capacity", name="seats"),
        CheckConstraint("starts_at < ends_at", name="runs_forward"),
        Index("uq_session_provider_start", "provider_id", "starts_at", unique=True, **_where("state <> 'cancelled'")),
        Index("ix_session_list", "offering_id", "service_day_id", "starts_at"),
        Index("ix_session_end", "ends_at", **_where("state = 'open'")),
    )


class Meeting(Base):
    """One coming-together of a session: a service has one, a course several."""

    __tablename__ = "meeting"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class CalendarFeed(Base):
    """Somebody's bookings as a calendar that follows them; of its address only the digest is kept."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    """Counted up by its owner to make every earlier address worthless."""
    made_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class BookingCounter(Base):
    """The last booking's number given out in a community."""

    __tablename__ = "booking_counter"

    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Booking(Base):
    """A seat or a place on a waiting list, for one beneficiary.

    Whom it is for, who acted and through which channel are three facts. `claim_key` is what one person can have
    only once: `day:<service day>:<offering>` for services, `session:<id>` for courses.
    """

    __tablename__ = "booking"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    number: Mapped[int]
    """Said aloud: short, per community."""
    offering_id: Mapped[int] = mapped_column(BigId, ForeignKey("offering.id"))
    session_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("session.id"), index=True)
    claim_key: Mapped[str] = mapped_column(String(48))
    beneficiary: Mapped[str] = mapped_column(String(32))
    """`person:<id>`, `child:<id>`, or `account:<id>` for a neighbour whom the registry does not know."""
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("child.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("household.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    """Who hears of it in chat: the beneficiary, the guardian, or whoever booked for them."""
    booked_by_id: Mapped[int | None] = mapped_column(BigId)
    through: Mapped[BookedThrough] = mapped_column(enum_column(BookedThrough))
    state: Mapped[BookingState] = mapped_column(enum_column(BookingState))
    created_at: Mapped[datetime]
    offer_until: Mapped[datetime | None]
    """Set once: nobody keeps a seat by letting the offer run again."""
    confirm_by: Mapped[datetime | None]
    """Who stayed away twice confirms the evening before; None: nothing to confirm, or done."""
    priority: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Smaller first on the waiting list."""
    is_late: Mapped[bool] = mapped_column(Boolean, default=False)
    sequence: Mapped[int] = mapped_column(SmallInteger, default=0)
    """RFC 5545: counts the changes that a calendar must take over."""
    points: Mapped[int] = mapped_column(SmallInteger, default=0)
    reminded_at: Mapped[datetime | None]
    surveyed_at: Mapped[datetime | None]
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the token in the QR code with which one checks in."""
    __table_args__ = (
        Index(
            "uq_booking_live",
            "claim_key",
            "beneficiary",
            unique=True,
            **_where(f"state IN ({', '.join(repr(state.value) for state in LIVE)})"),
        ),
        UniqueConstraint("community_id", "number"),
        Index("ix_booking_waiting", "claim_key", "priority", "created_at", "id", **_where("state = 'waitlisted'")),
        Index("ix_booking_offer", "offer_until", **_where("state = 'offered'")),
    )


class BookingEvent(Base):
    """What happened to a booking, one row for each change of state."""

    __tablename__ = "booking_event"

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(BigId, ForeignKey("booking.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(16))
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigId)
    through: Mapped[str] = mapped_column(String(16))


class Attendance(Base):
    """Somebody came to one meeting."""

    __tablename__ = "attendance"

    booking_id: Mapped[int] = mapped_column(BigId, ForeignKey("booking.id"), primary_key=True)
    meeting_number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(BigId)


class SurveyAnswer(Base):
    """How it was: one answer per booking, shown to the provider only in sums."""

    __tablename__ = "survey_answer"

    booking_id: Mapped[int] = mapped_column(BigId, ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    stars: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 3", name="stars"),)
