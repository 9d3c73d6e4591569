"""The tie between an alert and the issue that it opened on the one list; which kinds open one is data."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from backend.alerts.access import may_handle
from backend.alerts.acknowledging import acknowledge
from backend.alerts.log import write_log
from backend.alerts.models import Alert
from backend.alerts.states import OPEN_STATES, AckKind, LogEvent, Via
from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.alarms import AlarmKind, AlarmStatus
from backend.kernel.unit_of_work import UnitOfWork

CATEGORIES: Mapping[AlarmKind, tuple[str, ...]] = {
    AlarmKind.SMOKE: ("fire.smoke",),
    AlarmKind.GAS: ("utility.gas",),
    AlarmKind.WATER_LEVEL: ("sewage.septic", "sewage.drain"),
    AlarmKind.TILT: ("public.manhole",),
    AlarmKind.LEAK: ("utility.water",),
    AlarmKind.CAMERA_EVENT: ("security.crime", "other.anything"),
    AlarmKind.DOOR_OPEN: ("security.door",),
}
"""Which alarms are hazards on the one list (M4), and the keys of their categories, the best fitting first."""


async def alert_to_report(uow: UnitOfWork, alert_id: int) -> Alert | None:
    """The alert, if it is one that opens an issue and has none yet. Exercises and tests open none."""
    alert = await uow.session.get_one(Alert, alert_id)
    wants_one = alert.kind in CATEGORIES and alert.status is AlarmStatus.ACTUAL
    return alert if wants_one and alert.issue_id is None else None


async def former_issue(uow: UnitOfWork, alert: Alert) -> int | None:
    """The issue that the last alert of the same condition opened."""
    return await uow.session.scalar(
        select(Alert.issue_id)
        .where(
            Alert.community_id == alert.community_id,
            Alert.dedup_key == alert.dedup_key,
            Alert.id < alert.id,
            Alert.issue_id.is_not(None),
        )
        .order_by(Alert.id.desc())
        .limit(1)
    )


def link_issue(uow: UnitOfWork, alert: Alert, issue_id: int) -> None:
    """Remember which issue the alert opened."""
    alert.issue_id = issue_id
    write_log(uow, alert, LogEvent.ISSUE_OPENED, issue=issue_id)


async def say_for_issue(
    uow: UnitOfWork, *, issue_id: int, kind: AckKind, actor: Actor = CLOCK_ACTOR, evidence: str
) -> None:
    """What is done to the issue is said to its open alerts too: who has the task has the alarm, solved is solved."""
    found = await uow.session.scalars(
        select(Alert).where(Alert.issue_id == issue_id, Alert.state.in_(OPEN_STATES)).order_by(Alert.id)
    )
    # Who may take the task may be no hand of the alarm: then it goes on calling.
    ids = [alert.id for alert in found.all() if await may_handle(uow, actor, alert)]
    via = Via.CHAT if actor.account_id is not None else Via.CLOCK
    for alert_id in ids:
        await acknowledge(uow, actor=actor, alert_id=alert_id, kind=kind, via=via, evidence=evidence)
