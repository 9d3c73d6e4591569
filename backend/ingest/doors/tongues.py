"""The languages of the TCP doors, one object per connection: bytes in, what was said out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol as Shape

from backend.devices.observations import Observation, Protocol
from backend.ingest import iw_downlinks
from backend.ingest.errors import Reason
from backend.ingest.iw_packets import IwPackets, read_iw_packet
from backend.ingest.parcels import Door, digest_of
from backend.ingest.watch_downlinks import addressed, is_obeyed
from backend.ingest.watch_frames import WatchFrame, WatchFrames
from backend.ingest.watch_packets import read_watch_frame

MOST_SKIPPED = 20
"""Reasons counted of one packet; the fullest has fewer fields that can be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One packet. `device` is the external id that it claims; `reply` waits until the observations are stored."""

    device: str | None
    observations: tuple[Observation, ...] = ()
    reply: bytes | None = None
    skipped: tuple[Reason, ...] = ()
    digest: str = ""
    frame: WatchFrame | None = None
    word: str = ""
    """The type of a packet of the second family."""


class Tongue(Shape):
    """What the TCP door needs to know of a language."""

    door: Door
    protocol: Protocol

    @property
    def garbage(self) -> int:
        """Bytes so far that belonged to no packet."""
        ...

    def looks_alarming(self, received: bytes) -> bool:
        """Whether it looks like an alarm at a glance: it is then read before what others have sent."""
        ...

    def hear(self, received: bytes, now: datetime) -> Iterator[Said]:
        """What `received` completes; however long it is, only a packet and a little is kept."""
        ...

    def order(self, content: bytes) -> bytes | None:
        """A command as this device understands it; None where it takes none, or has not spoken yet."""
        ...


class WatchTongue:
    """`[3G*id*len*content]`: each frame names its watch."""

    door = Door.WATCH
    protocol = Protocol.WATCH

    def __init__(self) -> None:
        self._frames = WatchFrames()
        self._last: WatchFrame | None = None

    @property
    def garbage(self) -> int:
        return self._frames.skipped

    def looks_alarming(self, received: bytes) -> bool:
        return b"*AL" in received.upper()

    def hear(self, received: bytes, now: datetime) -> Iterator[Said]:
        """The clock is not needed: this language carries none from us to the watch."""
        for frame in self._frames.feed(received):
            self._last = frame
            message = read_watch_frame(frame)
            yield Said(
                device=frame.device,
                observations=message.observations,
                reply=message.reply,
                skipped=message.skipped[:MOST_SKIPPED],
                digest=digest_of(frame.content),
                frame=frame,
            )

    def order(self, content: bytes) -> bytes | None:
        return addressed(self._last, content) if self._last else None


class IwTongue:
    """`IW...#`: the watch names itself once; every command to it names it again, with a number of ours."""

    door = Door.IW
    protocol = Protocol.IW

    def __init__(self) -> None:
        self._packets = IwPackets()
        self._device: str | None = None
        self._serial = 0

    @property
    def garbage(self) -> int:
        return self._packets.skipped

    def looks_alarming(self, received: bytes) -> bool:
        return b"IWAP10" in received

    def hear(self, received: bytes, now: datetime) -> Iterator[Said]:
        for packet in self._packets.feed(received):
            message = read_iw_packet(packet, self._device, now)
            self._device = message.device or self._device
            yield Said(
                device=self._device,
                observations=message.observations,
                reply=message.reply,
                skipped=message.skipped[:MOST_SKIPPED],
                digest=digest_of(packet.encode()),
                word=message.kind,
            )

    def order(self, content: bytes) -> bytes | None:
        if self._device is None:
            return None
        self._serial += 1
        return iw_downlinks.addressed(self._device, self._serial, content)


def obeys(sent: bytes, said: Said) -> bool:
    """Whether a packet is the device's answer to that command."""
    if said.frame is not None:
        return is_obeyed(sent, said.frame)
    return iw_downlinks.is_obeyed(sent, said.word)
