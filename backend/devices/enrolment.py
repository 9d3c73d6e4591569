"""Enrolling devices: whose they are, what they may say, the secret by which they prove it, and how they leave again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from backend.devices.errors import DeviceTaken, DeviceUnfit
from backend.devices.finding import LOOKUP, access_device, find_device
from backend.devices.kinds import EXPECTED_INTERVAL, LONGEST_INTERVAL, SHORTEST_INTERVAL, DeviceKind, DeviceStatus
from backend.devices.models import Device, DeviceSecret, DeviceState, Gateway, UnknownDevice
from backend.devices.observations import Protocol
from backend.devices.settling import settle_watch
from backend.devices.subjects import Subject, grid_of_point, subject_of
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.alarms import SubjectKind
from backend.kernel.audit import audit
from backend.kernel.geo import Point, SourceCrs, is_on_earth, to_wgs84
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries

SECRET_BYTES = 24
OVERLAP = timedelta(days=1)
"""So long an old secret still works after a new one was made: somebody must walk to the device."""
LONGEST_NAME, LONGEST_ID = 200, 64
DEEPEST_M = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """What staff say of a device. Its place comes from its subject, unless `place` is longitude, latitude in `crs`."""

    community_id: int
    kind: DeviceKind
    protocol: Protocol
    external_id: str
    subject_kind: SubjectKind
    subject_id: int
    model: str = ""
    place: tuple[float, float] | None = None
    crs: SourceCrs = SourceCrs.WGS84
    depth_m: float | None = None
    gateway_key: str = ""
    expected_interval: timedelta | None = None
    is_settled: bool = False
    """Whether somebody has set a watch up by hand: it is then not told its language, rhythm and contacts."""


@dataclass(frozen=True, slots=True)
class EnrolledDevice:
    """`secret` is told this once; only its keyed digest is kept."""

    device_id: int
    secret: str


async def enrol_device(uow: UnitOfWork, *, actor: Actor, new: NewDevice) -> EnrolledDevice:
    """Take a device in. Until it first speaks nobody waits for it; a watch is told what it needs when it connects.

    Raises AccessDenied, SubjectUnknown, DeviceUnfit, DeviceTaken when a device of this protocol and id lives already.
    """
    community = await queries.org_unit(uow, new.community_id)
    _check_form(new)
    subject = await subject_of(uow, community, new.subject_kind, new.subject_id)
    point = _point(new) or subject.point
    grid_id = subject.grid_id or (await grid_of_point(uow, community, point) if point is not None else None)
    unit = await queries.org_unit(uow, grid_id) if grid_id is not None else community
    check_access(actor, Permission.ENROL_DEVICE, unit.path)
    if await find_device(uow, new.protocol, new.external_id) is not None:
        raise DeviceTaken
    device = await _add(uow, actor, new, subject, grid_id, point)
    secret = _add_secret(uow, device)
    written = {
        "kind": device.kind.value,
        "protocol": device.protocol.value,
        "subject": f"{new.subject_kind}:{new.subject_id}",
    }
    audit(uow, actor, "device.enrol", f"device:{device.id}", org_path=unit.path, after=written)
    if not new.is_settled:
        await uow.session.flush()
        await settle_watch(uow, actor=actor, device_id=device.id)
    return EnrolledDevice(device.id, secret)


async def rotate_secret(uow: UnitOfWork, *, actor: Actor, device_id: int) -> str:
    """Make a new secret, told this once; the old ones work for another day. Raises NotFound, AccessDenied."""
    device, unit = await access_device(uow, actor, Permission.ENROL_DEVICE, device_id)
    await uow.session.execute(
        update(DeviceSecret)
        .where(DeviceSecret.device_id == device.id, DeviceSecret.ends_at.is_(None))
        .values(ends_at=uow.now + OVERLAP)
    )
    audit(uow, actor, "device.rotate_secret", f"device:{device.id}", org_path=unit.path)
    return _add_secret(uow, device)


async def retire_device(uow: UnitOfWork, *, actor: Actor, device_id: int) -> None:
    """Let a device go: its secrets end at once, its history stays. It may be enrolled again for somebody else.

    Raises NotFound, AccessDenied.
    """
    device, unit = await access_device(uow, actor, Permission.ENROL_DEVICE, device_id)
    device.retired_at = uow.now
    await uow.session.execute(update(DeviceSecret).where(DeviceSecret.device_id == device.id).values(ends_at=uow.now))
    await uow.session.execute(
        update(DeviceState).where(DeviceState.id == device.id).values(check_at=None, memory_sealed=None)
    )
    audit(uow, actor, "device.retire", f"device:{device.id}", org_path=unit.path)


async def mute_device(uow: UnitOfWork, *, actor: Actor, device_id: int, reason: str) -> None:
    """Stop waiting for a device while somebody works at it; what it says meanwhile counts as a test.

    Raises NotFound, AccessDenied, DeviceUnfit without a reason.
    """
    device, unit = await access_device(uow, actor, Permission.ENROL_DEVICE, device_id)
    if not reason.strip() or len(reason) > LONGEST_NAME:
        raise DeviceUnfit("reason")
    await _set_status(uow, device, DeviceStatus.MUTED, reason.strip())
    audit(uow, actor, "device.mute", f"device:{device.id}", org_path=unit.path)


async def unmute_device(uow: UnitOfWork, *, actor: Actor, device_id: int) -> None:
    """Wait for a device again, from its next word on. Raises NotFound, AccessDenied."""
    device, unit = await access_device(uow, actor, Permission.ENROL_DEVICE, device_id)
    await _set_status(uow, device, DeviceStatus.INACTIVE, "")
    audit(uow, actor, "device.unmute", f"device:{device.id}", org_path=unit.path)


async def _set_status(uow: UnitOfWork, device: Device, status: DeviceStatus, reason: str) -> None:
    await uow.session.execute(
        update(DeviceState)
        .where(DeviceState.id == device.id)
        .values(status=status, muted_reason=reason, silent_since=None)
    )


def _check_form(new: NewDevice) -> None:
    interval = new.expected_interval
    fits = {
        "external_id": 0 < len(new.external_id) <= LONGEST_ID and new.external_id.isascii(),
        "model": len(new.model) <= LONGEST_ID,
        "gateway": len(new.gateway_key) <= LONGEST_ID,
        "depth": new.depth_m is None or 0 < new.depth_m <= DEEPEST_M,
        "interval": interval is None or SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL,
        "place": new.place is None or is_on_earth(Point(new.place[1], new.place[0])),
    }
    for field, is_fit in fits.items():
        if not is_fit:
            raise DeviceUnfit(field)


def _point(new: NewDevice) -> tuple[float, float] | None:
    if new.place is None:
        return None
    point = to_wgs84(Point(new.place[1], new.place[0]), new.crs)
    return point.longitude, point.latitude


async def _add(
    uow: UnitOfWork,
    actor: Actor,
    new: NewDevice,
    subject: Subject,
    grid_id: int | None,
    point: tuple[float, float] | None,
) -> Device:
    interval = new.expected_interval or EXPECTED_INTERVAL[new.kind]
    longitude, latitude = point or (None, None)
    device = Device(
        community_id=new.community_id,
        grid_id=grid_id,
        kind=new.kind,
        protocol=new.protocol,
        external_id=new.external_id,
        model=new.model,
        subject_kind=new.subject_kind,
        subject_id=new.subject_id,
        subject_name=subject.name[:LONGEST_NAME],
        longitude=longitude,
        latitude=latitude,
        depth_m=new.depth_m,
        gateway_id=await _gateway_id(uow, new),
        expected_interval_s=round(interval.total_seconds()),
        enrolled_at=uow.now,
        enrolled_by_id=actor.account_id,
    )
    try:
        async with uow.session.begin_nested():
            uow.session.add(device)
    except IntegrityError:
        raise DeviceTaken from None  # somebody enrolled it in this very moment
    uow.session.add(DeviceState(id=device.id))
    await _no_longer_unknown(uow, device)
    return device


def _add_secret(uow: UnitOfWork, device: Device) -> str:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    uow.session.add(DeviceSecret(device_id=device.id, lookup=uow.vault.lookup(LOOKUP, secret), created_at=uow.now))
    return secret


async def _gateway_id(uow: UnitOfWork, new: NewDevice) -> int | None:
    if not new.gateway_key:
        return None
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(Gateway).values(community_id=new.community_id, key=new.gateway_key)
    await uow.session.execute(row.on_conflict_do_nothing())
    return await uow.session.scalar(
        select(Gateway.id).where(Gateway.community_id == new.community_id, Gateway.key == new.gateway_key)
    )


async def _no_longer_unknown(uow: UnitOfWork, device: Device) -> None:
    await uow.session.execute(
        delete(UnknownDevice).where(
            UnknownDevice.protocol == device.protocol, UnknownDevice.external_id == device.external_id
        )
    )
