"""Tables of the market: kinds of shops, shops and their people, offers, coupons, scans, elders' paper cards."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, Name, enum_column

LARGEST_PRICE = 10_000
LARGEST_VALUE = 10_000_00
"""Fen."""


class CouponState(StrEnum):
    """Where a coupon stands. Points are held from READY on and move with USED."""

    READY = "ready"
    WAITING = "waiting"
    """Used at a shop that was not online; the shop confirms later."""
    USED = "used"
    VOID = "void"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class ScanOutcome(StrEnum):
    """What came of a scan; failed ones are kept too."""

    SHOWN = "shown"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"
    WRONG_MERCHANT = "wrong_merchant"
    NOT_A_MERCHANT = "not_a_merchant"
    OWN_CODE = "own_code"
    TOO_MANY = "too_many"


class SpendingBy(StrEnum):
    """What a daily cap counts."""

    ALL = "all"
    CARD = "card"


class MerchantKind(Base):
    """A kind of shop; thirteen to begin with, staff edit them."""

    __tablename__ = "merchant_kind"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    key: Mapped[str] = mapped_column(String(32))
    names: Mapped[dict[str, Any]]
    emoji: Mapped[str] = mapped_column(String(16), default="")
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    __table_args__ = (UniqueConstraint("community_id", "key"),)


class Merchant(Base):
    """A shop of the neighbours' market."""

    __tablename__ = "merchant"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    kind_id: Mapped[int] = mapped_column(BigId, ForeignKey("merchant_kind.id"))
    name: Mapped[Name]
    place: Mapped[str] = mapped_column(String(200), default="")
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    hours: Mapped[str] = mapped_column(String(100), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    """The shop's number, not a person's."""
    words: Mapped[str] = mapped_column(String(300), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    joined_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("community_id", "name"),)


class MerchantMember(Base):
    """An account that may confirm for a shop; ended, never deleted."""

    __tablename__ = "merchant_member"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(BigId, ForeignKey("merchant.id"), index=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    since_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_merchant_member_live",
            "merchant_id",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class MerchantInvitation(Base):
    """A one-use link that makes somebody one of a shop's people. Only the digest of its token is kept."""

    __tablename__ = "merchant_invitation"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(BigId, ForeignKey("merchant.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None]


class Offer(Base):
    """What a shop gives for points: a coupon of a value, a service, a dish for less."""

    __tablename__ = "offer"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(BigId, ForeignKey("merchant.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    tag: Mapped[str] = mapped_column(String(24), default="")
    price: Mapped[int]
    """In points."""
    value: Mapped[int] = mapped_column(default=0)
    """What it is worth, in fen; 0 where it is not money."""
    stock: Mapped[int | None]
    """How many are left; empty: as many as are asked for."""
    most_per_person: Mapped[int | None] = mapped_column(SmallInteger)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"price BETWEEN 1 AND {LARGEST_PRICE}", name="price"),
        CheckConstraint(f"value BETWEEN 0 AND {LARGEST_VALUE}", name="value"),
        CheckConstraint("stock >= 0", name="stock"),
    )


class OfferUse(Base):
    """How many of an offer one person has taken."""

    __tablename__ = "offer_use"

    offer_id: Mapped[int] = mapped_column(BigId, ForeignKey("offer.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), primary_key=True)
    used: Mapped[int]
    __table_args__ = (CheckConstraint("used >= 0", name="used"),)


class SpendingDay(Base):
    """How many points an account has spent at shops on a local day."""

    __tablename__ = "spending_day"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("points_account.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[SpendingBy] = mapped_column(enum_column(SpendingBy, 8), primary_key=True)
    used: Mapped[int]
    __table_args__ = (CheckConstraint("used >= 0", name="used"),)


class Coupon(Base):
    """One offer taken by one person. Title, price and value are those of the moment it was made."""

    __tablename__ = "coupon"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(BigId, ForeignKey("merchant.id"), index=True)
    offer_id: Mapped[int] = mapped_column(BigId, ForeignKey("offer.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    """Who made it: the person, or with a paper card whoever scanned it."""
    points_account_id: Mapped[int] = mapped_column(BigId, ForeignKey("points_account.id"))
    title: Mapped[str] = mapped_column(String(60))
    price: Mapped[int]
    value: Mapped[int]
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    hold_key: Mapped[UUID] = mapped_column(Uuid, unique=True)
    by_card: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[CouponState] = mapped_column(enum_column(CouponState), default=CouponState.READY)
    made_at: Mapped[datetime]
    made_on: Mapped[date]
    """The local day whose cap it counts against."""
    expires_at: Mapped[datetime]
    transfer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("points_transfer.id"), unique=True)
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]

    @property
    def number(self) -> str:
        """What both sides read aloud."""
        return f"{self.id:06d}"


class CouponScan(Base):
    """Somebody opened a code: what came of it. Guessing is noticed here."""

    __tablename__ = "coupon_scan"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    at: Mapped[datetime]
    outcome: Mapped[ScanOutcome] = mapped_column(enum_column(ScanOutcome))
    coupon_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("coupon.id"))
    __table_args__ = (Index("ix_coupon_scan_account", "account_id", "at"),)


class PaperCard(Base):
    """A card for who has no telephone of this kind: it says who somebody is and nothing more."""

    __tablename__ = "paper_card"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_paper_card_live",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
