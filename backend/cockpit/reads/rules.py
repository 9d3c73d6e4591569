"""Rules of devices as staff set them: what differs where, and what a scope is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backend.devices import Device
from backend.devices.errors import SubjectUnknown
from backend.devices.models import DeviceRule
from backend.devices.rules.book import COMMUNITY, RuleBook, rule_changes
from backend.devices.subjects import subject_of
from backend.kernel.alarms import SubjectKind
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit


@dataclass(frozen=True, slots=True)
class RuleScope:
    """For whom or what rules are set. `base` is the book that would hold without them, `book` the one that holds."""

    scope: str
    name: str
    base: RuleBook
    book: RuleBook


async def scope_named(uow: UnitOfWork, community: OrgUnit, scope: str) -> RuleScope:
    """A scope of this community by its written form (`community`, `person:12`); raises NotFound."""
    name = await name_of_scope(uow, community, scope)
    wider = () if scope == COMMUNITY else (COMMUNITY,)
    changes = await rule_changes(uow, [community.id], (COMMUNITY, scope))
    return RuleScope(scope, name, changes.book_of(community.id, *wider), changes.book_of(community.id, *wider, scope))


async def name_of_scope(uow: UnitOfWork, community: OrgUnit, scope: str) -> str:
    """What people call it; raises NotFound for what is not of this community."""
    kind, _, number = scope.partition(":")
    if scope == COMMUNITY:
        return community.name
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise NotFound
    if kind == "device":
        device = await uow.session.get(Device, int(number))
        if device is None or device.community_id != community.id:
            raise NotFound
        return f"{device.subject_name} · {device.external_id}"
    try:
        return (await subject_of(uow, community, SubjectKind(kind), int(number))).name
    except (ValueError, SubjectUnknown):
        raise NotFound from None


async def rule_set_at(uow: UnitOfWork, community_id: int, scope: str, key: str) -> DeviceRule | None:
    """The row that lets this rule differ here."""
    return await uow.session.scalar(
        select(DeviceRule).where(
            DeviceRule.community_id == community_id, DeviceRule.scope == scope, DeviceRule.key == key
        )
    )


async def scopes_named(uow: UnitOfWork, community: OrgUnit, rows: Sequence[DeviceRule]) -> dict[str, str]:
    """The names of all scopes of these rows; what is gone from the registry keeps its written form."""
    names: dict[str, str] = {}
    for scope in {row.scope for row in rows}:
        try:
            names[scope] = await name_of_scope(uow, community, scope)
        except NotFound:
            names[scope] = scope
    return names
