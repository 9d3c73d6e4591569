"""Devices as staff look at them: the list with how each is doing, and whom or what one could be for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.sql.functions import coalesce

from backend.cockpit.reads.within import within
from backend.devices import Device, DeviceState, DeviceStatus
from backend.devices.watched import PERSONAL
from backend.kernel.access import Actor, Permission, may
from backend.kernel.alarms import SubjectKind
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.people import masked
from backend.registry.acting import wards_of
from backend.registry.models import Address, Household, OrgUnit, RegistryThing

ON_A_PAGE = 50
MOST_CHOICES = 20
FIRST = (DeviceStatus.SILENT, DeviceStatus.MUTED, DeviceStatus.INACTIVE)
"""What needs somebody stands above what is well."""


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device; `name` and `number` are hidden in part from those who may not know where people are."""

    device: Device
    state: DeviceState
    unit: OrgUnit
    name: str
    number: str
    is_open: bool
    """Whether this reader may see how its wearer is."""


class Sought(NamedTuple):
    """What the list is cut to: a state, and the beginning of a name or number."""

    status: DeviceStatus | None = None
    text: str = ""


async def devices_in(
    uow: UnitOfWork, actor: Actor, community_id: int, paths: Sequence[str], sought: Sought, page: int
) -> tuple[list[DeviceLine], bool]:
    """One page of the devices that the reader may know of, and whether there are more."""
    rows = await uow.session.execute(
        select(Device, DeviceState, OrgUnit)
        .join(DeviceState, DeviceState.id == Device.id)
        .join(OrgUnit, OrgUnit.id == coalesce(Device.grid_id, Device.community_id))
        .where(Device.community_id == community_id, Device.retired_at.is_(None), within(paths), *_cut(sought))
        .order_by(
            case({status: rank for rank, status in enumerate(FIRST)}, value=DeviceState.status, else_=len(FIRST)),
            Device.id,
        )
        .offset((page - 1) * ON_A_PAGE)
        .limit(ON_A_PAGE + 1)
    )
    lines = [line_for(actor, device, state, unit) for device, state, unit in rows]
    return lines[:ON_A_PAGE], len(lines) > ON_A_PAGE


def line_for(actor: Actor, device: Device, state: DeviceState, unit: OrgUnit) -> DeviceLine:
    """A device as this reader may see it."""
    is_open = device.subject_kind not in PERSONAL or may(actor, Permission.READ_WHEREABOUTS, unit.path)
    name = device.subject_name if is_open else masked(device.subject_name)
    number = device.external_id if is_open else f"…{device.external_id[-4:]}"
    return DeviceLine(device, state, unit, name, number, is_open)


def _cut(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if sought.status is not None:
        wanted.append(DeviceState.status == sought.status)
    if sought.text:
        begins = (column.startswith(sought.text, autoescape=True) for column in _SEARCHED)
        wanted.append(or_(*begins))
    return wanted


_SEARCHED = (Device.external_id, Device.subject_name)


class Choice(NamedTuple):
    """Somebody or something that a device could be for."""

    id: int
    label: str


async def subjects_named(
    uow: UnitOfWork, actor: Actor, community_id: int, kind: SubjectKind, text: str
) -> Sequence[Choice]:
    """Who or what is called so; one alone where the whole name fits nothing else. Never of another community."""
    if not text:
        return ()
    if kind is SubjectKind.PERSON:
        found = await _people(uow, actor, community_id, text)
    elif kind is SubjectKind.HOUSEHOLD:
        found = await _households(uow, community_id, text)
    else:
        found = await _things(uow, community_id, kind, text)
    exact = [choice for choice, name in found if name == text]
    return exact if len(exact) == 1 else [choice for choice, _ in found]


_Found = list[tuple[Choice, str]]


async def _people(uow: UnitOfWork, actor: Actor, community_id: int, text: str) -> _Found:
    people = await wards_of(uow, actor, text, permission=Permission.ENROL_DEVICE, most=MOST_CHOICES)
    return [
        (Choice(one.id, f"{one.name} · {one.born_on.year if one.born_on else one.code or one.id}"), one.name)
        for one in people
        if one.community_id == community_id
    ]


async def _households(uow: UnitOfWork, community_id: int, text: str) -> _Found:
    rows = await uow.session.execute(
        select(Household.id, Household.code, Address.label)
        .join(Address, Address.id == Household.address_id)
        .where(
            Household.community_id == community_id,
            or_(Address.label.contains(text, autoescape=True), Household.code == text),
        )
        .order_by(Address.label, Household.id)
        .limit(MOST_CHOICES)
    )
    return [(Choice(id_, f"{label} · {code}"), code if code == text else label) for id_, code, label in rows]


async def _things(uow: UnitOfWork, community_id: int, kind: SubjectKind, text: str) -> _Found:
    is_facility = RegistryThing.type == "facility"
    rows = await uow.session.execute(
        select(RegistryThing.id, RegistryThing.code, RegistryThing.name)
        .where(
            RegistryThing.community_id == community_id,
            is_facility if kind is SubjectKind.FACILITY else ~is_facility,
            or_(RegistryThing.name.contains(text, autoescape=True), RegistryThing.code == text),
        )
        .order_by(RegistryThing.name, RegistryThing.id)
        .limit(MOST_CHOICES)
    )
    return [(Choice(id_, f"{name} · {code}"), code if code == text else name) for id_, code, name in rows]
