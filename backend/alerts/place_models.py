"""The table of places that somebody shares for a while, because a relative asked for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column

_OPEN = text("state IN ('asked', 'shared')")


class PlaceState(StrEnum):
    ASKED = "asked"
    SHARED = "shared"
    DECLINED = "declined"
    ENDED = "ended"


OPEN = (PlaceState.ASKED, PlaceState.SHARED)


class PlaceRequest(Base):
    """One relative asks one person with the elder, or the elder herself. Once it is over no place is kept."""

    __tablename__ = "place_request"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    """The elder."""
    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("family_contact.id"), index=True)
    """The relative: nobody else ever sees it."""
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    """Who is asked to share."""
    state: Mapped[PlaceState] = mapped_column(enum_column(PlaceState))
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    """How long it may be answered; once shared, how long it is shared."""
    message_id: Mapped[int | None]
    """Telegram's number of the message that moves."""
    place_sealed: Mapped[str | None] = mapped_column(Text)
    """Longitude and latitude, WGS-84."""
    place_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_place_request_open", "account_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_place_request_until", "until", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
