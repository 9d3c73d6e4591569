"""The words that the rooms of devices and alerts share, so that neither has to know the other."""

from __future__ import annotations

from enum import StrEnum


class AlarmKind(StrEnum):
    """What may have happened. One kind has one line of words per channel and one default way of climbing."""

    SOS = "sos"
    FALL = "fall"
    SMOKE = "smoke"
    GAS = "gas"
    WATER_LEVEL = "water_level"
    TILT = "tilt"
    LEAK = "leak"
    LEFT_CIRCLE = "left_circle"
    OUT_AT_CURFEW = "out_at_curfew"
    HEART_RATE_HIGH = "heart_rate_high"
    HEART_RATE_LOW = "heart_rate_low"
    OXYGEN_LOW = "oxygen_low"
    TEMPERATURE_HIGH = "temperature_high"
    TEMPERATURE_LOW = "temperature_low"
    NO_MOVEMENT = "no_movement"
    SLEEP_CHANGE = "sleep_change"
    LOW_BATTERY = "low_battery"
    NOT_WORN = "not_worn"
    DEVICE_SILENT = "device_silent"
    CAMERA_EVENT = "camera_event"
    DOOR_OPEN = "door_open"
    CHECK_IN_MISSED = "check_in_missed"
    HELP_BY_PHONE = "help_by_phone"


class Severity(StrEnum):
    """How much is at stake, worst first. Only what is life safety breaks through quiet hours and silences."""

    LIFE_SAFETY = "life_safety"
    CRITICAL = "critical"
    WARNING = "warning"
    CARE = "care"


class Certainty(StrEnum):
    """How sure it is (the axis of CAP 1.2): seen by somebody or measured, more likely than not, perhaps, hardly."""

    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


class SubjectKind(StrEnum):
    """Whom or what an alarm is about."""

    PERSON = "person"
    HOUSEHOLD = "household"
    PLACE = "place"
    FACILITY = "facility"


class AlarmStatus(StrEnum):
    """Whether it is meant: CAP's Actual, Exercise and Test. People are told at every step when it is not."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    TEST = "test"


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def worst(one: Severity, other: Severity) -> Severity:
    """The graver of the two."""
    return min(one, other, key=_RANK.__getitem__)


def is_worse(one: Severity, than: Severity) -> bool:
    """Whether `one` is graver."""
    return _RANK[one] < _RANK[than]
