"""The kinds of devices, how they are doing, and how often each kind is expected to speak."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class DeviceKind(StrEnum):
    WATCH = "watch"
    SMOKE = "smoke"
    GAS = "gas"
    SEPTIC_LEVEL = "septic_level"
    MANHOLE = "manhole"
    CAMERA = "camera"
    DOOR = "door"
    LEAK = "leak"
    BUTTON = "button"
    GENERIC = "generic"


class DeviceStatus(StrEnum):
    """How a device is doing. Until it first speaks it is inactive: nobody is called for one still in its box."""

    INACTIVE = "inactive"
    HEALTHY = "healthy"
    SILENT = "silent"
    MUTED = "muted"


EXPECTED_INTERVAL: Mapping[DeviceKind, timedelta] = {
    # A watch says something each five to eight minutes: three of them missed.
    DeviceKind.WATCH: timedelta(minutes=25),
    # Battery devices on NB-IoT report once a day; one report may come late.
    DeviceKind.SMOKE: timedelta(hours=36),
    DeviceKind.GAS: timedelta(hours=36),
    DeviceKind.LEAK: timedelta(hours=36),
    DeviceKind.DOOR: timedelta(hours=36),
    DeviceKind.MANHOLE: timedelta(hours=36),
    DeviceKind.BUTTON: timedelta(hours=36),
    DeviceKind.GENERIC: timedelta(hours=36),
    DeviceKind.SEPTIC_LEVEL: timedelta(hours=3),
    # A camera says that it is well each few seconds or minutes.
    DeviceKind.CAMERA: timedelta(minutes=15),
}
"""What a device of this kind gets when nobody says otherwise at its enrolment."""

SHORTEST_INTERVAL, LONGEST_INTERVAL = timedelta(seconds=30), timedelta(days=14)


class CommandKind(StrEnum):
    """What staff may tell a device. There is no listening in, no secret picture and no forced answering, by design."""

    LOCATE_NOW = "locate_now"
    UPLOAD_INTERVAL = "upload_interval"
    SOS_NUMBERS = "sos_numbers"
    CONTACTS = "contacts"
    HEART_RATE_PERIOD = "heart_rate_period"
    FIND = "find"
    MESSAGE = "message"
    QUIET_TIMES = "quiet_times"
    LANGUAGE_ZONE = "language_zone"


class CommandStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class FencePurpose(StrEnum):
    """What an area is for. The circles of one kind add up: whoever stands in one of them is inside."""

    HOME = "home"
    """Tells at home from out; nobody is warned."""
    CIRCLE = "circle"
    """The activity circle: leaving it warns."""
    CURFEW = "curfew"
    """Where somebody should be at certain hours: to be outside when they begin warns too."""


class StrangerReason(StrEnum):
    """Why what came was not taken from this device."""

    UNKNOWN = "unknown"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a reason, no secret
    DOUBLED = "doubled"
