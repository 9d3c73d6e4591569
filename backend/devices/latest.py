"""How a device and its wearer are now, and the heart rates of a day: opened for one reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from backend.devices.fences.crossing import is_home
from backend.devices.finding import access_device, devices_of
from backend.devices.history import content_of, packets_between
from backend.devices.kinds import DeviceKind, DeviceStatus
from backend.devices.memory import Memory, Reading, read
from backend.devices.models import Device, DeviceState
from backend.devices.observations import Kind
from backend.devices.watched import fences_of
from backend.kernel.access import Actor, Permission
from backend.kernel.alarms import SubjectKind
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit
from backend.registry.queries import org_unit


@dataclass(frozen=True, slots=True)
class LatestFix:
    """Where it was last believed to be, WGS-84."""

    longitude: float
    latitude: float
    accuracy_m: float
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LatestHeart:
    """Today's heart rates so far, and the last one."""

    day: date
    low: int
    high: int
    last: int | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class LatestState:
    """What is known now. `readings` are the last value of each kind with its moment."""

    device_id: int
    kind: DeviceKind
    state: DeviceStatus
    last_seen_at: datetime | None
    battery: int | None
    is_worn: bool | None
    is_home: bool | None
    fix: LatestFix | None
    heart_rate: LatestHeart | None
    steps: int | None
    readings: dict[Kind, tuple[float, datetime]]


async def latest_state(uow: UnitOfWork, *, device_id: int) -> LatestState:
    """How one device is doing. The caller has checked that its reader may know. Raises NotFound."""
    device = await uow.session.get(Device, device_id)
    state = await uow.session.get(DeviceState, device_id)
    if device is None or state is None:
        raise NotFound
    return await _opened(uow, device, state)


async def states_of_person(uow: UnitOfWork, person_id: int) -> Sequence[LatestState]:
    """How the devices of one person are doing; the caller has checked the reader's scope."""
    devices = await devices_of(uow, subject_kind=SubjectKind.PERSON, subject_id=person_id)
    return [await latest_state(uow, device_id=device.id) for device in devices]


async def view_state(uow: UnitOfWork, *, actor: Actor, device_id: int) -> LatestState:
    """How one device is doing, for a worker; of a person's it is written down who looked.

    Raises NotFound, AccessDenied.
    """
    device, unit = await access_device(uow, actor, Permission.READ_DEVICE, device_id)
    if device.subject_kind in {SubjectKind.PERSON, SubjectKind.HOUSEHOLD}:
        await access_device(uow, actor, Permission.READ_WHEREABOUTS, device_id)
        audit(uow, actor, "device.view_state", f"device:{device.id}", org_path=unit.path)
    return await latest_state(uow, device_id=device.id)


async def heart_rates_of_day(uow: UnitOfWork, *, device_id: int, day: date) -> Sequence[tuple[datetime, int]]:
    """The heart rates of one local day in order, for a chart; the caller has checked the reader's scope."""
    device = await uow.session.get(Device, device_id)
    if device is None:
        raise NotFound
    zone = ZoneInfo((await org_unit(uow, device.community_id)).time_zone)
    begins = datetime.combine(day, time(), zone)
    packets = await packets_between(uow, device_id, begins, begins + timedelta(days=1))
    return [
        (packet.received_at, round(one["value"]))
        for packet in packets
        if not packet.is_backfill
        for one in content_of(uow, packet)
        if one["kind"] == Kind.HEART_RATE.value and "value" in one
    ]


async def status_counts(
    uow: UnitOfWork, community_id: int, *, within: Sequence[str] = ("/",)
) -> dict[DeviceStatus, int]:
    """How many devices of a community, at or below the org paths `within`, are in which state, for a screen."""
    rows = await uow.session.execute(
        select(DeviceState.status, func.count())
        .join(Device, Device.id == DeviceState.id)
        .join(OrgUnit, OrgUnit.id == func.coalesce(Device.grid_id, Device.community_id))
        .where(
            Device.community_id == community_id,
            Device.retired_at.is_(None),
            or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in within)),
        )
        .group_by(DeviceState.status)
    )
    return dict.fromkeys(DeviceStatus, 0) | dict(rows.all())


async def _opened(uow: UnitOfWork, device: Device, state: DeviceState) -> LatestState:
    memory = read(uow.vault.open(state.memory_sealed)) if state.memory_sealed else Memory()
    fences = (await fences_of(uow, {device.subject_id})).get(device.subject_id, ()) if device.subject_id else ()
    zone = ZoneInfo((await org_unit(uow, device.community_id)).time_zone)
    return LatestState(
        device_id=device.id,
        kind=device.kind,
        state=state.status,
        last_seen_at=state.last_seen_at,
        battery=state.battery,
        is_worn=memory.worn,
        is_home=is_home(fences, memory.fences) if device.subject_kind is SubjectKind.PERSON else None,
        fix=_fix(memory),
        heart_rate=_heart(memory, uow.now.astimezone(zone).date()),
        steps=memory.steps,
        readings={Kind(kind): (one.value, _moment(one)) for kind, one in memory.latest.items() if kind in list(Kind)},
    )


def _fix(memory: Memory) -> LatestFix | None:
    place = memory.place
    if place is None:
        return None
    at = datetime.fromtimestamp(place.at, UTC)
    return LatestFix(place.longitude, place.latitude, place.accuracy_m, place.kind, at)


def _heart(memory: Memory, today: date) -> LatestHeart | None:
    day, last = memory.heart_day, memory.latest.get(Kind.HEART_RATE.value)
    if day is None or day.day != today.isoformat():
        return None
    return LatestHeart(today, day.low, day.high, round(last.value) if last else None, _moment(last) if last else None)


def _moment(reading: Reading) -> datetime:
    return datetime.fromtimestamp(reading.at, UTC)
