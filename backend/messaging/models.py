"""Tables of the outbox: messages, their attempts, cards that live, broadcasts, blocked contacts, sending processes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, TextClause, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class MessageState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"
    """The provider may or may not have it, and the lane's policy is not to say it again."""


class Action(StrEnum):
    POST = "post"
    CARD = "card"
    """Send the card the first time, edit it in place afterwards."""
    REMOVE = "remove"


OPEN_STATES = (MessageState.PENDING, MessageState.SENDING)


class Message(Base):
    """One text to one recipient by one channel.

    `due_at` gives the order among the messages of one recipient and lane and never changes; `next_try_at` moves on
    with every failure. `attempts` counts the calls that were begun, `doubts` those whose end nobody knows.
    """

    __tablename__ = "message"

    id: Mapped[Id]
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    thread_id: Mapped[int | None]
    account_id: Mapped[int | None]
    lane: Mapped[int] = mapped_column(SmallInteger)
    action: Mapped[Action] = mapped_column(enum_column(Action), default=Action.POST)
    content: Mapped[dict[str, Any]]
    dedup_key: Mapped[str] = mapped_column(String(200), unique=True)
    coalesce_key: Mapped[str | None] = mapped_column(String(200))
    family: Mapped[str | None] = mapped_column(String(60))
    """What it is about, such as `alert:12`: all of one family are taken back together."""
    card_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("card.id"))
    broadcast_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("broadcast.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[MessageState] = mapped_column(enum_column(MessageState), default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    doubts: Mapped[int] = mapped_column(SmallInteger, default=0)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """Since when it is not tried again, if the call that was out when it was withdrawn fails."""
    provider_id: Mapped[str | None] = mapped_column(String(64))
    last_error: Mapped[str | None] = mapped_column(String(300))


def _index(name: str, *columns: str, where: str) -> Index:
    condition = text(where)
    return Index(name, *(Message.__table__.c[column] for column in columns), **_on_both(condition))


def _on_both(condition: TextClause) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


_PENDING = "state = 'pending'"
_OPEN = "state IN ('pending', 'sending')"

MESSAGE_INDEXES = (
    # What the claim reads: one lane's pending messages in order.
    _index("ix_message_claim", "lane", "due_at", "id", where=_PENDING),
    # Who is before whom with one recipient.
    _index("ix_message_turn", "channel", "address", "lane", "due_at", "id", where=_OPEN),
    _index("ix_message_card", "card_id", where=_OPEN),
    _index("ix_message_coalesce", "coalesce_key", where=_PENDING),
    _index("ix_message_family", "family", where=_OPEN),
    _index("ix_message_expiry", "expires_at", where=_PENDING),
    _index("ix_message_lease", "lease_until", where="state = 'sending'"),
    # How much a chat has heard lately.
    _index("ix_message_heard", "channel", "address", "finished_at", where="state = 'sent'"),
    # What retention may forget.
    Index("ix_message_finished", Message.__table__.c.finished_at),
)


class DeliveryAttempt(Base):
    """One call to a provider: the row stands before the call leaves, `outcome` follows when its end is known."""

    __tablename__ = "delivery_attempt"

    message_id: Mapped[int] = mapped_column(BigId, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    sender: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(300))


class Card(Base):
    """A message that lives: posted once, then edited in place. `wanted_digest` is of the newest content asked for."""

    __tablename__ = "card"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    family: Mapped[str] = mapped_column(String(60), index=True)
    """The first two parts of the key, such as `task:12`: all cards of one thing, in whatever chats they hang."""
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    thread_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0)
    wanted_digest: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[dict[str, Any] | None]
    message_id: Mapped[str | None] = mapped_column(String(64))
    sender: Mapped[str | None] = mapped_column(String(16))
    """Which bot posted it: only that one can edit it."""
    closed_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_card_message", "channel", "address", "message_id"),)


class BlockedContact(Base):
    """An address that refuses us (the person blocked the bot, the bot was put out of the group)."""

    __tablename__ = "blocked_contact"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    blocked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300))


class Broadcast(Base):
    """One message to many: expanded into message rows slice by slice; `cursor` is the last addressee reached."""

    __tablename__ = "broadcast"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    audience: Mapped[dict[str, Any]]
    """`kind` names the source of addressees; the rest is that source's own."""
    contents: Mapped[dict[str, Any]]
    """Content by language."""
    lane: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)
    expanded: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_broadcast_open", "due_at", **_on_both(text("finished_at IS NULL"))),)


class Sender(Base):
    """A process that sends with one token: they share its rate by these heartbeats."""

    __tablename__ = "sender"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    """A digest: the token itself is never stored."""
    process: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[datetime]
    is_busy: Mapped[bool] = mapped_column(Boolean)
