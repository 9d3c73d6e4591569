"""Storms: alerts with one cause are one incident, in which the first speaks for all; and what explains what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.alerts.events import AlertChanged, IncidentOpened
from backend.alerts.firing import subject_of
from backend.alerts.log import write_log
from backend.alerts.models import Alert, Incident
from backend.alerts.states import OPEN_STATES, Ladder, LogEvent
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind, is_worse
from backend.kernel.unit_of_work import UnitOfWork

_HELD = "incidents held"
STILL_THE_SAME = timedelta(minutes=30)
"""What comes later than so long after the last one is another story."""
STORM_WINDOW, STORM_SIZE = timedelta(minutes=2), 4
"""So many of one kind in one grid in so long, and the rest are one incident. Never of what is life safety."""


class Group(StrEnum):
    ALONE = "alone"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Grouping:
    """A reason to be one incident: the key, from how many on, within how long."""

    key: str
    size: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert of `source` is open, `targets` of the same device are explained by it."""

    source: AlarmKind
    targets: frozenset[AlarmKind]


INHIBITIONS = (
    Inhibition(AlarmKind.LOW_BATTERY, frozenset({AlarmKind.DEVICE_SILENT})),
    Inhibition(AlarmKind.DEVICE_SILENT, frozenset({AlarmKind.NOT_WORN, AlarmKind.NO_MOVEMENT})),
    Inhibition(AlarmKind.NOT_WORN, frozenset({AlarmKind.NO_MOVEMENT, AlarmKind.SLEEP_CHANGE})),
)


def groupings_of(alert: Alert) -> Iterator[Grouping]:
    """Why this alert may belong with others, the closest cause first."""
    if alert.hold_reason is not None and alert.hold_reason.startswith("maintenance:"):
        yield Grouping(alert.hold_reason, 2, timedelta(days=30))
    if alert.kind is AlarmKind.DEVICE_SILENT and alert.gateway_key:
        yield Grouping(f"gateway:{alert.gateway_key}", 2, STILL_THE_SAME)
    if alert.subject_kind is SubjectKind.PERSON and alert.subject_id is not None:
        yield Grouping(subject_of(alert), 2, STILL_THE_SAME)
    if alert.severity is not Severity.LIFE_SAFETY:
        yield Grouping(f"storm:{alert.kind.value}:{alert.grid_id or 0}", STORM_SIZE, STORM_WINDOW)


async def explained_by(uow: UnitOfWork, alert: Alert) -> int | None:
    """The open alert of the same device that explains this one; nothing explains away what is critical."""
    if alert.device_id is None or is_worse(alert.severity, Severity.WARNING):
        return None
    sources = [rule.source for rule in INHIBITIONS if alert.kind in rule.targets]
    if not sources:
        return None
    return await uow.session.scalar(
        select(Alert.id)
        .where(Alert.device_id == alert.device_id, Alert.kind.in_(sources), Alert.state.in_(OPEN_STATES))
        .order_by(Alert.id)
        .limit(1)
    )


async def join_incident(uow: UnitOfWork, alert: Alert) -> Group:
    """Let the alert belong to the open incident that fits, or make one of it and those before it."""
    groupings = list(groupings_of(alert))
    open_now = await _open_incidents(uow, alert, groupings)
    for grouping in groupings:
        incident = open_now.get(grouping.key)
        if incident is not None and not await _fits(uow, incident, alert):
            continue
        if incident is None:
            incident = await _open(uow, alert, grouping)
        if incident is not None:
            await _add(uow, incident, alert)
            return Group.MEMBER
    return Group.ALONE


async def lead_next(uow: UnitOfWork, ended: Alert, due_at: datetime) -> None:
    """After the first alert of an incident ended: the oldest open one speaks from now on; without one it is over."""
    incident = await uow.session.get(Incident, ended.incident_id) if ended.incident_id is not None else None
    if incident is None or incident.lead_id != ended.id or incident.closed_at is not None:
        return
    heir = await uow.session.scalar(
        select(Alert)
        .where(Alert.incident_id == incident.id, Alert.state.in_(OPEN_STATES), Alert.id != ended.id)
        .order_by(Alert.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if heir is None:
        incident.closed_at = uow.now
        return
    incident.lead_id = heir.id
    if heir.ladder is Ladder.GROUPED:
        heir.ladder, heir.due_at = Ladder.RUNNING, due_at
    write_log(uow, heir, LogEvent.LEADS, incident=incident.id)


async def members_of(uow: UnitOfWork, alert: Alert) -> list[Alert]:
    """The open alerts for which this one speaks, held, by id."""
    if alert.incident_id is None:
        return []
    found = await uow.session.scalars(
        select(Alert)
        .join(Incident, Incident.id == Alert.incident_id)
        .where(
            Incident.id == alert.incident_id,
            Incident.lead_id == alert.id,
            Alert.id != alert.id,
            Alert.ladder == Ladder.GROUPED,
            Alert.state.in_(OPEN_STATES),
        )
        .order_by(Alert.id)
        .with_for_update(of=Alert)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def _open_incidents(uow: UnitOfWork, alert: Alert, groupings: list[Grouping]) -> dict[str, Incident]:
    """Those of these keys that go on, held; what this unit of work holds already is not asked for again."""
    held: dict[tuple[int, str], Incident] = uow.session.info.setdefault(_HELD, {})
    wanted = [grouping.key for grouping in groupings]
    unknown = [key for key in wanted if not _is_live(held.get((alert.community_id, key)))]
    if unknown:
        rows = await uow.session.scalars(
            select(Incident)
            .where(
                Incident.community_id == alert.community_id,
                Incident.group_key.in_(unknown),
                Incident.closed_at.is_(None),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        held |= {(alert.community_id, incident.group_key): incident for incident in rows}
    found = {}
    for key in wanted:
        incident = held.get((alert.community_id, key))
        if incident is None or not _is_live(incident):
            continue
        if uow.now - incident.last_at > STILL_THE_SAME:
            incident.closed_at = uow.now
        else:
            found[key] = incident
    return found


def _is_live(incident: Incident | None) -> bool:
    return incident is not None and incident.closed_at is None


async def _fits(uow: UnitOfWork, incident: Incident, alert: Alert) -> bool:
    """Whether the alert that speaks is open, as grave, as real, and not held back itself."""
    lead = await uow.session.get(Alert, incident.lead_id) if incident.lead_id is not None else None
    return lead is not None and _may_speak_for(lead, alert)


def _may_speak_for(lead: Alert, alert: Alert) -> bool:
    return (
        lead.state in OPEN_STATES
        and not is_worse(alert.severity, lead.severity)
        and lead.status is alert.status
        and lead.ladder not in (Ladder.HELD, Ladder.MUTED, Ladder.EXHAUSTED)
    )


async def _open(uow: UnitOfWork, alert: Alert, grouping: Grouping) -> Incident | None:
    """Make an incident of those that came before, if they are many enough; its oldest speaks."""
    before = [lead for lead in await uow.session.scalars(_earlier(uow, alert, grouping)) if _may_speak_for(lead, alert)]
    if len(before) + 1 < grouping.size:
        return None
    lead = before[0]
    values = {
        "community_id": alert.community_id,
        "group_key": grouping.key,
        "lead_id": lead.id,
        "count": 1,
        "opened_at": uow.now,
        "last_at": uow.now,
    }
    dialect = sqlite if uow.is_sqlite else postgresql
    insert = dialect.insert(Incident).values(values).on_conflict_do_nothing().returning(Incident)
    incident: Incident | None = await uow.session.scalar(insert)
    if incident is None:
        return None
    if lead.incident_id is None:
        lead.incident_id = incident.id
    uow.record(IncidentOpened(incident_id=incident.id, lead_id=lead.id))
    return incident


def _earlier(uow: UnitOfWork, alert: Alert, grouping: Grouping) -> Select[Alert]:
    since = uow.now - grouping.window
    found = select(Alert).where(
        Alert.community_id == alert.community_id,
        Alert.id != alert.id,
        Alert.first_at > since,
        Alert.state.in_(OPEN_STATES),
        Alert.ladder != Ladder.GROUPED,
    )
    kind, _, rest = grouping.key.partition(":")
    conditions = {
        "maintenance": (Alert.hold_reason == grouping.key,),
        "gateway": (Alert.kind == AlarmKind.DEVICE_SILENT, Alert.gateway_key == rest),
        "storm": (Alert.kind == alert.kind, Alert.grid_id == alert.grid_id),
    }
    of_subject = (Alert.subject_kind == alert.subject_kind, Alert.subject_id == alert.subject_id)
    return found.where(*conditions.get(kind, of_subject)).order_by(Alert.id).limit(grouping.size)


async def _add(uow: UnitOfWork, incident: Incident, alert: Alert) -> None:
    incident.count += 1
    incident.last_at = uow.now
    alert.incident_id, alert.ladder, alert.due_at = incident.id, Ladder.GROUPED, None
    write_log(uow, alert, LogEvent.GROUPED, incident=incident.id)
    if incident.lead_id is not None:
        uow.record(AlertChanged(alert_id=incident.lead_id))
