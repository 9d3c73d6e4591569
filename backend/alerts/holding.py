"""Silences and maintenance: which of them holds an alert back, and until when. What is held is recorded too."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from backend.alerts.care_models import Silence
from backend.alerts.firing import subject_of
from backend.alerts.log import write_log
from backend.alerts.models import Alert
from backend.alerts.states import Ladder, LogEvent
from backend.kernel.alarms import Severity
from backend.kernel.unit_of_work import UnitOfWork

ALONE_FOR_LIFE_SAFETY = timedelta(hours=2)
"""So long one person alone may hold back what is life safety; longer needs a second person."""


def held_until(silence: Silence, severity: Severity) -> datetime:
    """The end of a silence for alerts of this severity."""
    if severity is not Severity.LIFE_SAFETY or silence.approved_by_id is not None:
        return silence.ends_at
    return min(silence.ends_at, silence.starts_at + ALONE_FOR_LIFE_SAFETY)


async def check_hold(uow: UnitOfWork, alert: Alert) -> bool:
    """Hold the alert if a silence fits it now: it begins to climb when that ends and it is still open."""
    silences = await uow.session.scalars(
        select(Silence).where(
            Silence.community_id == alert.community_id,
            Silence.starts_at <= uow.now,
            Silence.ends_at > uow.now,
            or_(Silence.kind.is_(None), Silence.kind == alert.kind.value),
            or_(Silence.device_id.is_(None), Silence.device_id == (alert.device_id or 0)),
            or_(Silence.grid_id.is_(None), Silence.grid_id == (alert.grid_id or 0)),
            or_(Silence.subject.is_(None), Silence.subject == subject_of(alert)),
        )
    )
    ends = [(held_until(silence, alert.severity), silence) for silence in silences]
    until, silence = max(ends, key=lambda end: end[0], default=(uow.now, None))
    if silence is None or until <= uow.now:
        return False
    word = "maintenance" if silence.is_maintenance else "silence"
    alert.ladder, alert.due_at, alert.hold_reason = Ladder.HELD, until, f"{word}:{silence.id}"
    write_log(uow, alert, LogEvent.HELD, by=alert.hold_reason, until=until.isoformat())
    return True
