"""From the findings of a device to the facts that others hear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from backend.devices.deciding import Deciding, Finding
from backend.devices.events import AlarmCleared, AlarmSeen, DeviceBack, DeviceSilent
from backend.devices.fences.fixes import believed_time
from backend.devices.kinds import DeviceStatus
from backend.devices.rules.judging import Verdict
from backend.devices.rules.measures import UNITS
from backend.devices.watched import Watched
from backend.kernel.alarms import AlarmKind, AlarmStatus, Certainty, Severity, SubjectKind
from backend.kernel.unit_of_work import UnitOfWork

FRESH_S = 6 * 3600
"""A place older than that would send people astray."""


def alarm_key(alarm: AlarmKind, device_id: int, label: str = "") -> str:
    """The name of a condition: while it is open, everything under the same name is the same alert."""
    return f"{alarm.value}:device:{device_id}" + (f":{label}" if label else "")


def gateway_key(gateway_id: int) -> str:
    """The name of a dead gateway's condition."""
    return f"{AlarmKind.DEVICE_SILENT.value}:gateway:{gateway_id}"


def tell_findings(
    uow: UnitOfWork, device: Watched, deciding: Deciding, *, received_at: datetime, trace_id: str = ""
) -> int:
    """Record what was found; returns how many alarms there were. What another open rule still holds is not cleared."""
    alarms = 0
    over: dict[str, float | None] = {}
    for finding in deciding.findings:
        if finding.verdict is not Verdict.CLEARED:
            uow.record(_seen(device, deciding, finding, received_at, trace_id))
            alarms += 1
        elif not deciding.still_open(finding.rule.alarm, finding.label):
            over[alarm_key(finding.rule.alarm, device.id, finding.label)] = finding.value
    for key, value in over.items():
        uow.record(AlarmCleared(device_id=device.id, dedup_key=key, at=received_at, value=value))
    deciding.findings.clear()
    return alarms


def _seen(device: Watched, deciding: Deciding, finding: Finding, received_at: datetime, trace_id: str) -> AlarmSeen:
    rule = finding.rule
    return AlarmSeen(
        device_id=device.id,
        community_id=device.community_id,
        grid_id=device.grid_id,
        subject_kind=device.subject_kind,
        subject_id=device.subject_id,
        subject_name=device.subject_name,
        alarm=rule.alarm,
        severity=rule.severity,
        certainty=rule.certainty,
        dedup_key=alarm_key(rule.alarm, device.id, finding.label),
        occurred_at=believed_time(finding.device_time, received_at),
        received_at=received_at,
        value=finding.value,
        unit=UNITS[rule.measure] if rule.measure is not None else "",
        place=_place(device, deciding, received_at),
        label=finding.label,
        status=_status(device),
        gateway_key=device.gateway_key,
        trace_id=trace_id,
    )


def _place(device: Watched, deciding: Deciding, received_at: datetime) -> tuple[float, float] | None:
    """Where the wearer was not long ago, else their home; what hangs on a wall is where it hangs."""
    place = deciding.memory.place
    if place is None or received_at.timestamp() - place.at > FRESH_S:
        return device.point
    return place.longitude, place.latitude


def _status(device: Watched) -> AlarmStatus:
    """What a muted device says is a test: somebody is working at it."""
    return AlarmStatus.TEST if device.health.status is DeviceStatus.MUTED else AlarmStatus.ACTUAL


def tell_silent(uow: UnitOfWork, device: Watched, *, is_alone: bool) -> None:
    """Record that a device fell silent; not an alarm of its own where its gateway's stands for it."""
    since = device.health.last_seen_at or uow.now
    uow.record(
        DeviceSilent(device_id=device.id, community_id=device.community_id, gateway_key=device.gateway_key, since=since)
    )
    if is_alone:
        uow.record(_silence(uow, device, since, Severity.WARNING))


def tell_back(uow: UnitOfWork, device: Watched, at: datetime) -> None:
    """Record that a silent device is back."""
    key = alarm_key(AlarmKind.DEVICE_SILENT, device.id)
    uow.record(DeviceBack(device_id=device.id, community_id=device.community_id, at=at))
    uow.record(AlarmCleared(device_id=device.id, dedup_key=key, at=at))


def tell_gateway_dead(uow: UnitOfWork, devices: Iterable[Watched]) -> None:
    """Record one alarm for all devices behind a gateway; it names one of them, for want of a row of its own."""
    first = min(devices, key=lambda device: device.id)
    since = max((one.health.last_seen_at for one in devices if one.health.last_seen_at), default=uow.now)
    uow.record(_silence(uow, first, since, Severity.CRITICAL, is_gateway=True))


def tell_gateway_back(uow: UnitOfWork, device: Watched, at: datetime) -> None:
    """Record that somebody behind a dead gateway spoke."""
    assert device.gateway_id is not None
    uow.record(AlarmCleared(device_id=device.id, dedup_key=gateway_key(device.gateway_id), at=at))


def _silence(
    uow: UnitOfWork, device: Watched, since: datetime, severity: Severity, *, is_gateway: bool = False
) -> AlarmSeen:
    own = alarm_key(AlarmKind.DEVICE_SILENT, device.id)
    return AlarmSeen(
        device_id=device.id,
        community_id=device.community_id,
        grid_id=device.grid_id,
        subject_kind=SubjectKind.FACILITY if is_gateway else device.subject_kind,
        subject_id=None if is_gateway else device.subject_id,
        subject_name=device.gateway_key if is_gateway else device.subject_name,
        alarm=AlarmKind.DEVICE_SILENT,
        severity=severity,
        certainty=Certainty.OBSERVED,
        dedup_key=gateway_key(device.gateway_id or 0) if is_gateway else own,
        occurred_at=since,
        received_at=uow.now,
        place=device.point,
        gateway_key=device.gateway_key,
    )
