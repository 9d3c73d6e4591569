"""Tables of neighbours' help: what somebody asks for, and what somebody offers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class HelpKind(StrEnum):
    CARRY = "carry"
    SHOPPING = "shopping"
    COMPANY = "company"
    ESCORT = "escort"
    REPAIR = "repair"
    PHONE = "phone"
    MEAL_DELIVERY = "meal_delivery"
    OTHER = "other"


class HelpStatus(StrEnum):
    """Where a request stands; `rules.MOVES` says how it gets from one to the next."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    """One side says that it is done."""
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class HelpRequest(Base):
    """Who needs help, who asked for them, who helps. Beneficiary, actor and helper are kept apart."""

    __tablename__ = "help_request"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    kind: Mapped[HelpKind] = mapped_column(enum_column(HelpKind))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    """Who is helped."""
    asked_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    """Who asked: the person, family or a grid worker."""
    words_sealed: Mapped[str] = mapped_column(Text, default="")
    place_sealed: Mapped[str] = mapped_column(Text, default="")
    """Where to come; only the helper reads it."""
    status: Mapped[HelpStatus] = mapped_column(enum_column(HelpStatus), default=HelpStatus.OPEN)
    made_at: Mapped[datetime]
    until_at: Mapped[datetime]
    helper_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    helper_account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    taken_at: Mapped[datetime | None]
    helper_said_at: Mapped[datetime | None]
    other_said_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None]
    by_worker: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether a grid worker confirmed for the person."""
    worker_asked_at: Mapped[datetime | None]
    """When the grid worker was asked to confirm, because the person did not."""
    ended_at: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(String(64), unique=True)
    """What it came from, such as `meal:7`."""
    __table_args__ = (
        Index(
            "ix_help_request_open",
            "until_at",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )


class HelpOffer(Base):
    """Somebody who is glad to help with some kinds of things hears of such requests."""

    __tablename__ = "help_offer"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    kinds: Mapped[list[Any]]
    made_at: Mapped[datetime]
