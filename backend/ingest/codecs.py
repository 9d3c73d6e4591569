"""THE TABLE of sensor models: how the payload of each becomes observations. A new model is a row here, and its test.

Sources: the binary layouts are those that Milesight publishes for its models; `ipso` are the registered IPSO smart
objects, by which OneNET names its streams. The two `ctwing` rows follow messages seen on that platform and no document:
that any alarm status but nought means smoke, and that a level counts millimetres, must be proven when the first such
device is put up.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from backend.devices.observations import QUANTITIES, Kind, Observation, Protocol, Unit, is_plausible
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.reading import number

MAX_PAYLOAD = 1024
MAX_DEPTH_M = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """What a platform passed on from a device without understanding it: bytes, named values, or both."""

    device: str
    protocol: Protocol
    device_time: datetime | None = None
    sequence: str | None = None
    raw: bytes | None = None
    values: Mapping[str, object] | None = None


class Decoded(NamedTuple):
    """The observations of an uplink, and why the rest of it was left out."""

    observations: tuple[Observation, ...]
    skipped: tuple[Reason, ...]


class Slot(NamedTuple):
    """A value inside a channel: little-endian, at an offset, times a factor. `faults` are codes, not values."""

    kind: Kind
    form: str
    offset: int = 0
    factor: float = 1.0
    faults: frozenset[int] = frozenset()


class Channel(NamedTuple):
    """The bytes behind a channel's two-byte name, and what of them is a value."""

    size: int
    slots: tuple[Slot, ...] = ()


class Named(NamedTuple):
    """A value with a name: times a factor, or yes for everything but nought."""

    kind: Kind
    factor: float = 1.0
    is_yes_no: bool = False


@dataclass(frozen=True, slots=True)
class Codec:
    """How one model speaks: in channels of bytes, in named values, or both."""

    channels: Mapping[bytes, Channel] | None = None
    names: Mapping[str, Named] | None = None


_COMMON: Mapping[bytes, Channel] = {
    b"\xff\x01": Channel(1),
    b"\xff\x09": Channel(2),
    b"\xff\x0a": Channel(2),
    b"\xff\xff": Channel(2),
    b"\xff\x16": Channel(8),
    b"\xff\x0f": Channel(1),
    b"\xff\xfe": Channel(1),
    b"\xff\x0b": Channel(1),
    b"\x01\x75": Channel(1, (Slot(Kind.BATTERY, "<B"),)),
}
"""What every Milesight sensor says of itself: versions, serial number, restarts, and its battery."""

_TEMPERATURE = Slot(Kind.TEMPERATURE, "<h", factor=0.1)
_HUMIDITY = Slot(Kind.HUMIDITY, "<B", factor=0.5)
_DISTANCE = Slot(Kind.DISTANCE, "<H", factor=0.001)
_GAS_FAULTS = frozenset({0xFFFE, 0xFFFF})  # still warming up; broken

MODELS: Mapping[str, Codec] = {
    "milesight.em400-udl": Codec(
        {
            **_COMMON,
            b"\x03\x67": Channel(2, (_TEMPERATURE,)),
            b"\x04\x82": Channel(2, (_DISTANCE,)),
            b"\x05\x00": Channel(1, (Slot(Kind.TILTED, "<B"),)),
            b"\x06\x88": Channel(9),
            b"\x83\x67": Channel(3, (_TEMPERATURE,)),
            b"\x84\x82": Channel(3, (_DISTANCE,)),
        },
        {
            "battery": Named(Kind.BATTERY),
            "temperature": Named(Kind.TEMPERATURE),
            "distance": Named(Kind.DISTANCE, 0.001),
        },
    ),
    "milesight.em500-udl": Codec({**_COMMON, b"\x03\x82": Channel(2, (_DISTANCE,))}),
    "milesight.em300-sld": Codec(
        {
            **_COMMON,
            b"\x03\x67": Channel(2, (_TEMPERATURE,)),
            b"\x04\x68": Channel(1, (_HUMIDITY,)),
            b"\x05\x00": Channel(1, (Slot(Kind.LEAK, "<B"),)),
            b"\x20\xce": Channel(8),
        }
    ),
    "milesight.em300-mcs": Codec(
        {
            **_COMMON,
            b"\x03\x67": Channel(2, (_TEMPERATURE,)),
            b"\x04\x68": Channel(1, (_HUMIDITY,)),
            b"\x06\x00": Channel(1, (Slot(Kind.DOOR_OPEN, "<B"),)),
            b"\x20\xce": Channel(8),
        }
    ),
    "milesight.em310-tilt": Codec(
        {**_COMMON, b"\x03\xcf": Channel(7, (Slot(Kind.TILT_ANGLE, "<h", 4, 0.01), Slot(Kind.TILTED, "<B", 6)))}
    ),
    "milesight.gs301": Codec(
        {
            **_COMMON,
            b"\x02\x67": Channel(2, (_TEMPERATURE,)),
            b"\x03\x68": Channel(1, (_HUMIDITY,)),
            b"\x04\x7d": Channel(2),
            b"\x05\x7d": Channel(2, (Slot(Kind.HYDROGEN_SULPHIDE, "<H", 0, 0.01, _GAS_FAULTS),)),
            b"\x06\x7d": Channel(2, (Slot(Kind.HYDROGEN_SULPHIDE, "<H", 0, 0.001, _GAS_FAULTS),)),
            b"\x07\xea": Channel(5),
        }
    ),
    "ctwing.smoke": Codec(
        names={"Alarm_Status": Named(Kind.SMOKE, is_yes_no=True), "Battery_Level": Named(Kind.BATTERY)}
    ),
    "ctwing.level": Codec(names={"liquid_level": Named(Kind.LEVEL, 0.001)}),
    "ipso": Codec(
        names={
            "3303/5700": Named(Kind.TEMPERATURE),
            "3304/5700": Named(Kind.HUMIDITY),
            "3330/5700": Named(Kind.DISTANCE),
            "3320/5700": Named(Kind.BATTERY),
        }
    ),
    # A device programmed for Youlin names its values as Youlin does, in Youlin's units.
    "youlin": Codec(names={kind.value: Named(kind) for kind in Kind if QUANTITIES[kind].unit is not Unit.NONE}),
}

_IPSO = re.compile(r"(\d{1,5})_\d{1,5}_(\d{1,5})", re.ASCII)


def observe(uplink: Uplink, model: str, *, depth_m: float | None = None) -> Decoded:
    """What an uplink of that model says; a distance gives a level too where the depth below the sensor is known.

    Raises Undecodable for an unknown model and for a payload in which nothing of this model's is found.
    """
    codec = MODELS.get(model)
    if codec is None:
        raise Undecodable(Reason.UNKNOWN_MODEL)
    found = list(_found(codec, uplink))
    readings = [*found, *_levels(found, depth_m)]
    seen = tuple(_observation(uplink, kind, value) for kind, value in readings if is_plausible(kind, value))
    skipped = (Reason.OUT_OF_RANGE,) * (len(readings) - len(seen))
    if not seen and not skipped:
        raise Undecodable(Reason.BAD_PAYLOAD)
    return Decoded(seen, skipped)


def level_from_distance(distance_m: float, depth_m: float) -> float:
    """How high the water stands, in metres: the sensor hangs `depth_m` above the ground and looks down."""
    return depth_m - distance_m


_Reading = tuple[Kind, float]


def _found(codec: Codec, uplink: Uplink) -> Iterator[_Reading]:
    """From the bytes where the model has a layout, else from the names: never both, they are the same values."""
    if codec.channels and uplink.raw is not None:
        yield from _from_channels(codec.channels, uplink.raw)
    elif codec.names and uplink.values is not None:
        yield from _from_names(codec.names, uplink.values)


def _from_channels(channels: Mapping[bytes, Channel], raw: bytes) -> Iterator[_Reading]:
    """Channel after channel; nobody knows how long an unknown one is, so that what was read before it is all."""
    at = 0
    while at + 2 <= len(raw) <= MAX_PAYLOAD:
        channel = channels.get(raw[at : at + 2])
        content = raw[at + 2 : at + 2 + channel.size] if channel else b""
        if channel is None or len(content) < channel.size:
            return
        yield from _from_slots(channel.slots, content)
        at += 2 + channel.size


def _from_slots(slots: tuple[Slot, ...], content: bytes) -> Iterator[_Reading]:
    for slot in slots:
        (value,) = struct.unpack_from(slot.form, content, slot.offset)
        if value not in slot.faults:
            # The tilt sensor has a bit for each axis that passed its threshold.
            yield slot.kind, float(value > 0) if slot.kind is Kind.TILTED else round(value * slot.factor, 6)


def _from_names(names: Mapping[str, Named], values: Mapping[str, object]) -> Iterator[_Reading]:
    for name, value in values.items():
        ipso = _IPSO.fullmatch(name)
        named = names.get(f"{ipso[1]}/{ipso[2]}" if ipso else name)
        if named is None:
            continue
        found = float(value) if isinstance(value, bool) else number(value)
        if found is not None:
            yield named.kind, float(found != 0) if named.is_yes_no else round(found * named.factor, 6)


def _levels(found: list[_Reading], depth_m: float | None) -> Iterator[_Reading]:
    if depth_m is not None and 0 < depth_m <= MAX_DEPTH_M:
        yield from (
            (Kind.LEVEL, round(level_from_distance(value, depth_m), 6))
            for kind, value in found
            if kind is Kind.DISTANCE and is_plausible(kind, value)
        )


def _observation(uplink: Uplink, kind: Kind, value: float) -> Observation:
    said = Observation(device=uplink.device, protocol=uplink.protocol, kind=kind, value=value)
    return replace(said, device_time=uplink.device_time, sequence=uplink.sequence)
