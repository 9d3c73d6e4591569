"""What a door hands in: the content of one packet, with what the door knows of its sender, to be stored as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from backend.devices.observations import Kind, Observation
from backend.ingest.codecs import Uplink


class Door(StrEnum):
    """Where something came in; a label of metrics and part of what is stored."""

    WATCH = "watch"
    IW = "iw"
    HTTP = "http"
    MQTT = "mqtt"


class Fate(StrEnum):
    """What became of a parcel, as its door hears it once that stands in the database."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    UNKNOWN_DEVICE = "unknown_device"
    NOT_PROVEN = "not_proven"
    """The token shown is not that of the device which is spoken of."""
    POISONOUS = "poisonous"
    """Storing it fails by a fault of ours, alone too; the others of its batch stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One packet. `community_id` is that of the sender's credential: devices of other communities are unknown to it.

    `digest` is of the packet's bytes, so that one which is sent again is known where its sender numbers none.
    """

    door: Door
    received_at: datetime
    observations: tuple[Observation, ...] = ()
    uplinks: tuple[Uplink, ...] = ()
    community_id: int | None = None
    token: str | None = None
    """What our own devices prove themselves by, where the door has not asked for it already."""
    digest: str | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether it may hold an alarm: it then waits for nobody. What a platform passes on unread may always."""
        return bool(self.uplinks) or any(one.alarms or _is_alarming(one) for one in self.observations)


ALARMING: Mapping[Kind, float] = {
    Kind.ALARM: 0,
    Kind.SMOKE: 1,
    Kind.LEAK: 1,
    Kind.TILTED: 1,
    Kind.CAMERA_EVENT: 1,
    Kind.GAS: 5,  # half of the default limit, since a community may set a lower one
    Kind.HYDROGEN_SULPHIDE: 1.5,
}
"""From which value on one reading may be an alarm by itself. A tank that fills has time for the next batch."""


def _is_alarming(one: Observation) -> bool:
    least = ALARMING.get(one.kind)
    return least is not None and not one.is_backfill and (one.value or 0) >= least


def digest_of(content: bytes) -> str:
    """A short name of these bytes; it tells nothing about them."""
    return sha256(content).hexdigest()[:32]
