"""Tables of the categories: what staff edit, and how long each step may take."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.issues.states import Acceptance, ClockTarget, ClockUnit, RiskGrade
from backend.kernel.tables import Base, BigId, Id, enum_column


class Category(Base):
    """A kind of problem, two levels, edited by staff. Words are JSON by language: {"zh_Hans": ..., "en": ...}."""

    __tablename__ = "category"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("category.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(16), default="")
    names: Mapped[dict[str, Any]]
    emoji: Mapped[str] = mapped_column(String(16), default="")
    risk_grade: Mapped[RiskGrade] = mapped_column(enum_column(RiskGrade), default=RiskGrade.YELLOW)
    route: Mapped[str] = mapped_column(String(24), default="grid")
    """`grid`, or the kind of partner whose group gets the task."""
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    """Kinds of evidence without which a task of this category cannot be submitted."""
    questions: Mapped[list[Any]] = mapped_column(default=list)
    acceptance: Mapped[Acceptance] = mapped_column(enum_column(Acceptance), default=Acceptance.KNOWN)
    duplicate_radius: Mapped[int] = mapped_column(SmallInteger, default=50)
    """Metres within which an open issue of the same category is offered instead; 0 = never."""
    duplicate_days: Mapped[int] = mapped_column(SmallInteger, default=14)
    is_emergency: Mapped[bool] = mapped_column(Boolean, default=False)
    advice: Mapped[dict[str, Any] | None]
    """What the reporter is told at once (call 119, keep away), by language."""
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    __table_args__ = (UniqueConstraint("community_id", "key"),)


class CategoryLimit(Base):
    """How long accepting, claiming and resolving may take for one category; no row means no such clock."""

    __tablename__ = "category_limit"

    id: Mapped[Id]
    category_id: Mapped[int] = mapped_column(BigId, ForeignKey("category.id"), index=True)
    target: Mapped[ClockTarget] = mapped_column(enum_column(ClockTarget))
    amount: Mapped[int] = mapped_column(SmallInteger)
    unit: Mapped[ClockUnit] = mapped_column(enum_column(ClockUnit))
    __table_args__ = (UniqueConstraint("category_id", "target"), CheckConstraint("amount > 0", name="amount"))
