"""What a device said, in words that no protocol owns: the one shape that every decoder gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from backend.kernel.geo import Point, SourceCrs, to_wgs84


class Protocol(StrEnum):
    """By which door and language it came; with the external id it names a device."""

    WATCH = "watch"
    IW = "iw"
    CTWING = "ctwing"
    ONENET = "onenet"
    CHIRPSTACK = "chirpstack"
    THINGS_STACK = "things_stack"
    HIKVISION = "hikvision"
    GB28181 = "gb28181"
    FRIGATE = "frigate"
    SENML = "senml"
    NATIVE = "native"


class Kind(StrEnum):
    """What was observed. Each kind has one unit and one range: see QUANTITIES."""

    ALIVE = "alive"
    POSITION = "position"
    ALARM = "alarm"
    CAMERA_EVENT = "camera_event"
    HEART_RATE = "heart_rate"
    OXYGEN = "oxygen"
    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    BODY_TEMPERATURE = "body_temperature"
    SKIN_TEMPERATURE = "skin_temperature"
    STEPS = "steps"
    TUMBLES = "tumbles"
    BATTERY = "battery"
    ONLINE = "online"
    LEVEL = "level"
    DISTANCE = "distance"
    GAS = "gas"
    HYDROGEN_SULPHIDE = "hydrogen_sulphide"
    SMOKE = "smoke"
    TILT_ANGLE = "tilt_angle"
    TILTED = "tilted"
    LEAK = "leak"
    DOOR_OPEN = "door_open"
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"


class Unit(StrEnum):
    """The unit in which a kind is always given; decoders convert."""

    NONE = ""
    YES_NO = "yes_no"  # 1 or 0
    PER_MINUTE = "1/min"
    PERCENT = "%"
    PERCENT_LEL = "%LEL"  # of the lower explosive limit
    PPM = "ppm"
    CELSIUS = "Cel"
    MMHG = "mm[Hg]"
    METRE = "m"
    DEGREE = "deg"
    COUNT = "count"


class Quantity(NamedTuple):
    """How a kind is counted, and the lowest and highest value that such a sensor can mean."""

    unit: Unit
    lowest: float
    highest: float


_YES_NO = Quantity(Unit.YES_NO, 0, 1)
_NO_VALUE = Quantity(Unit.NONE, 0, 0)
QUANTITIES: Mapping[Kind, Quantity] = {
    Kind.ALIVE: _NO_VALUE,
    Kind.POSITION: _NO_VALUE,
    Kind.ALARM: _NO_VALUE,
    Kind.CAMERA_EVENT: _YES_NO,
    Kind.HEART_RATE: Quantity(Unit.PER_MINUTE, 25, 250),
    Kind.OXYGEN: Quantity(Unit.PERCENT, 30, 100),
    Kind.SYSTOLIC: Quantity(Unit.MMHG, 40, 300),
    Kind.DIASTOLIC: Quantity(Unit.MMHG, 20, 200),
    Kind.BODY_TEMPERATURE: Quantity(Unit.CELSIUS, 25, 45),
    Kind.SKIN_TEMPERATURE: Quantity(Unit.CELSIUS, 5, 45),
    Kind.STEPS: Quantity(Unit.COUNT, 0, 10_000_000),
    Kind.TUMBLES: Quantity(Unit.COUNT, 0, 1_000_000),
    Kind.BATTERY: Quantity(Unit.PERCENT, 0, 100),
    Kind.ONLINE: _YES_NO,
    Kind.LEVEL: Quantity(Unit.METRE, -20, 100),
    Kind.DISTANCE: Quantity(Unit.METRE, 0, 100),
    Kind.GAS: Quantity(Unit.PERCENT_LEL, 0, 100),
    Kind.HYDROGEN_SULPHIDE: Quantity(Unit.PPM, 0, 1000),
    Kind.SMOKE: _YES_NO,
    Kind.TILT_ANGLE: Quantity(Unit.DEGREE, -180, 180),
    Kind.TILTED: _YES_NO,
    Kind.LEAK: _YES_NO,
    Kind.DOOR_OPEN: _YES_NO,
    Kind.TEMPERATURE: Quantity(Unit.CELSIUS, -60, 150),
    Kind.HUMIDITY: Quantity(Unit.PERCENT, 0, 100),
}


class Flag(StrEnum):
    """What a device reports about itself beside its values; the order here is the order of urgency."""

    SOS = "sos"
    FALL = "fall"
    HEART_RATE_ABNORMAL = "heart_rate_abnormal"
    TEMPERATURE_HIGH = "temperature_high"
    TEMPERATURE_LOW = "temperature_low"
    UNNAMED_ALARM = "unnamed_alarm"
    TAKEN_OFF = "taken_off"
    LEFT_FENCE = "left_fence"
    ENTERED_FENCE = "entered_fence"
    LOW_BATTERY = "low_battery"
    BATTERY_IS_LOW = "battery_is_low"
    OUTSIDE_FENCE = "outside_fence"
    INSIDE_FENCE = "inside_fence"
    WORN = "worn"
    STILL = "still"
    UNPLUGGED = "unplugged"


STATES = {Flag.BATTERY_IS_LOW, Flag.OUTSIDE_FENCE, Flag.INSIDE_FENCE, Flag.WORN, Flag.STILL, Flag.UNPLUGGED}
"""The flags that tell how things are; all others tell that something happened of which somebody must hear."""
_URGENCY = {flag: rank for rank, flag in enumerate(Flag)}


def by_urgency(flags: set[Flag]) -> tuple[Flag, ...]:
    """All of them, SOS first."""
    return tuple(sorted(flags, key=_URGENCY.__getitem__))


class FixKind(StrEnum):
    """Where a position comes from, and so how far it may be trusted."""

    GPS = "gps"
    WIFI = "wifi"
    CELL = "cell"
    UNKNOWN = "unknown"


class Cell(NamedTuple):
    """A cell tower that the device hears."""

    country: int
    network: int
    area: int
    cell: int
    signal: int | None = None


class AccessPoint(NamedTuple):
    """A Wi-Fi that the device hears; its name is left out, for it may tell who lives there."""

    mac: str
    signal: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Where a device says that it is. A fix that the device itself calls void, and 0,0, never become one."""

    point: Point  # in `crs`, as it came
    crs: SourceCrs = SourceCrs.WGS84
    kind: FixKind = FixKind.UNKNOWN
    accuracy_m: float | None = None  # None where the device gave none, or nought
    speed_kmh: float | None = None
    course_deg: float | None = None
    altitude_m: float | None = None
    satellites: int | None = None

    @property
    def wgs84(self) -> Point:
        """The same place in the coordinates that the rest of the house uses."""
        return to_wgs84(self.point, self.crs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio:
    """Towers and access points around a device, from which a location service could tell its place."""

    cells: tuple[Cell, ...] = ()
    access_points: tuple[AccessPoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing that one device said. A packet with five values becomes five of these.

    `value` is in `unit` and inside the range of its kind; None means that the device spoke but had no reading (a watch
    that is not worn). `device_time` is the device's own claim, unjudged: it may lie decades off or be missing, and
    alarms are judged on arrival. `label` is the device's own word for a camera's event. `sequence` is the sender's id
    of this packet, the same when it is sent again, where it has one.
    """

    device: str
    protocol: Protocol
    kind: Kind
    value: float | None = None
    device_time: datetime | None = None
    flags: tuple[Flag, ...] = ()
    fix: Fix | None = None
    radio: Radio | None = None
    label: str | None = None
    sequence: str | None = None
    is_backfill: bool = False

    @property
    def unit(self) -> Unit:
        """The unit of `value`, told by the kind."""
        return QUANTITIES[self.kind].unit

    @property
    def alarms(self) -> tuple[Flag, ...]:
        """The flags that somebody must hear of, most urgent first; none from what was stored and sent later."""
        return () if self.is_backfill else tuple(flag for flag in self.flags if flag not in STATES)


def is_plausible(kind: Kind, value: float) -> bool:
    """Whether a sensor of this kind can mean this value; NaN and infinities never are."""
    quantity = QUANTITIES[kind]
    return quantity.lowest <= value <= quantity.highest
