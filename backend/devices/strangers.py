"""Devices that speak and are not enrolled, or cannot prove who they are: counted and shown to staff, never believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.devices.kinds import StrangerReason
from backend.devices.models import UnknownDevice
from backend.devices.observations import Protocol
from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork

MOST_NOTED = 20
"""Of one batch: somebody who makes up ids fills no table quickly."""
MOST_KEPT = 1_000


class Stranger(NamedTuple):
    """Who spoke by which door."""

    protocol: Protocol
    external_id: str
    door: str


async def note_strangers(
    uow: UnitOfWork, strangers: Sequence[Stranger], reason: StrangerReason = StrangerReason.UNKNOWN
) -> None:
    """Count who spoke; at most MOST_NOTED of a batch, and of all only the newest MOST_KEPT stay."""
    counted = Counter(strangers)
    if not counted:
        return
    noted = sorted(counted.items())[:MOST_NOTED]
    dialect = sqlite if uow.is_sqlite else postgresql
    for stranger, count in noted:
        row = dialect.insert(UnknownDevice).values(
            protocol=stranger.protocol,
            external_id=stranger.external_id,
            door=stranger.door[:16],
            reason=reason,
            count=count,
            first_seen_at=uow.now,
            last_seen_at=uow.now,
        )
        again = {
            "count": UnknownDevice.count + count,
            "last_seen_at": uow.now,
            "reason": reason,
            "door": row.excluded.door,
        }
        await uow.session.execute(row.on_conflict_do_update(index_elements=["protocol", "external_id"], set_=again))
    await _keep_newest(uow)


async def note_refused_device(
    uow: UnitOfWork, *, protocol: Protocol, external_id: str, door: str, reason: StrangerReason
) -> None:
    """Count somebody who came with a wrong secret, or under the id of a device that is connected already."""
    await note_strangers(uow, [Stranger(protocol, external_id, door)], reason)


async def unknown_devices(uow: UnitOfWork, *, actor: Actor, limit: int = 100) -> Sequence[UnknownDevice]:
    """Who spoke in vain, the newest first: what staff look at when a new device stays quiet. Raises AccessDenied."""
    _check_may_enrol(actor)
    found = select(UnknownDevice).order_by(UnknownDevice.last_seen_at.desc()).limit(limit)
    return (await uow.session.scalars(found)).all()


async def ignore_stranger(
    uow: UnitOfWork, *, actor: Actor, protocol: Protocol, external_id: str, is_ignored: bool = True
) -> None:
    """Set a stranger aside, or take them up again: they are still counted and still not believed.

    Twice changes nothing more. Raises AccessDenied, NotFound once nobody has come under this id for long.
    """
    _check_may_enrol(actor)
    stranger = await uow.session.get(UnknownDevice, (protocol, external_id))
    if stranger is None:
        raise NotFound
    if (stranger.ignored_at is not None) is is_ignored:
        return
    stranger.ignored_at = uow.now if is_ignored else None
    act = "device.ignore_stranger" if is_ignored else "device.heed_stranger"
    audit(uow, actor, act, f"{protocol.value}:{external_id}"[:64])


def _check_may_enrol(actor: Actor) -> None:
    # Strangers belong to nobody yet: whoever enrols devices anywhere may see them.
    if not actor.paths_of(PERMISSIONS[Permission.ENROL_DEVICE]):
        raise AccessDenied


async def _keep_newest(uow: UnitOfWork) -> None:
    count = await uow.session.scalar(select(func.count()).select_from(UnknownDevice)) or 0
    if count <= MOST_KEPT:
        return
    oldest = await uow.session.execute(
        select(UnknownDevice.protocol, UnknownDevice.external_id)
        .order_by(UnknownDevice.last_seen_at)
        .limit(count - MOST_KEPT)
    )
    for protocol, external_id in oldest.all():
        await uow.session.execute(
            delete(UnknownDevice).where(UnknownDevice.protocol == protocol, UnknownDevice.external_id == external_id)
        )
