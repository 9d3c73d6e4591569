"""Tables of the registry: the org-unit tree, addresses and what hangs on them, people, accounts, roles, chats."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.access import Role
from backend.kernel.geo import SourceCrs
from backend.kernel.tables import Base, BigId, Id, Name, enum_column


class OrgKind(StrEnum):
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"


class PartnerKind(StrEnum):
    PROPERTY = "property"
    POLICE = "police"
    FIRE = "fire"
    HEALTH = "health"
    DEPARTMENT = "department"


class OrgUnit(Base):
    """A node of the tree. `path` is the ids from the root, such as `/1/4/9/`: whatever begins with it lies below."""

    __tablename__ = "org_unit"

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    kind: Mapped[OrgKind] = mapped_column(enum_column(OrgKind))
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[Name]
    path: Mapped[str] = mapped_column(String(120), index=True)
    boundary: Mapped[dict[str, Any] | None]
    """GeoJSON Polygon or MultiPolygon, WGS-84, longitude first (RFC 7946)."""
    time_zone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day in force; what has ended stays as history."""
    successor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))


class GridLayer(Base):
    """A former special grid system (floating population, ethnic affairs, ...) laid over the residents' grids."""

    __tablename__ = "grid_layer"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[Name]
    __table_args__ = (UniqueConstraint("community_id", "key"),)


class GridLayerUnit(Base):
    """Which grids a layer's patch covers and who serves it; a worker may serve several."""

    __tablename__ = "grid_layer_unit"

    layer_id: Mapped[int] = mapped_column(BigId, ForeignKey("grid_layer.id"), primary_key=True)
    grid_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), primary_key=True)
    area: Mapped[str] = mapped_column(String(200), default="")
    """The name of the patch."""
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class Address(Base):
    """A standard address: the root of every record. The point is WGS-84; `source_crs` says what came in."""

    __tablename__ = "address"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("address.id"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    level: Mapped[str] = mapped_column(String(16))
    """building, site (on a road, without a building's number) or dwelling."""
    label: Mapped[str] = mapped_column(String(300))
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    source_crs: Mapped[str] = mapped_column(String(16), default=SourceCrs.WGS84.value)


class Building(Base):
    __tablename__ = "building"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    address_id: Mapped[int] = mapped_column(BigId, ForeignKey("address.id"), unique=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    number: Mapped[str] = mapped_column(String(32), index=True)
    built_year: Mapped[int | None] = mapped_column(SmallInteger)
    floors: Mapped[int | None] = mapped_column(SmallInteger)
    units: Mapped[int | None] = mapped_column(SmallInteger)
    has_lift: Mapped[bool] = mapped_column(Boolean, default=False)
    details: Mapped[dict[str, Any] | None]
    """What else the dossier shows: kind, doors per floor, how far the lift is."""


class Person(Base):
    """A person of the registry. Phone and identity number are sealed; they are found again by their keyed hashes."""

    __tablename__ = "person"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    gender: Mapped[str | None] = mapped_column(String(8))
    born_on: Mapped[date | None]
    identity_sealed: Mapped[str | None] = mapped_column(Text)
    identity_lookup: Mapped[str | None] = mapped_column(String(64), unique=True)
    identity_last4: Mapped[str | None] = mapped_column(String(4))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    phone_lookup: Mapped[str | None] = mapped_column(String(64), index=True)


class Household(Base):
    __tablename__ = "household"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    address_id: Mapped[int] = mapped_column(BigId, ForeignKey("address.id"), index=True)
    head_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))


class Residency(Base):
    """A person in a dwelling: owner, family, tenant; not the same as the household."""

    __tablename__ = "residency"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    household_id: Mapped[int] = mapped_column(BigId, ForeignKey("household.id"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    __table_args__ = (UniqueConstraint("person_id", "household_id"),)


class CareTag(Base):
    __tablename__ = "care_tag"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    colour: Mapped[str] = mapped_column(String(8))
    visit_every_days: Mapped[int | None] = mapped_column(SmallInteger)
    __table_args__ = (UniqueConstraint("person_id", "kind"),)


class RegistryThing(Base):
    """A place, enterprise or facility: few fields in common, the rest stands in `details`."""

    __tablename__ = "registry_thing"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    type: Mapped[str] = mapped_column(String(16))
    """place, enterprise or facility."""
    kind: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    address_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("address.id"))
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    details: Mapped[dict[str, Any] | None]


class Partner(Base):
    """A unit that works with the community: property company, police post, fire post, department."""

    __tablename__ = "partner"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    kind: Mapped[PartnerKind] = mapped_column(enum_column(PartnerKind))
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    phone: Mapped[str | None] = mapped_column(String(32))
    """The partner's office, not a person's number."""


class Account(Base):
    """Somebody in Telegram. Linked to a person only after verification; `is_known` is false for a stranger."""

    __tablename__ = "account"

    id: Mapped[Id]
    telegram_id: Mapped[int] = mapped_column(BigId, unique=True)
    display_name: Mapped[str] = mapped_column(String(130), default="")
    username: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(16))
    """Chosen by the person; None: follow `telegram_language`."""
    telegram_language: Mapped[str | None] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    community_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    partner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner.id"))
    phone_lookup: Mapped[str | None] = mapped_column(String(64), index=True)
    """Keyed hash of the telephone proved in chat, kept so that staff can decide between several matches."""
    on_duty: Mapped[bool] = mapped_column(Boolean, default=True)
    task_cap: Mapped[int] = mapped_column(SmallInteger, default=5)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    """Since when Telegram says that this person blocked the bot."""
    forgotten_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role of an account over an org unit and all below; ended, never deleted."""

    __tablename__ = "role_grant"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    org_unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_role_grant_live",
            "account_id",
            "role",
            "org_unit_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class Invitation(Base):
    """A one-use link that grants a role. Only the digest of its token is kept."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    org_unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    partner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None] = mapped_column(BigId)


class BoundChat(Base):
    """A group chat that serves an org unit or a partner. `thread_id` is the forum topic to which cards go, if any."""

    __tablename__ = "bound_chat"

    id: Mapped[Id]
    chat_id: Mapped[int] = mapped_column(BigId, index=True)
    thread_id: Mapped[int | None]
    title: Mapped[Name] = mapped_column(default="")
    org_unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner.id"), index=True)
    bound_at: Mapped[datetime]
    bound_by_id: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_bound_chat_live",
            "chat_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
