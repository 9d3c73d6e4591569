"""The table of patrol rounds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class PatrolState(StrEnum):
    """A round is decided once at most; what nobody decided lapses."""

    SAID = "said"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LAPSED = "lapsed"


class PatrolRound(Base):
    """A round that a resident says to have made, with a place or a photo as proof."""

    __tablename__ = "patrol_round"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    photo_file_id: Mapped[str | None] = mapped_column(String(200))
    words_sealed: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[PatrolState] = mapped_column(enum_column(PatrolState), default=PatrolState.SAID)
    said_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    __table_args__ = (
        Index(
            "uq_patrol_round_said",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'said'"),
            postgresql_where=text("state = 'said'"),
        ),
    )
