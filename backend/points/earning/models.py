"""Tables of earning: the rules that staff edit, what was earned for which fact, and how often already."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column

MOST_FOR_A_FACT = 1_000


class EarningState(StrEnum):
    """What became of a fact that could earn points."""

    PAID = "paid"
    CAPPED = "capped"
    """Over a limit: the fact is kept, no points."""
    REVIEW = "review"
    """It looks odd: staff decide."""
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OWED = "owed"
    """The fact was undone when the points were spent already; staff talk with the person."""
    OFF = "off"
    """No such rule, or it is switched off; no row is kept."""


class EarningRule(Base):
    """What a kind of fact is worth in a community, and how often it counts. Empty limits do not limit."""

    __tablename__ = "earning_rule"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    key: Mapped[str] = mapped_column(String(32))
    names: Mapped[dict[str, Any]]
    points: Mapped[int]
    most_per_day: Mapped[int | None] = mapped_column(SmallInteger)
    most_per_month: Mapped[int | None] = mapped_column(SmallInteger)
    most_per_pair: Mapped[int | None] = mapped_column(SmallInteger)
    """In a month, of the same two people."""
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        CheckConstraint(f"points BETWEEN 1 AND {MOST_FOR_A_FACT}", name="points"),
    )


class Earning(Base):
    """A fact that earned points, or would have; one row for each fact, whatever is repeated."""

    __tablename__ = "earning"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    rule_id: Mapped[int] = mapped_column(BigId, ForeignKey("earning_rule.id"))
    event_key: Mapped[str] = mapped_column(String(100), unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    other_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    points: Mapped[int]
    state: Mapped[EarningState] = mapped_column(enum_column(EarningState))
    reason: Mapped[str] = mapped_column(String(24), default="")
    """Which limit or which suspicion."""
    transfer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("points_transfer.id"), unique=True)
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None]
    __table_args__ = (
        Index("ix_earning_person", "person_id", "at"),
        Index("ix_earning_state", "community_id", "state"),
    )


class EarningCount(Base):
    """How often a rule was used in a period (a day, a month, a month with one other person)."""

    __tablename__ = "earning_count"

    rule_id: Mapped[int] = mapped_column(BigId, ForeignKey("earning_rule.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), primary_key=True)
    other_person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 where the count is not about a pair."""
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`2026-05-12` or `2026-05`."""
    used: Mapped[int]
    __table_args__ = (CheckConstraint("used >= 0", name="used"),)
