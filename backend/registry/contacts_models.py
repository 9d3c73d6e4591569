"""Tables of those who are called for an elder: telephones, family contacts, ways to them, proofs, notes for helpers."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, Time, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class RelationKind(StrEnum):
    CHILD = "child"
    SPOUSE = "spouse"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    RELATIVE = "relative"
    NEIGHBOUR = "neighbour"
    FRIEND = "friend"


class ContactScope(StrEnum):
    """What a contact may learn or do, each by the elder's word."""

    STATE = "see_state"
    PLACE = "see_place"
    HEALTH = "see_health"
    BOOK = "book"
    POINTS = "points"


class MethodState(StrEnum):
    PENDING = "pending"
    """Not proved yet: nobody is reached by it but with the code that proves it."""
    VERIFIED = "verified"
    FAILING = "failing"
    """Proved once, but what was sent lately did not arrive: still tried."""
    OPTED_OUT = "opted_out"


REACHABLE = (MethodState.VERIFIED, MethodState.FAILING)


class Telephone(Base):
    """One number, whoever answers it. Everything else names it by its id, so that it stands here only, and sealed."""

    __tablename__ = "telephone"

    id: Mapped[Id]
    number_sealed: Mapped[str] = mapped_column(Text)
    number_lookup: Mapped[str] = mapped_column(String(64), unique=True)
    country: Mapped[str] = mapped_column(String(4))
    """The calling code without a plus, such as `86`: by it a carrier is chosen."""
    added_at: Mapped[datetime]
    opted_out_at: Mapped[datetime | None]
    """Since when who has the number wants to hear nothing more from us."""


class FamilyContact(Base):
    """Who is called for an elder, in the order of `rank`; reached by nobody before the consent is written down."""

    __tablename__ = "family_contact"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    """The elder."""
    contact_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    name_sealed: Mapped[str] = mapped_column(Text)
    relation: Mapped[RelationKind] = mapped_column(enum_column(RelationKind))
    rank: Mapped[int] = mapped_column(SmallInteger)
    scopes: Mapped[list[Any]]
    muted_until: Mapped[datetime | None]
    """Until when only what is critical reaches them."""
    consent_at: Mapped[datetime | None]
    consent_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    """Who wrote the consent down."""
    consent_version: Mapped[str | None] = mapped_column(String(16))
    """To which wording."""
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ContactMethod(Base):
    """One way to a contact: a telephone by voice or SMS, or their chat."""

    __tablename__ = "contact_method"

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("family_contact.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    telephone_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("telephone.id"), index=True)
    """None for chats: there the contact's account says where."""
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[MethodState] = mapped_column(enum_column(MethodState))
    verified_at: Mapped[datetime | None]
    last_proven_at: Mapped[datetime | None]
    """When somebody last answered here."""
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_until: Mapped[time | None] = mapped_column(Time)
    time_zone: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_contact_method_live",
            "contact_id",
            "channel",
            "telephone_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class MethodProof(Base):
    """A code on its way to a method; who says it back proves that the method is theirs. Only its keyed hash is kept."""

    __tablename__ = "method_proof"

    id: Mapped[Id]
    method_id: Mapped[int] = mapped_column(BigId, ForeignKey("contact_method.id"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    used_at: Mapped[datetime | None]


class ContactLink(Base):
    """A one-use link by which a contact's chat becomes known as theirs. Only the digest of its token is kept."""

    __tablename__ = "contact_link"

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("family_contact.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(BigId)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PersonCare(Base):
    """What a helper at the door must know of a person: illnesses, keys, gas, oxygen. Sealed as one."""

    __tablename__ = "person_care"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    notes_sealed: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
