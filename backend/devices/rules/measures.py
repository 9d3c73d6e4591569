"""What rules look at: readings as they came, and what follows from several of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from backend.devices.observations import Kind


class Measure(StrEnum):
    """A number that a rule compares with its limit. Readings of a watch that nobody wears become none."""

    HEART_RATE_RESTING = "heart_rate_resting"
    HEART_RATE_MOVING = "heart_rate_moving"
    HEART_RATE_OVER_USUAL = "heart_rate_over_usual"
    """Beats above what is still usual for this person at rest; negative as long as it is usual."""
    OXYGEN = "oxygen"
    BODY_TEMPERATURE = "body_temperature"
    NIGHT_UNREST = "night_unrest"
    """How often this person turned in the last three nights, as a multiple of the nights before."""
    BATTERY = "battery"
    LEVEL = "level"
    LEVEL_SHARE = "level_share"
    """Of the depth below the sensor, 0 to 1; only where that is known."""
    LEVEL_RISE = "level_rise"
    """Metres per hour, over the last three hours at most."""
    GAS = "gas"
    HYDROGEN_SULPHIDE = "hydrogen_sulphide"
    SMOKE = "smoke"
    TILT_ANGLE = "tilt_angle"
    TILTED = "tilted"
    LEAK = "leak"
    DOOR_OPEN = "door_open"
    CAMERA_EVENT = "camera_event"


class Mark(StrEnum):
    """A moment since which something has been missing."""

    MOVED = "moved"
    """The last sign of movement, while somebody wears it and it speaks."""
    WORN = "worn"
    """Since when nobody wears it."""
    OUTSIDE_CIRCLE = "outside_circle"
    """Since when this person is outside every activity circle that counts now."""
    OUTSIDE_CURFEW = "outside_curfew"


UNITS: Mapping[Measure, str] = {
    Measure.HEART_RATE_RESTING: "1/min",
    Measure.HEART_RATE_MOVING: "1/min",
    Measure.HEART_RATE_OVER_USUAL: "1/min",
    Measure.OXYGEN: "%",
    Measure.BODY_TEMPERATURE: "Cel",
    Measure.NIGHT_UNREST: "",
    Measure.BATTERY: "%",
    Measure.LEVEL: "m",
    Measure.LEVEL_SHARE: "",
    Measure.LEVEL_RISE: "m/h",
    Measure.GAS: "%LEL",
    Measure.HYDROGEN_SULPHIDE: "ppm",
    Measure.SMOKE: "",
    Measure.TILT_ANGLE: "deg",
    Measure.TILTED: "",
    Measure.LEAK: "",
    Measure.DOOR_OPEN: "",
    Measure.CAMERA_EVENT: "",
}

DIRECT: Mapping[Kind, Measure] = {
    Kind.GAS: Measure.GAS,
    Kind.HYDROGEN_SULPHIDE: Measure.HYDROGEN_SULPHIDE,
    Kind.SMOKE: Measure.SMOKE,
    Kind.TILTED: Measure.TILTED,
    Kind.LEAK: Measure.LEAK,
    Kind.DOOR_OPEN: Measure.DOOR_OPEN,
    Kind.CAMERA_EVENT: Measure.CAMERA_EVENT,
}
"""Kinds whose reading is the measure, whatever came before."""
