"""Reads of devices, and the one check that every read and write of one passes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import or_, select

from backend.devices.models import Device, DeviceSecret
from backend.devices.observations import Protocol
from backend.kernel.access import PERMISSIONS, Actor, Permission, check_access
from backend.kernel.alarms import SubjectKind
from backend.kernel.errors import NotFound
from backend.kernel.sets import among
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.models import OrgUnit

LOOKUP = "device-secret"
LONGEST_SECRET = 200


async def access_device(
    uow: UnitOfWork, actor: Actor, permission: Permission, device_id: int
) -> tuple[Device, OrgUnit]:
    """The device, and the unit by which it was judged: its grid, else its community. Raises NotFound, AccessDenied."""
    device = await uow.session.get(Device, device_id)
    if device is None or device.retired_at is not None:
        raise NotFound
    unit = await queries.org_unit(uow, device.grid_id or device.community_id)
    check_access(actor, permission, unit.path)
    return device, unit


async def find_device(uow: UnitOfWork, protocol: Protocol, external_id: str) -> Device | None:
    """The enrolled device of this protocol and id."""
    return (await devices_named(uow, [(protocol, external_id)])).get((protocol, external_id))


async def devices_named(
    uow: UnitOfWork, names: Iterable[tuple[Protocol, str]]
) -> Mapping[tuple[Protocol, str], Device]:
    """The enrolled devices among these; who is not enrolled is not in it."""
    wanted = set(names)
    if not wanted:
        return {}
    found = await uow.session.scalars(
        select(Device).where(among(uow, Device.external_id, {name for _, name in wanted}), Device.retired_at.is_(None))
    )
    return {key: one for one in found if (key := (one.protocol, one.external_id)) in wanted}


async def find_device_by_secret(uow: UnitOfWork, secret: str) -> Device | None:
    """The enrolled device that this secret belongs to; also by the one before, until that has run out."""
    if not 0 < len(secret) <= LONGEST_SECRET:
        return None
    return await uow.session.scalar(
        select(Device)
        .join(DeviceSecret, DeviceSecret.device_id == Device.id)
        .where(
            DeviceSecret.lookup == uow.vault.lookup(LOOKUP, secret),
            or_(DeviceSecret.ends_at.is_(None), DeviceSecret.ends_at > uow.now),
            Device.retired_at.is_(None),
        )
    )


async def names_by_secret(uow: UnitOfWork, secrets: Collection[str]) -> Mapping[str, tuple[Protocol, str]]:
    """`find_device_by_secret` for a whole batch: the protocol and external id of each secret that is somebody's."""
    lookups = {uow.vault.lookup(LOOKUP, secret): secret for secret in secrets if 0 < len(secret) <= LONGEST_SECRET}
    if not lookups:
        return {}
    found = await uow.session.execute(
        select(DeviceSecret.lookup, Device.protocol, Device.external_id)
        .join(Device, Device.id == DeviceSecret.device_id)
        .where(
            among(uow, DeviceSecret.lookup, lookups),
            or_(DeviceSecret.ends_at.is_(None), DeviceSecret.ends_at > uow.now),
            Device.retired_at.is_(None),
        )
    )
    return {lookups[lookup]: (protocol, external_id) for lookup, protocol, external_id in found}


async def devices_of(uow: UnitOfWork, *, subject_kind: SubjectKind, subject_id: int) -> Sequence[Device]:
    """The devices of one subject, by id; unchecked: the caller knows why it asks."""
    found = select(Device).where(
        Device.subject_kind == subject_kind, Device.subject_id == subject_id, Device.retired_at.is_(None)
    )
    return (await uow.session.scalars(found.order_by(Device.id))).all()


async def devices_within(uow: UnitOfWork, *, actor: Actor, limit: int = 200, after: int = 0) -> Sequence[Device]:
    """The devices that this actor may read, by id, from behind `after`."""
    paths = actor.paths_of(PERMISSIONS[Permission.READ_DEVICE])
    if not paths:
        return ()
    units = select(OrgUnit.id).where(or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths)))
    found = select(Device).where(
        or_(Device.grid_id.in_(units), Device.community_id.in_(units)),
        Device.retired_at.is_(None),
        Device.id > after,
    )
    return (await uow.session.scalars(found.order_by(Device.id).limit(limit))).all()
