"""Staff set the rules otherwise for their community, for a person or thing, or for one device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from backend.devices.errors import RuleUnfit, SubjectUnknown
from backend.devices.models import Device, DeviceRule
from backend.devices.rules.book import COMMUNITY, RuleBook, rule_changes
from backend.devices.rules.rule import changed, default_rules
from backend.devices.subjects import subject_of
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.alarms import SubjectKind
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.models import OrgUnit

LONGEST_NOTE = 300


async def set_rule(
    uow: UnitOfWork,
    *,
    actor: Actor,
    community_id: int,
    scope: str,
    key: str,
    changes: Mapping[str, Any],
    note: str = "",
) -> None:
    """Let a rule differ from its default within `scope`; empty changes bring the default back. Twice is safe.

    `scope` is `community`, or `person:12`, `household:3`, `place:4`, `facility:7`, `device:5`. The note says who
    decided it and why: limits for a person are a clinician's. Raises AccessDenied, RuleUnfit, SubjectUnknown.
    """
    community = await queries.org_unit(uow, community_id)
    check_access(actor, Permission.SET_DEVICE_RULE, community.path)
    rule = default_rules().get(key)
    if rule is None or len(note) > LONGEST_NOTE:
        raise RuleUnfit(key)
    await _check_scope(uow, community, scope)
    after = changed(rule, changes) if changes else rule
    row = await uow.session.scalar(
        select(DeviceRule).where(
            DeviceRule.community_id == community_id, DeviceRule.scope == scope, DeviceRule.key == key
        )
    )
    audit(
        uow,
        actor,
        "device_rule.set",
        f"{scope}:{after.key}"[:64],
        org_path=community.path,
        before=dict(row.changes) if row is not None else None,
        after=dict(changes) or None,
    )
    if row is not None and not changes:
        await uow.session.delete(row)
    elif row is not None:
        row.changes, row.note, row.set_at, row.set_by_id = dict(changes), note, uow.now, actor.account_id
    elif changes:
        row = DeviceRule(community_id=community_id, scope=scope, key=key, changes=dict(changes), note=note)
        row.set_at, row.set_by_id = uow.now, actor.account_id
        uow.session.add(row)


async def rules_set(uow: UnitOfWork, *, actor: Actor, community_id: int) -> Sequence[DeviceRule]:
    """Everything that differs in a community. Raises AccessDenied."""
    community = await queries.org_unit(uow, community_id)
    check_access(actor, Permission.READ_DEVICE, community.path)
    found = select(DeviceRule).where(DeviceRule.community_id == community_id).order_by(DeviceRule.scope, DeviceRule.key)
    return (await uow.session.scalars(found)).all()


async def book_of_device(uow: UnitOfWork, device: Device) -> RuleBook:
    """The rules that hold for one device, for a screen; the caller has checked access to it."""
    scopes = (COMMUNITY, f"{device.subject_kind.value}:{device.subject_id}", f"device:{device.id}")
    changes = await rule_changes(uow, [device.community_id], scopes)
    return changes.book_of(device.community_id, *scopes)


async def _check_scope(uow: UnitOfWork, community: OrgUnit, scope: str) -> None:
    kind, _, number = scope.partition(":")
    if scope == COMMUNITY:
        return
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise SubjectUnknown
    if kind == "device":
        device = await uow.session.get(Device, int(number))
        if device is None or device.community_id != community.id:
            raise SubjectUnknown
    elif kind in list(SubjectKind):
        await subject_of(uow, community, SubjectKind(kind), int(number))
    else:
        raise SubjectUnknown
