"""Tables of the ledger: accounts with floors, transfers that only grow, holds, year buckets, seals."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column

MOST_POINTS = 1_000_000
"""Of one transfer: more is a slip of the finger or an attack."""


class AccountKind(StrEnum):
    """Whose points an account holds; `owner_id` is the id of that thing."""

    RESIDENT = "resident"
    HOUSEHOLD = "household"
    MERCHANT = "merchant"
    ISSUANCE = "issuance"
    """Of a community: where earned points come from."""
    SERVICE = "service"
    """Of a community: where points go that were spent on its own services."""
    SETTLED = "settled"
    """Of a community: where points go that merchants were paid for."""


UNCACHED = frozenset({AccountKind.ISSUANCE, AccountKind.SERVICE, AccountKind.SETTLED})
"""Everybody's transfers meet here: a stored balance would be one hot row, so theirs is summed from the transfers."""


class TransferCode(StrEnum):
    EARN = "earn"
    SPEND = "spend"
    REVERSAL = "reversal"
    POOLING = "pooling"
    EXPIRY = "expiry"
    SETTLEMENT = "settlement"


class HoldState(StrEnum):
    """A hold is resolved once at most; what was captured is a transfer."""

    PENDING = "pending"
    POSTED = "posted"
    VOID = "void"
    EXPIRED = "expired"


class PointsAccount(Base):
    """What somebody has (`posted`) and cannot spend now (`held`). The floors stand in the database itself."""

    __tablename__ = "points_account"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    kind: Mapped[AccountKind] = mapped_column(enum_column(AccountKind))
    owner_id: Mapped[int]
    posted: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    is_cached: Mapped[bool] = mapped_column(Boolean, default=True)
    """False: `posted` stays 0 and the balance is summed from the transfers."""
    has_lots: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether its points lapse at the end of a year; then `points_lot` says how many when."""
    __table_args__ = (
        UniqueConstraint("kind", "owner_id"),
        CheckConstraint("held >= 0", name="held_floor"),
        CheckConstraint("posted - held >= 0", name="floor"),
        CheckConstraint("is_cached OR (posted = 0 AND held = 0)", name="uncached"),
    )


class Transfer(Base):
    """One movement: debit gives, credit gets, so it cannot be unbalanced. Append-only: a trigger refuses change."""

    __tablename__ = "points_transfer"

    id: Mapped[Id]
    key: Mapped[UUID] = mapped_column(Uuid, unique=True)
    """Made by whoever asks for the transfer, before asking: the same key again is the same transfer."""
    debit_id: Mapped[int] = mapped_column(BigId, ForeignKey("points_account.id"))
    credit_id: Mapped[int] = mapped_column(BigId, ForeignKey("points_account.id"))
    amount: Mapped[int]
    code: Mapped[TransferCode] = mapped_column(enum_column(TransferCode))
    event: Mapped[str] = mapped_column(String(64), index=True)
    """The fact behind it, such as `help:12` or `coupon:91`; several movements of one fact share it."""
    hold_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("points_hold.id"))
    reverses_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("points_transfer.id"), unique=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    actor_account_id: Mapped[int | None]
    on_behalf_of_person_id: Mapped[int | None]
    door: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"amount BETWEEN 1 AND {MOST_POINTS}", name="amount"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        Index("ix_points_transfer_debit", "debit_id", "id"),
        Index("ix_points_transfer_credit", "credit_id", "id"),
    )


class Hold(Base):
    """Points put aside for something that is about to happen; they are still their owner's."""

    __tablename__ = "points_hold"

    id: Mapped[Id]
    key: Mapped[UUID] = mapped_column(Uuid, unique=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("points_account.id"))
    amount: Mapped[int]
    state: Mapped[HoldState] = mapped_column(enum_column(HoldState), default=HoldState.PENDING)
    ref: Mapped[str] = mapped_column(String(64))
    request_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"amount BETWEEN 1 AND {MOST_POINTS}", name="amount"),
        CheckConstraint("state IN ('pending', 'posted', 'void', 'expired')", name="state"),
        Index(
            "ix_points_hold_pending",
            "expires_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_points_hold_account", "account_id"),
    )


class Lot(Base):
    """What of an account lapses on a day; at most a few rows for each, spent from the oldest."""

    __tablename__ = "points_lot"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("points_account.id"), primary_key=True)
    expires_on: Mapped[date] = mapped_column(primary_key=True)
    remaining: Mapped[int]
    __table_args__ = (CheckConstraint("remaining >= 0", name="floor"),)


class Seal(Base):
    """One link of the chain over the transfers from `first_id` to `last_id`. Append-only as they are."""

    __tablename__ = "points_seal"

    id: Mapped[Id]
    first_id: Mapped[int] = mapped_column(unique=True)
    last_id: Mapped[int]
    rows: Mapped[int]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


class PointsPolicy(Base):
    """How a community handles points; a community without a row has the defaults."""

    __tablename__ = "points_policy"

    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), primary_key=True)
    expiry_years: Mapped[int | None]
    """After how many full calendar years points lapse; None: never."""
    daily_spending: Mapped[int] = mapped_column(default=200)
    """What one account may spend at merchants in a day."""
    card_daily_spending: Mapped[int] = mapped_column(default=30)
    """What may be spent in a day by showing a paper card."""


class PoolMember(Base):
    """A person whose points go into their household's common account, because they said so."""

    __tablename__ = "points_pool_member"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(BigId, ForeignKey("household.id"), index=True)
    joined_at: Mapped[datetime]
