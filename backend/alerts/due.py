"""What the clock does with alerts: steps whose time has come, holds that end, and the audit that nothing is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, select, update

from backend.alerts.acknowledging import lapse
from backend.alerts.events import AlertEscalated
from backend.alerts.firing import climb
from backend.alerts.holding import check_hold
from backend.alerts.incidents import Group, join_incident
from backend.alerts.log import write_log
from backend.alerts.models import Alert, ClockPulse
from backend.alerts.states import OPEN_STATES, Ladder, LogEvent
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.rows import insert_new

BATCH = 50
ASIDE = timedelta(seconds=5)
PULSE_EVERY = timedelta(seconds=4)
CLOCK_PULSE = "clock"
LATE_AFTER = timedelta(seconds=10)
"""What is due for longer than this is a fault of ours (promise P15)."""


async def has_due(uow: UnitOfWork) -> bool:
    """Whether any escalation's moment has come: asked before the write lock is taken."""
    found: bool | None = await uow.session.scalar(select(exists().where(*_is_due(uow))))
    return bool(found)


async def advance_due(uow: UnitOfWork, limit: int = BATCH) -> int:
    """Take the steps whose time has come, the longest waiting first; returns how many, `limit` if more wait.

    The step, its notifications, the outbox rows and the timeline are one transaction. Several processes at once take
    different alerts; an alert that somebody acknowledges at this moment is left to them.
    """
    alerts = await uow.session.scalars(
        select(Alert)
        .where(*_is_due(uow))
        .order_by(Alert.due_at, Alert.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    advanced = 0
    for alert in alerts.all():
        await _advance(uow, alert)
        advanced += 1
    return advanced


async def due_alerts(uow: UnitOfWork, limit: int = BATCH) -> list[int]:
    """The alerts whose time has come, the longest waiting first."""
    query = select(Alert.id).where(*_is_due(uow)).order_by(Alert.due_at, Alert.id).limit(limit)
    return list(await uow.session.scalars(query))


async def advance_one(uow: UnitOfWork, alert_id: int) -> None:
    """Take the step of one alert, if its time has still come."""
    alert = await uow.session.scalar(
        select(Alert).where(Alert.id == alert_id, *_is_due(uow)).with_for_update(key_share=True)
    )
    if alert is not None:
        await _advance(uow, alert)


async def set_aside(uow: UnitOfWork, alert_id: int) -> None:
    """Look at this alert again only in a moment: taking its step fails, and others wait behind it."""
    alert = await uow.session.get_one(Alert, alert_id)
    alert.due_at = uow.now + ASIDE


def _is_due(uow: UnitOfWork) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Alert.due_at <= uow.now, Alert.state.in_(OPEN_STATES)


async def _advance(uow: UnitOfWork, alert: Alert) -> None:
    if alert.ladder is Ladder.HELD:
        await _release(uow, alert)
    elif alert.ladder is Ladder.WAITING:
        await lapse(uow, alert)
    elif alert.ladder is Ladder.RUNNING:
        if alert.fired:
            write_log(uow, alert, LogEvent.CLIMBED, reason="time")
            uow.record(AlertEscalated(alert_id=alert.id, reason="time"))
        await climb(uow, alert)
    else:
        alert.due_at = None


async def _release(uow: UnitOfWork, alert: Alert) -> None:
    """A hold has ended: another one may hold it, those of one maintenance are told as one, else it begins to climb."""
    if await check_hold(uow, alert):
        return
    alert.ladder, alert.due_at = Ladder.RUNNING, None
    write_log(uow, alert, LogEvent.RELEASED, was=alert.hold_reason)
    if await join_incident(uow, alert) is not Group.MEMBER:
        await climb(uow, alert)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an auditor finds: how many steps are late, how late the worst is, how long ago the clock last looked."""

    late: int
    oldest: timedelta
    pulse: timedelta | None

    @property
    def is_clean(self) -> bool:
        return self.late == 0 and self.pulse is not None and self.pulse <= LATE_AFTER


async def needs_pulse(uow: UnitOfWork) -> bool:
    """Whether the clock should say again that it lives: asked before the write lock is taken."""
    beat = await uow.session.get(ClockPulse, CLOCK_PULSE)
    return beat is None or not timedelta(0) <= uow.now - beat.beat_at < PULSE_EVERY


async def beat(uow: UnitOfWork) -> None:
    """Say that the clock looks at what is due."""
    await insert_new(uow, ClockPulse, [{"name": CLOCK_PULSE, "beat_at": uow.now}])
    await uow.session.execute(
        update(ClockPulse)
        .where(ClockPulse.name == CLOCK_PULSE)
        .values(beat_at=uow.now)
        .execution_options(synchronize_session=False)
    )


async def audit_overdue(uow: UnitOfWork) -> Audit:
    """Look whether any escalation is late, or stands open with nothing that would ever move it."""
    oldest = await uow.session.scalar(select(func.min(Alert.due_at)).where(*_is_due(uow)))
    late = select(func.count()).where(Alert.due_at <= uow.now - LATE_AFTER, Alert.state.in_(OPEN_STATES))
    stuck = select(func.count()).where(
        Alert.state.in_(OPEN_STATES),
        Alert.due_at.is_(None),
        Alert.ladder.in_((Ladder.RUNNING, Ladder.HELD, Ladder.WAITING)),
    )
    count = (await uow.session.scalar(late) or 0) + (await uow.session.scalar(stuck) or 0)
    pulse = await uow.session.get(ClockPulse, CLOCK_PULSE)
    return Audit(
        count,
        uow.now - oldest if oldest is not None else timedelta(0),
        uow.now - pulse.beat_at if pulse is not None else None,
    )
