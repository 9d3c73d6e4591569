"""Reads of everything that a batch needs to know of its devices: a few statements for all of them together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from cryptography.fernet import InvalidToken
from sqlalchemy import Row, Select, Table, select

from backend.devices.deciding import Circumstances
from backend.devices.fences.crossing import Fence
from backend.devices.fences.hours import hours_of_json
from backend.devices.fences.shapes import shape_of_json
from backend.devices.kinds import DeviceKind, DeviceStatus, FencePurpose
from backend.devices.memory import Memory, read
from backend.devices.models import Device, DeviceState, Gateway, Geofence
from backend.devices.observations import Protocol
from backend.devices.rules.book import COMMUNITY, RuleChanges, rule_changes
from backend.devices.silence import Health
from backend.kernel.alarms import SubjectKind
from backend.kernel.sets import among
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

log = structlog.get_logger(__name__)

_device: Table = Device.__table__  # type: ignore[assignment]
_state: Table = DeviceState.__table__  # type: ignore[assignment]
_WATCHED = (
    select(
        _device.c.id,
        _device.c.community_id,
        _device.c.grid_id,
        _device.c.kind,
        _device.c.protocol,
        _device.c.external_id,
        _device.c.subject_kind,
        _device.c.subject_id,
        _device.c.subject_name,
        _device.c.longitude,
        _device.c.latitude,
        _device.c.depth_m,
        _device.c.gateway_id,
        _device.c.expected_interval_s,
        _state.c.status,
        _state.c.last_seen_at,
        _state.c.silent_since,
        _state.c.silences,
        _state.c.heard_again,
        _state.c.healthy_since,
        _state.c.check_at,
        _state.c.battery,
        _state.c.memory_sealed,
        OrgUnit.time_zone,
        Gateway.key.label("gateway_key"),
        Gateway.silent_since.label("gateway_silent_since"),
    )
    .join_from(_device, _state, _state.c.id == _device.c.id)
    .join(OrgUnit, OrgUnit.id == _device.c.community_id)
    .outerjoin(Gateway, Gateway.id == _device.c.gateway_id)
    .where(_device.c.retired_at.is_(None))
)

PERSONAL = frozenset({SubjectKind.PERSON, SubjectKind.HOUSEHOLD})
"""Whose readings are sealed: what is about somebody, or tells of their home."""


@dataclass(slots=True, kw_only=True)
class Watched:
    """One device with its state, as it was read and locked at the beginning of the batch."""

    id: int
    community_id: int
    grid_id: int | None
    kind: DeviceKind
    protocol: Protocol
    external_id: str
    subject_kind: SubjectKind
    subject_id: int | None
    subject_name: str
    point: tuple[float, float] | None
    depth_m: float | None
    gateway_id: int | None
    gateway_key: str
    is_gateway_silent: bool
    interval: timedelta
    zone: ZoneInfo
    health: Health
    check_at: datetime | None
    battery: int | None
    memory_sealed: str | None

    @property
    def is_personal(self) -> bool:
        """Whether what it says is about somebody or their home."""
        return self.subject_kind in PERSONAL

    @property
    def scopes(self) -> tuple[str, ...]:
        """Where rules may have been changed for it, the widest first."""
        return (COMMUNITY, f"{self.subject_kind.value}:{self.subject_id}", f"device:{self.id}")

    def memory(self, uow: UnitOfWork) -> Memory:
        """What is remembered of it, unsealed. What cannot be read is lost: it must not cost anybody an alarm."""
        if not self.memory_sealed:
            return Memory()
        try:
            return read(uow.vault.open(self.memory_sealed))
        except (InvalidToken, ValueError, TypeError, KeyError) as error:
            log.error("device.memory_lost", device=self.id, error=type(error).__name__)
            return Memory()


async def watched_by_name(uow: UnitOfWork, external_ids: Iterable[str]) -> Mapping[tuple[Protocol, str], Watched]:
    """The enrolled devices with one of these ids, whatever their protocol, their states locked in the order of ids."""
    found = _WATCHED.where(among(uow, _device.c.external_id, set(external_ids))).order_by(_device.c.id)
    rows = await uow.session.execute(_locked(found))
    return {(one.protocol, one.external_id): one for one in map(_watched, rows)}


async def watched_to_check(uow: UnitOfWork, limit: int, *, only: int | None = None) -> Sequence[Watched]:
    """The devices at which the clock must look now, locked; those that are being written just now come next time."""
    due = _WATCHED.where(_state.c.check_at <= uow.now).order_by(_state.c.check_at).limit(limit)
    if only is not None:
        due = due.where(_state.c.id == only)
    rows = await uow.session.execute(_locked(due, skip=True))
    return [_watched(row) for row in rows]


def _locked(statement: Select[Any], *, skip: bool = False) -> Select[Any]:
    return statement.with_for_update(of=_state, skip_locked=skip)  # SQLite knows no such thing: it has one writer


def _watched(row: Row[Any]) -> Watched:
    return Watched(
        id=row.id,
        community_id=row.community_id,
        grid_id=row.grid_id,
        kind=row.kind,
        protocol=row.protocol,
        external_id=row.external_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        point=(row.longitude, row.latitude) if row.longitude is not None and row.latitude is not None else None,
        depth_m=row.depth_m,
        gateway_id=row.gateway_id,
        gateway_key=row.gateway_key or "",
        is_gateway_silent=row.gateway_silent_since is not None,
        interval=timedelta(seconds=row.expected_interval_s),
        zone=ZoneInfo(row.time_zone),
        health=Health(
            DeviceStatus(row.status),
            row.last_seen_at,
            row.silent_since,
            row.silences,
            row.heard_again,
            row.healthy_since,
        ),
        check_at=row.check_at,
        battery=row.battery,
        memory_sealed=row.memory_sealed,
    )


async def circumstances(uow: UnitOfWork, devices: Collection[Watched]) -> Mapping[int, Circumstances]:
    """The rules and areas of these devices, by device id."""
    changes = await rule_changes(
        uow, (one.community_id for one in devices), (scope for one in devices for scope in one.scopes)
    )
    fences = await fences_of(uow, {person for one in devices if (person := _wearer(one)) is not None})
    return {one.id: _circumstances(one, changes, fences) for one in devices}


def _circumstances(one: Watched, changes: RuleChanges, fences: Mapping[int, Sequence[Fence]]) -> Circumstances:
    return Circumstances(
        book=changes.book_of(one.community_id, *one.scopes),
        zone=one.zone,
        fences=fences.get(_wearer(one) or 0, ()),
        depth_m=one.depth_m,
        interval_s=one.interval.total_seconds(),
    )


def _wearer(one: Watched) -> int | None:
    """The person whose way a device tells: only what is worn goes where they go."""
    is_worn = one.kind in {DeviceKind.WATCH, DeviceKind.BUTTON} and one.subject_kind is SubjectKind.PERSON
    return one.subject_id if is_worn else None


async def fences_of(uow: UnitOfWork, person_ids: Collection[int]) -> Mapping[int, Sequence[Fence]]:
    """The areas of these persons that are in force."""
    if not person_ids:
        return {}
    rows = await uow.session.execute(
        select(Geofence.id, Geofence.person_id, Geofence.purpose, Geofence.shape_sealed, Geofence.schedule)
        .where(among(uow, Geofence.person_id, set(person_ids)), Geofence.ended_at.is_(None))
        .order_by(Geofence.id)
    )
    fences: dict[int, list[Fence]] = {}
    for id_, person_id, purpose, sealed, schedule in rows:
        shape = shape_of_json(uow.vault.open_json(sealed))
        fences.setdefault(person_id, []).append(Fence(id_, FencePurpose(purpose), shape, hours_of_json(schedule)))
    return fences
