"""Tables of the telephone: calls to carriers, written before they leave, and how each carrier is doing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class AttemptEnd(StrEnum):
    TAKEN = "taken"
    """The carrier has it."""
    REFUSED = "refused"
    """It will never carry this to this number."""
    DOWN = "down"
    """It could not be reached or failed before it took anything."""
    BUSY = "busy"
    """It asks us to come back later."""
    UNKNOWN = "unknown"
    """The call left and its end was not heard."""


class CarrierAttempt(Base):
    """One request to a carrier. All processes count the quotas of a telephone here, so it stands before the request."""

    __tablename__ = "carrier_attempt"

    id: Mapped[Id]
    message_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("message.id", ondelete="CASCADE"), index=True)
    carrier: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    telephone_id: Mapped[int] = mapped_column(BigId, ForeignKey("telephone.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end: Mapped[AttemptEnd | None] = mapped_column(enum_column(AttemptEnd))
    provider_id: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(300))
    asks: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How often the carrier was asked what became of it, because it did not say so itself."""
    ask_at: Mapped[datetime | None]
    """When it is asked next; None once its end is known, or never will be."""
    __table_args__ = (
        Index(
            "ix_carrier_attempt_ask",
            "ask_at",
            sqlite_where=text("ask_at IS NOT NULL"),
            postgresql_where=text("ask_at IS NOT NULL"),
        ),
        Index("ix_carrier_attempt_callee", "telephone_id", "carrier", "channel", "started_at"),
        Index("ix_carrier_attempt_provider", "carrier", "provider_id"),
    )


class BridgeLeg(Base):
    """Somebody who was brought into the call of one who pressed 3; written before the carrier is asked."""

    __tablename__ = "bridge_leg"

    id: Mapped[Id]
    carrier: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str] = mapped_column(String(64))
    """The carrier's id of the call in which the key was pressed."""
    nth: Mapped[int] = mapped_column(SmallInteger)
    message_id: Mapped[int] = mapped_column(BigId, ForeignKey("message.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[int] = mapped_column(BigId)
    language: Mapped[str] = mapped_column(String(16))
    """Of the one who pressed the key."""
    telephone_id: Mapped[int] = mapped_column(BigId, ForeignKey("telephone.id"))
    """Who is brought in."""
    asked_at: Mapped[datetime]
    provider_id: Mapped[str | None] = mapped_column(String(64))
    joined_at: Mapped[datetime | None]
    """When a human, as far as the carrier can tell, came onto the line."""
    ended_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("carrier", "call_id", "nth"),)


class CarrierHealth(Base):
    """The circuit breaker of one carrier and channel, shared by all processes that send."""

    __tablename__ = "carrier_health"

    carrier: Mapped[str] = mapped_column(String(16), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    """In a row."""
    open_until: Mapped[datetime | None]
    """Nobody asks it before; then one tries, while the others wait on."""
    changed_at: Mapped[datetime]


class TelephoneReport(Base):
    """Which reports came from a telephone: who calls again hears how they stand, without any account."""

    __tablename__ = "telephone_report"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    telephone_id: Mapped[int] = mapped_column(BigId, ForeignKey("telephone.id"), index=True)
    issue_id: Mapped[int] = mapped_column(BigId, ForeignKey("issue.id"))


class CallRecording(Base):
    """What a caller said, until it lies in our own store; it is fetched by its id, never by an address from outside."""

    __tablename__ = "call_recording"

    id: Mapped[Id]
    carrier: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str] = mapped_column(String(64))
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"))
    recorded_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_try_at: Mapped[datetime | None]
    """None once it lies with us, or never will."""
    store_key: Mapped[str | None] = mapped_column(String(80))
    __table_args__ = (
        UniqueConstraint("carrier", "provider_id"),
        Index(
            "ix_call_recording_wanted",
            "next_try_at",
            sqlite_where=text("next_try_at IS NOT NULL"),
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
    )
