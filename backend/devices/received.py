"""What a door hands in and what it hears back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from backend.devices.observations import Observation

WINDOW_SECONDS = 10
"""Equal packets that carry neither a number nor a time are one packet when they come within the same ten seconds."""

BELIEVABLE = timedelta(days=1)
"""A device's time further off than this names nothing: a clock that stands would make every SOS look like the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPacket:
    """All that one packet said, with the moment at which it arrived. It may name several devices.

    `community_id` is that of the sender's credential, where it has one: devices of other communities are unknown to
    it. `digest` is of the packet's bytes and tells equal packets from others where the sender gives no number.
    """

    observations: tuple[Observation, ...]
    received_at: datetime
    door: str
    digest: str | None = None
    community_id: int | None = None


class PacketFate(StrEnum):
    """What became of a packet once the commit stands; one that names several devices is stored if one part of it is."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    UNKNOWN_DEVICE = "unknown_device"


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """`fates` in the order of the packets; counts of what was new in them."""

    fates: tuple[PacketFate, ...]
    observations: int = 0
    alarms: int = 0


def packet_key(packet: ReceivedPacket, part: tuple[Observation, ...]) -> int:
    """The name, 64 bits, under which the part of a packet that one device said is known when it comes again.

    By the sender's number where it gives one; else by its content, which names one packet for ever if it carries a
    time of the device's that can be right, and else only within WINDOW_SECONDS.
    """
    first = part[0]
    if first.sequence is not None:
        named = f"number {first.sequence}"
    else:
        content = packet.digest or repr([(one.kind.value, one.value, one.flags, one.fix, one.label) for one in part])
        if first.device_time is None or abs(first.device_time - packet.received_at) > BELIEVABLE:
            moment = f"{int(packet.received_at.timestamp()) // WINDOW_SECONDS}"
        else:
            moment = first.device_time.isoformat()
        named = f"content {moment} {content}"
    return int.from_bytes(blake2b(named.encode(), digest_size=8).digest(), "big", signed=True)
