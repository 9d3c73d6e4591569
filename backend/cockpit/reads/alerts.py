"""The alerts of a community as its staff look at them: open ones first, then those that ended lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from backend.alerts.models import Alert
from backend.alerts.names import name_of_hand, relation_of_hand
from backend.alerts.states import OPEN_STATES
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

MOST_ENDED = 50
MOST_OPEN = 200


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One row of the list; `holder` is who has it, `relation` what a contact is to the person."""

    alert: Alert
    grid: str
    holder: str
    relation: str | None


async def open_alerts_in(uow: UnitOfWork, community_id: int, paths: Sequence[str]) -> list[AlertLine]:
    """What needs a human now, the newest first."""
    found = _in_scope(community_id, paths).where(Alert.state.in_(OPEN_STATES))
    return await _lines(uow, found.order_by(Alert.first_at.desc(), Alert.id.desc()).limit(MOST_OPEN))


async def ended_alerts_in(uow: UnitOfWork, community_id: int, paths: Sequence[str]) -> list[AlertLine]:
    """What was settled lately, the newest first."""
    found = _in_scope(community_id, paths).where(Alert.state.not_in(OPEN_STATES))
    return await _lines(uow, found.order_by(Alert.ended_at.desc(), Alert.id.desc()).limit(MOST_ENDED))


async def alert_in(uow: UnitOfWork, community_id: int, paths: Sequence[str], alert_id: int) -> AlertLine:
    """One alert of what the reader may see; raises NotFound."""
    lines = await _lines(uow, _in_scope(community_id, paths).where(Alert.id == alert_id))
    if not lines:
        raise NotFound
    return lines[0]


def _in_scope(community_id: int, paths: Sequence[str]) -> Select[Alert, str]:
    below = or_(
        *(OrgUnit.path.startswith(path, autoescape=True) for path in paths),
        # What lies in no grid belongs to the whole community.
        Alert.grid_id.is_(None),
    )
    return (
        select(Alert, OrgUnit.name)
        .outerjoin(OrgUnit, OrgUnit.id == Alert.grid_id)
        .where(Alert.community_id == community_id, below)
    )


async def _lines(uow: UnitOfWork, query: Select[Alert, str]) -> list[AlertLine]:
    rows = (await uow.session.execute(query)).all()
    return [await _line(uow, alert, grid or "") for alert, grid in rows]


async def _line(uow: UnitOfWork, alert: Alert, grid: str) -> AlertLine:
    who = alert.takers[0] if alert.takers else ""
    relation = await relation_of_hand(uow, who) if who else None
    return AlertLine(alert, grid, await name_of_hand(uow, who) if who else "", relation.value if relation else None)
