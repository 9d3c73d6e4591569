"""Areas as staff draw them: checked, sealed, written down who drew them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from backend.devices.errors import FenceUnfit, SubjectUnknown
from backend.devices.fences.crossing import Fence
from backend.devices.fences.hours import Hours, hours_of_json
from backend.devices.fences.shapes import Shape, shape_as_json, shape_of_json
from backend.devices.kinds import FencePurpose
from backend.devices.models import Geofence
from backend.devices.subjects import subject_of
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.alarms import SubjectKind
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.models import Person

MOST_FENCES = 10
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class NamedFence:
    """An area with its name, for the map."""

    name: str
    fence: Fence


async def draw_fence(
    uow: UnitOfWork,
    *,
    actor: Actor,
    person_id: int,
    purpose: FencePurpose,
    name: str,
    shape: Shape,
    hours: Hours | None = None,
) -> int:
    """Draw an area for a person; returns its id. A curfew has hours.

    Raises SubjectUnknown, AccessDenied, FenceUnfit, also for more than MOST_FENCES.
    """
    place = await _place_of(uow, actor, person_id)
    count = await uow.session.scalar(
        select(func.count()).where(Geofence.person_id == person_id, Geofence.ended_at.is_(None))
    )
    if (count or 0) >= MOST_FENCES or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise FenceUnfit
    if (purpose is FencePurpose.CURFEW and hours is None) or (purpose is FencePurpose.HOME and hours is not None):
        raise FenceUnfit
    fence = Geofence(
        community_id=place.community_id,
        person_id=person_id,
        purpose=purpose.value,
        name=name.strip(),
        shape_sealed=uow.vault.seal_json(shape_as_json(shape)),
        schedule=hours.as_json() if hours is not None else None,
        created_at=uow.now,
        created_by_id=actor.account_id,
    )
    uow.session.add(fence)
    await uow.session.flush()
    audit(uow, actor, "fence.draw", f"geofence:{fence.id}", org_path=place.path, after={"purpose": purpose.value})
    return fence.id


async def end_fence(uow: UnitOfWork, *, actor: Actor, fence_id: int) -> None:
    """Let an area no longer count. Twice changes nothing more. Raises NotFound, AccessDenied."""
    fence = await uow.session.get(Geofence, fence_id)
    if fence is None:
        raise NotFound
    place = await _place_of(uow, actor, fence.person_id)
    if fence.ended_at is None:
        fence.ended_at = uow.now
        audit(uow, actor, "fence.end", f"geofence:{fence.id}", org_path=place.path)


async def fences_drawn_for(uow: UnitOfWork, *, actor: Actor, person_id: int) -> Sequence[NamedFence]:
    """The areas of a person; that somebody looked is written down. Raises SubjectUnknown, AccessDenied."""
    place = await _place_of(uow, actor, person_id, Permission.READ_WHEREABOUTS)
    audit(uow, actor, "fence.view", f"person:{person_id}", org_path=place.path)
    rows = await uow.session.scalars(
        select(Geofence).where(Geofence.person_id == person_id, Geofence.ended_at.is_(None)).order_by(Geofence.id)
    )
    return [NamedFence(row.name, _fence(uow, row)) for row in rows]


def _fence(uow: UnitOfWork, row: Geofence) -> Fence:
    shape = shape_of_json(uow.vault.open_json(row.shape_sealed))
    return Fence(row.id, FencePurpose(row.purpose), shape, hours_of_json(row.schedule))


@dataclass(frozen=True, slots=True)
class _Place:
    community_id: int
    path: str


async def _place_of(
    uow: UnitOfWork, actor: Actor, person_id: int, permission: Permission = Permission.SET_DEVICE_RULE
) -> _Place:
    """Where this person is registered, once the actor was checked there."""
    person = await uow.session.get(Person, person_id)
    if person is None:
        raise SubjectUnknown
    community = await queries.org_unit(uow, person.community_id)
    subject = await subject_of(uow, community, SubjectKind.PERSON, person_id)
    unit = await queries.org_unit(uow, subject.grid_id) if subject.grid_id is not None else community
    check_access(actor, permission, unit.path)
    return _Place(community.id, unit.path)
