"""Silences and maintenance: which of them holds an alert back, and until when. What is held is recorded too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from backend.alerts.care_models import Silence
from backend.alerts.firing import subject_of
from backend.alerts.log import write_log
from backend.alerts.models import Alert
from backend.alerts.states import Ladder, LogEvent
from backend.kernel.alarms import Severity
from backend.kernel.unit_of_work import UnitOfWork

_READ = "silences read"
ALONE_FOR_LIFE_SAFETY = timedelta(hours=2)
"""So long one person alone may hold back what is life safety; longer needs a second person."""


def held_until(silence: Silence, severity: Severity) -> datetime:
    """The end of a silence for alerts of this severity."""
    if severity is not Severity.LIFE_SAFETY or silence.approved_by_id is not None:
        return silence.ends_at
    return min(silence.ends_at, silence.starts_at + ALONE_FOR_LIFE_SAFETY)


async def check_hold(uow: UnitOfWork, alert: Alert) -> bool:
    """Hold the alert if a silence fits it now: it begins to climb when that ends and it is still open."""
    fitting = [silence for silence in await _silences_now(uow, alert.community_id) if _fits(silence, alert)]
    ends = [(held_until(silence, alert.severity), silence) for silence in fitting]
    until, silence = max(ends, key=lambda end: end[0], default=(uow.now, None))
    if silence is None or until <= uow.now:
        return False
    word = "maintenance" if silence.is_maintenance else "silence"
    alert.ladder, alert.due_at, alert.hold_reason = Ladder.HELD, until, f"{word}:{silence.id}"
    write_log(uow, alert, LogEvent.HELD, by=alert.hold_reason, until=until.isoformat())
    return True


def _fits(silence: Silence, alert: Alert) -> bool:
    """Every matcher that is set must fit."""
    return (
        silence.kind in (None, alert.kind.value)
        and silence.device_id in (None, alert.device_id)
        and silence.grid_id in (None, alert.grid_id)
        and silence.subject in (None, subject_of(alert))
    )


def forget_silences_read(uow: UnitOfWork) -> None:
    """They change in this unit of work."""
    uow.session.info.pop(_READ, None)


async def _silences_now(uow: UnitOfWork, community_id: int) -> Sequence[Silence]:
    """What holds in this community at this moment: read once for a whole batch of alarms."""
    read: dict[int, Sequence[Silence]] = uow.session.info.setdefault(_READ, {})
    if community_id not in read:
        found = await uow.session.scalars(
            select(Silence).where(
                Silence.community_id == community_id, Silence.starts_at <= uow.now, Silence.ends_at > uow.now
            )
        )
        read[community_id] = found.all()
    return read[community_id]
