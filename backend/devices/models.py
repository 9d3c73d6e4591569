"""Tables of the devices: who they are, how they do, what they said, what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.devices.kinds import CommandKind, CommandStatus, DeviceKind, DeviceStatus, StrangerReason
from backend.devices.observations import Protocol
from backend.kernel.alarms import SubjectKind
from backend.kernel.tables import Base, BigId, Id, Key, Name, enum_column


class Gateway(Base):
    """What several devices speak through: a LoRaWAN gateway, a recorder. When it dies one alarm stands for them all."""

    __tablename__ = "gateway"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    key: Mapped[Key]
    silent_since: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("community_id", "key"),)


class Device(Base):
    """Reference data: read with every packet, written by people only. How it is doing stands in DeviceState."""

    __tablename__ = "device"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    kind: Mapped[DeviceKind] = mapped_column(enum_column(DeviceKind))
    protocol: Mapped[Protocol] = mapped_column(enum_column(Protocol, 16))
    external_id: Mapped[Key]
    model: Mapped[Key] = mapped_column(default="")
    """The row of the payload codecs that reads it, where its platform does not."""
    subject_kind: Mapped[SubjectKind] = mapped_column(enum_column(SubjectKind, 16))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    subject_name: Mapped[Name]
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    """Where a fixed device hangs, WGS-84."""
    depth_m: Mapped[float | None] = mapped_column(Float)
    """From a level sensor down to the ground."""
    gateway_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("gateway.id"), index=True)
    expected_interval_s: Mapped[int] = mapped_column(Integer)
    enrolled_at: Mapped[datetime]
    enrolled_by_id: Mapped[int | None] = mapped_column(BigId)
    retired_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_device_live",
            "external_id",
            "protocol",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index("ix_device_subject", "subject_kind", "subject_id"),
    )


class DeviceState(Base):
    """One row beside each device (`id` is the device's), written once per batch in which it spoke.

    `check_at` is when the clock must look at it next: at the latest then something may be due. It may lie too early,
    never too late, so that it need not be written with every packet.
    """

    __tablename__ = "device_state"

    id: Mapped[int] = mapped_column(BigId, ForeignKey("device.id"), primary_key=True, autoincrement=False)
    status: Mapped[DeviceStatus] = mapped_column(enum_column(DeviceStatus, 16), default=DeviceStatus.INACTIVE)
    last_seen_at: Mapped[datetime | None]
    silent_since: Mapped[datetime | None]
    silences: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often it fell silent without a whole day of health between."""
    heard_again: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Batches in which it spoke since it fell silent."""
    healthy_since: Mapped[datetime | None]
    muted_reason: Mapped[str] = mapped_column(String(200), default="")
    check_at: Mapped[datetime | None]
    battery: Mapped[int | None] = mapped_column(SmallInteger)
    memory_sealed: Mapped[str | None] = mapped_column(Text)
    """What is known of its wearer or surroundings so far, and the pending state of all rules: see `memory`."""
    __table_args__ = (Index("ix_device_state_check_at", "check_at"),)


class ObservedPacket(Base):
    """One packet as it was stored: everything that it said is one value, sealed where it is about a person or home.

    On PostgreSQL the table is partitioned by the month of `received_at`; see `history`.
    """

    __tablename__ = "observed_packet"

    id: Mapped[Id]
    device_id: Mapped[int] = mapped_column(BigId)
    received_at: Mapped[datetime]
    device_time: Mapped[datetime | None]
    """The device's own claim, unjudged."""
    door: Mapped[str] = mapped_column(String(16))
    is_backfill: Mapped[bool]
    content: Mapped[list[Any] | None]
    content_sealed: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index("ix_observed_packet_device", "device_id", "received_at"),)


class PacketKey(Base):
    """Names of packets that were stored: what arrives twice, late or again is stored once."""

    __tablename__ = "packet_key"

    device_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class DeviceSecret(Base):
    """A device's credential as a keyed digest; one that is being replaced lives on for a while beside its successor."""

    __tablename__ = "device_secret"

    id: Mapped[Id]
    device_id: Mapped[int] = mapped_column(BigId, ForeignKey("device.id"), index=True)
    lookup: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class UnknownDevice(Base):
    """Somebody who spoke and is not enrolled, or could not prove to be: staff see it and decide. Bounded."""

    __tablename__ = "unknown_device"

    protocol: Mapped[Protocol] = mapped_column(enum_column(Protocol, 16), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[StrangerReason] = mapped_column(enum_column(StrangerReason, 16))
    door: Mapped[str] = mapped_column(String(16))
    count: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    ignored_at: Mapped[datetime | None]
    """Since when staff do not want to see it any more."""


class DeviceCommand(Base):
    """Something to tell a device when it is next connected; numbers and words in it are people's, so it is sealed."""

    __tablename__ = "device_command"

    id: Mapped[Id]
    device_id: Mapped[int] = mapped_column(BigId, ForeignKey("device.id"))
    kind: Mapped[CommandKind] = mapped_column(enum_column(CommandKind))
    arguments_sealed: Mapped[str] = mapped_column(Text)
    status: Mapped[CommandStatus] = mapped_column(enum_column(CommandStatus, 16), default=CommandStatus.QUEUED)
    queued_at: Mapped[datetime]
    queued_by_id: Mapped[int | None] = mapped_column(BigId)
    expires_at: Mapped[datetime]
    taken_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_device_command_waiting", "device_id", "status"),)


class DeviceRule(Base):
    """In what a community, a subject or a device differs from the default rule of this key."""

    __tablename__ = "device_rule"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    scope: Mapped[str] = mapped_column(String(40))
    """`community`, or what it is for alone: `person:12`, `facility:7`, `device:3`."""
    key: Mapped[Key]
    changes: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(String(300), default="")
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(BigId)
    __table_args__ = (UniqueConstraint("community_id", "scope", "key"),)


class Geofence(Base):
    """An area of one person; where it lies tells where they live, so its shape is sealed."""

    __tablename__ = "geofence"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    shape_sealed: Mapped[str] = mapped_column(Text)
    schedule: Mapped[dict[str, Any] | None]
    """Weekdays and local hours in which it counts; always, if empty."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None]
