"""The table of settlements: what a shop took in a month, and whether it agrees."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class SettlementState(StrEnum):
    DRAWN = "drawn"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Settlement(Base):
    """One shop, one month, half-open on the community's clock. `sha256` is over the ids of its transfers in order."""

    __tablename__ = "settlement"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(BigId, ForeignKey("merchant.id"), index=True)
    month: Mapped[date]
    """Its first day."""
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    points: Mapped[int]
    """Taken less given back; below zero when more came back than was taken."""
    transfer_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[SettlementState] = mapped_column(enum_column(SettlementState), default=SettlementState.DRAWN)
    drawn_at: Mapped[datetime]
    objection: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None]
    transfer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("points_transfer.id"), unique=True)
    __table_args__ = (UniqueConstraint("merchant_id", "month"),)
