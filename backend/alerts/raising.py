"""An alarm becomes an alert: one open for each condition, with its first step taken in the same transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.alerts.climbing import within_hours
from backend.alerts.events import AlertChanged, AlertRaised
from backend.alerts.firing import climb
from backend.alerts.holding import check_hold
from backend.alerts.incidents import Group, explained_by, join_incident
from backend.alerts.log import write_log
from backend.alerts.models import Alert
from backend.alerts.plans import Plan
from backend.alerts.policies import policy_for
from backend.alerts.states import OPEN_STATES, AlertState, Ladder, LogEvent
from backend.alerts.verdicts import count_alert
from backend.kernel.alarms import AlarmKind, AlarmStatus, Certainty, Severity, SubjectKind, worst
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

LOGGED_REPEATS = 10
"""After so many only every doubling is written down: a stuck sensor must not fill the timeline."""
LONGEST_NAME = 200
_OPEN_ON_SQLITE = sqlite.insert(Alert).on_conflict_do_nothing().returning(Alert)
_OPEN = postgresql.insert(Alert).on_conflict_do_nothing().returning(Alert)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """What somebody or something says is wrong. `detail` (value, unit, label, place, trace) is sealed."""

    community_id: int
    grid_id: int | None
    subject_kind: SubjectKind
    subject_id: int | None
    subject_name: str
    kind: AlarmKind
    severity: Severity
    dedup_key: str
    occurred_at: datetime
    received_at: datetime
    certainty: Certainty = Certainty.LIKELY
    detail: Mapping[str, Any] = field(default_factory=dict)
    device_id: int | None = None
    gateway_key: str = ""
    place: tuple[float, float] | None = None
    status: AlarmStatus = AlarmStatus.ACTUAL
    source: str = "device"


async def raise_alert(uow: UnitOfWork, new: NewAlert) -> Alert:
    """Open an alert and take its first step, or count one more time of the open one with the same dedup key.

    Two at the same moment make one. What a silence or a maintenance holds is recorded and begins later; what an
    incident explains is spoken for by its first alert. Records AlertRaised and what the first step records.
    """
    opened = await _insert(uow, new)
    if opened is None:
        return await _count_again(uow, new)
    alert, plan = opened
    write_log(uow, alert, LogEvent.RAISED, kind=new.kind.value, severity=new.severity.value, source=new.source)
    count_alert(uow, alert)
    uow.record(
        AlertRaised(
            alert_id=alert.id,
            community_id=alert.community_id,
            kind=alert.kind,
            severity=alert.severity,
            subject_kind=alert.subject_kind,
        )
    )
    await _begin(uow, alert, plan)
    return alert


async def _insert(uow: UnitOfWork, new: NewAlert) -> tuple[Alert, Plan] | None:
    """The new row, held; None when one with this key is open already."""
    policy, plan = await policy_for(uow, new.community_id, new.kind)
    open_it = _OPEN_ON_SQLITE if uow.is_sqlite else _OPEN
    with uow.session.no_autoflush:  # what a batch changes in the alerts before this one is written together
        alert: Alert | None = await uow.session.scalar(open_it, _columns(uow, new, policy.id))
    return (alert, plan) if alert is not None else None


def _columns(uow: UnitOfWork, new: NewAlert, policy_id: int) -> dict[str, Any]:
    detail = dict(new.detail) | ({"place": list(new.place)} if new.place is not None else {})
    copied = ("community_id", "grid_id", "subject_kind", "subject_id", "kind", "severity", "certainty", "status")
    return {
        **{name: getattr(new, name) for name in copied},
        "subject_name": new.subject_name[:LONGEST_NAME],
        "source": new.source,
        "device_id": new.device_id,
        "gateway_key": new.gateway_key,
        "dedup_key": new.dedup_key,
        "state": AlertState.TRIGGERED,
        "count": 1,
        "occurred_at": new.occurred_at,
        "first_at": new.received_at,
        "last_at": new.received_at,
        "detail_sealed": uow.vault.seal_json(detail),
        "video_room": f"youlin-{secrets.token_hex(16)}",
        "policy_id": policy_id,
        "ladder": Ladder.RUNNING,
        "step": 0,
        "turn": 0,
        "loop": 1,
        "fired": 0,
        "takers": [],
        "is_reached": False,
    }


async def _count_again(uow: UnitOfWork, new: NewAlert) -> Alert:
    alert: Alert = (
        await uow.session.scalars(
            select(Alert)
            .where(
                Alert.community_id == new.community_id,
                Alert.dedup_key == new.dedup_key,
                Alert.state.in_(OPEN_STATES),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one()
    alert.count += 1
    alert.last_at = max(alert.last_at, new.received_at)
    alert.severity = worst(alert.severity, new.severity)
    alert.cleared_at = None
    if alert.count <= LOGGED_REPEATS or alert.count & (alert.count - 1) == 0:
        write_log(uow, alert, LogEvent.REPEATED, count=alert.count)
        uow.record(AlertChanged(alert_id=alert.id))
    return alert


async def _begin(uow: UnitOfWork, alert: Alert, plan: Plan) -> None:
    """Held, muted, grouped, waiting for the day, or the first step at once."""
    if await check_hold(uow, alert):
        return
    explained = await explained_by(uow, alert)
    if explained is not None:
        alert.ladder = Ladder.MUTED
        write_log(uow, alert, LogEvent.GROUPED, by=explained)
        return
    if await join_incident(uow, alert) is Group.MEMBER:
        return
    community = await uow.session.get_one(OrgUnit, alert.community_id)
    opens = within_hours(plan, uow.now, ZoneInfo(community.time_zone))
    if opens > uow.now and alert.severity is not Severity.LIFE_SAFETY:
        alert.due_at, alert.hold_reason = opens, "hours"
        return
    await climb(uow, alert)
