"""Alerts as people look at them: the open ones of their area, one with its timeline to the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from backend.alerts.access import alert_by_id, hand_of
from backend.alerts.models import Alert, AlertLogEntry
from backend.alerts.names import name_of_hand
from backend.alerts.states import OPEN_STATES, LogEvent
from backend.kernel.access import FIELD, OFFICE, PERMISSIONS, WORKERS, Actor, Permission
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

MOST_LISTED = 20
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One moment of an alert; `name` is of the human who did it, for those who may look."""

    at: datetime
    event: LogEvent
    via: str
    name: str
    facts: dict[str, Any]


async def open_alerts(uow: UnitOfWork, *, actor: Actor, limit: int = MOST_LISTED) -> Sequence[Alert]:
    """The open alerts where the actor serves, the gravest and newest first. Raises AccessDenied for nobody's staff."""
    if not actor.has_role(*FIELD, *OFFICE):
        raise AccessDenied
    found = (
        select(Alert)
        .outerjoin(OrgUnit, OrgUnit.id == Alert.grid_id)
        .where(Alert.state.in_(OPEN_STATES), await _in_reach(uow, actor))
        .order_by(Alert.first_at.desc(), Alert.id.desc())
        .limit(limit)
    )
    return (await uow.session.scalars(found)).all()


async def alert_for(uow: UnitOfWork, *, actor: Actor, alert_id: int) -> Alert:
    """One alert for who serves there or is a contact of its person; raises NotFound or AccessDenied."""
    alert = await alert_by_id(uow, alert_id)
    await hand_of(uow, actor, alert)
    return alert


async def timeline_of(uow: UnitOfWork, *, actor: Actor, alert_id: int) -> list[TimelineLine]:
    """Everything that happened to an alert, oldest first; raises NotFound or AccessDenied."""
    await alert_for(uow, actor=actor, alert_id=alert_id)
    return await timeline_lines(uow, alert_id)


async def timeline_lines(uow: UnitOfWork, alert_id: int) -> list[TimelineLine]:
    """The timeline, for callers that have checked who looks."""
    rows = await uow.session.scalars(_lines(alert_id))
    return [TimelineLine(row.at, row.event, row.via, await _name(uow, row), dict(row.facts)) for row in rows.all()]


def _lines(alert_id: int) -> Select[AlertLogEntry]:
    return select(AlertLogEntry).where(AlertLogEntry.alert_id == alert_id).order_by(AlertLogEntry.id).limit(MOST_LINES)


async def _name(uow: UnitOfWork, row: AlertLogEntry) -> str:
    if row.contact_id is not None:
        return await name_of_hand(uow, f"contact:{row.contact_id}")
    return await name_of_hand(uow, f"account:{row.account_id}") if row.account_id is not None else ""


async def _in_reach(uow: UnitOfWork, actor: Actor) -> ColumnElement[bool]:
    """At or below the units where the actor may read; what lies in no grid is for all workers of the community."""
    paths = actor.paths_of(PERMISSIONS[Permission.READ_ALERT])
    below = or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths))
    communities = await uow.session.scalars(select(OrgUnit.id).where(below))
    whole = Alert.grid_id.is_(None) & Alert.community_id.in_(list(communities))
    above = {int(part) for path in actor.paths_of(WORKERS) for part in path.split("/") if part}
    own = Alert.grid_id.is_(None) & Alert.community_id.in_(sorted(above))
    return or_(below, whole, own)
