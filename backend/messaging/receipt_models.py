"""Tables of what comes back: receipts of providers, where each message stands by them, and codes to answer with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class ReceiptStatus(StrEnum):
    """What providers say of a message, in our words. Ended: a call in which somebody answered is over."""

    ACCEPTED = "accepted"
    RINGING = "ringing"
    SENT = "sent"
    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    DELIVERED = "delivered"
    ENDED = "ended"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


class DeliveryReceipt(Base):
    """The inbox: every receipt once, also one that fits no message yet."""

    __tablename__ = "delivery_receipt"

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[ReceiptStatus] = mapped_column(enum_column(ReceiptStatus))
    sequence: Mapped[int | None]
    message_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("message.id", ondelete="CASCADE"), index=True)
    received_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("provider", "provider_id", "status"),
        Index(
            "ix_delivery_receipt_unmatched",
            "received_at",
            sqlite_where=text("message_id IS NULL"),
            postgresql_where=text("message_id IS NULL"),
        ),
    )


class MessageStanding(Base):
    """How far a message has come by its receipts; it only ever moves on."""

    __tablename__ = "message_standing"

    message_id: Mapped[int] = mapped_column(BigId, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[ReceiptStatus] = mapped_column(enum_column(ReceiptStatus))
    provider: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ReplyCode(Base):
    """What one address may answer to say yes to one thing: the smallest number that is free there."""

    __tablename__ = "reply_code"

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(String(64))
    code: Mapped[int] = mapped_column(SmallInteger)
    script: Mapped[dict[str, Any]]
    ref: Mapped[str] = mapped_column(String(64), index=True)
    valid_until: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_reply_code_open",
            "address",
            "code",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
