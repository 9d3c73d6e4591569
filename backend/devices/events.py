"""Facts about devices: what they were judged to have seen, that it is over, and that a command waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.kernel.alarms import AlarmKind, AlarmStatus, Certainty, Severity, SubjectKind
from backend.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSeen(Event):
    """A rule says that a human must hear of this. It comes again while it lasts: `dedup_key` names the condition.

    Alarms are judged on arrival: `received_at` rules every timer, `occurred_at` is the device's own claim where that
    is believable, else the same. `place` is longitude, latitude in WGS-84.
    """

    device_id: int
    community_id: int
    grid_id: int | None
    subject_kind: SubjectKind
    subject_id: int | None
    subject_name: str
    alarm: AlarmKind
    severity: Severity
    certainty: Certainty = Certainty.LIKELY
    dedup_key: str
    occurred_at: datetime
    received_at: datetime
    value: float | None = None
    unit: str = ""
    place: tuple[float, float] | None = None
    label: str = ""
    status: AlarmStatus = AlarmStatus.ACTUAL
    gateway_key: str = ""
    trace_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared(Event):
    """The device says that the condition of `dedup_key` is over; whether that ends the alert is not said here."""

    device_id: int
    dedup_key: str
    at: datetime
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSilent(Event):
    """Nothing came for longer than expected. The alarm is told by AlarmSeen; this is for screens that show states."""

    device_id: int
    community_id: int
    gateway_key: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBack(Event):
    """A device that had been silent speaks again."""

    device_id: int
    community_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandQueued(Event):
    """A command waits for a device: whoever holds its connection should look."""

    command_id: int
    device_id: int
