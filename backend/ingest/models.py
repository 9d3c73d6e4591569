"""Tables of the ingest doors: who besides single devices may push, and by which keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class Platform(StrEnum):
    """Who pushes over HTTP: the name is part of the address that is given to it."""

    CTWING = "ctwing"
    ONENET = "onenet"
    CHIRPSTACK = "chirpstack"
    THINGS_STACK = "things_stack"
    HIKVISION = "hikvision"
    GB28181 = "gb28181"
    FRIGATE = "frigate"
    WATCH_CLOUD = "watch_cloud"
    SENML = "senml"


class IngestSource(Base):
    """A platform, gateway or camera network that may push for the devices of one community, and for no others."""

    __tablename__ = "ingest_source"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    platform: Mapped[Platform] = mapped_column(enum_column(Platform))
    title: Mapped[str] = mapped_column(String(120))
    networks: Mapped[list[Any]]
    """Addresses and nets from which it may come, such as `203.0.113.0/24`; from anywhere if empty."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    last_push_at: Mapped[datetime | None]
    """When something of it was last taken; written a moment later, together with others: see `usage`."""
    pushes: Mapped[int] = mapped_column(default=0, server_default="0")
    last_refused_at: Mapped[datetime | None]
    last_refusal: Mapped[str] = mapped_column(String(32), default="", server_default="")
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")


class IngestKey(Base):
    """A key of a source, as its keyed hash. While keys are changed the old one goes on for a while beside the new."""

    __tablename__ = "ingest_key"

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(BigId, ForeignKey("ingest_source.id"), index=True)
    lookup: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
