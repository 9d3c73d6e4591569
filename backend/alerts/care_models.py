"""Tables around alerts: silences, the duty roster, check-ins, drills, and how often a device cried wolf."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column

_OPEN_CHECK_IN = text("state IN ('due', 'asked')")


class Silence(Base):
    """What staff do not want to be called for, until when and why; with `is_maintenance` work on the devices.

    Every matcher that is set must fit. What is held is recorded all the same.
    """

    __tablename__ = "silence"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    kind: Mapped[str | None] = mapped_column(String(24))
    device_id: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(String(40))
    is_maintenance: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    """The second person, without whom life safety is held for a short while only."""
    ended_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class DutyShift(Base):
    """Who is on duty in a grid, or in the community, from when until when."""

    __tablename__ = "duty_shift"

    id: Mapped[Id]
    org_unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    swapped_from_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    """Whose shift it was before it was handed on."""
    ended_at: Mapped[datetime | None]
    """Taken off the roster."""
    __table_args__ = (Index("ix_duty_shift_now", "org_unit_id", "ends_at"),)


class DutyAbsence(Base):
    """From when until when somebody cannot be called: their shifts count for nothing meanwhile."""

    __tablename__ = "duty_absence"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(80), default="")
    made_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]


class SwapState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"


class DutySwap(Base):
    """Somebody asks a colleague to take over a shift; until they agree it stays theirs."""

    __tablename__ = "duty_swap"

    id: Mapped[Id]
    shift_id: Mapped[int] = mapped_column(BigId, ForeignKey("duty_shift.id"), index=True)
    from_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    to_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    state: Mapped[SwapState] = mapped_column(enum_column(SwapState))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class CheckInState(StrEnum):
    DUE = "due"
    ASKED = "asked"
    ANSWERED = "answered"
    MISSED = "missed"


class CheckInMethod(StrEnum):
    """How an elder is asked."""

    CALL = "call"
    SMS = "sms"
    BUTTON = "button"


class CheckInPlan(Base):
    """When and how an elder says "I am OK" each day: `ask_at` local, `answer_within` minutes."""

    __tablename__ = "check_in_plan"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    method: Mapped[CheckInMethod] = mapped_column(enum_column(CheckInMethod))
    ask_at: Mapped[time] = mapped_column(Time)
    answer_within: Mapped[int] = mapped_column(SmallInteger)
    weekdays: Mapped[list[Any]]
    """ISO numbers, Monday is 1."""
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the next one becomes due; None while switched off."""
    made_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class CheckIn(Base):
    """One day's check-in of one elder. Who answers before being asked is not asked."""

    __tablename__ = "check_in"

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey("check_in_plan.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    on_day: Mapped[date]
    state: Mapped[CheckInState] = mapped_column(enum_column(CheckInState))
    asks: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    """When it is asked again or missed."""
    answered_at: Mapped[datetime | None]
    via: Mapped[str | None] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    """Who answered for the elder, if not they themselves."""
    __table_args__ = (
        UniqueConstraint("plan_id", "on_day"),
        Index("ix_check_in_next", "next_at", sqlite_where=_OPEN_CHECK_IN, postgresql_where=_OPEN_CHECK_IN),
        Index("ix_check_in_person", "person_id", "on_day"),
    )


class DrillResult(Base):
    """One way to one contact in one month's drill: proved when somebody answered."""

    __tablename__ = "drill_result"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    month: Mapped[str] = mapped_column(String(7))
    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("family_contact.id"))
    method_id: Mapped[int] = mapped_column(BigId, ForeignKey("contact_method.id"))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    asked_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(24))
    answered_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    """When staff were told that nobody answered."""
    __table_args__ = (UniqueConstraint("month", "method_id"),)


class DeviceVerdicts(Base):
    """How often the alarms of one device were real and how often false, as people said."""

    __tablename__ = "device_verdicts"

    device_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    alerts: Mapped[int] = mapped_column(default=0)
    false_alarms: Mapped[int] = mapped_column(default=0)
    last_false_at: Mapped[datetime | None]
