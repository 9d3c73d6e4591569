"""How an alert ends: by a human's word, by the device, or because the issue that it opened was solved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from backend.alerts.access import Hand
from backend.alerts.events import AlertChanged, AlertEnded
from backend.alerts.incidents import INHIBITIONS, lead_next
from backend.alerts.log import write_log
from backend.alerts.models import Alert, AlertNotification
from backend.alerts.planning import ONE_NOTICE_IN
from backend.alerts.states import OPEN_STATES, AlertState, Ladder, LogEvent, Outcome
from backend.alerts.verdicts import count_false_alarm
from backend.kernel.alarms import Severity
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.withdrawing import withdraw


async def end_alert(
    uow: UnitOfWork, alert: Alert, state: AlertState, *, by: Hand | None = None, by_device: bool = False
) -> None:
    """Close the alert for good: nothing more goes out, its key is free, others that it spoke for speak themselves."""
    alert.state, alert.ladder, alert.due_at, alert.ended_at = state, Ladder.STOPPED, None, uow.now
    write_log(uow, alert, LogEvent.ENDED, state=state.value, by_device=by_device)
    await uow.session.flush()
    await withdraw_calls(uow, alert)
    if state is AlertState.FALSE_ALARM:
        await count_false_alarm(uow, alert)
    await lead_next(uow, alert, uow.now + ONE_NOTICE_IN)
    await _unmute(uow, alert)
    uow.record(
        AlertEnded(
            alert_id=alert.id,
            state=state,
            by_device=by_device,
            by_account_id=by.account_id if by is not None else None,
            by_contact_id=by.contact_id if by is not None else None,
        )
    )


async def clear_alert(uow: UnitOfWork, *, device_id: int, dedup_key: str, at: datetime) -> Alert | None:
    """The device says that it is over. Twice, or without an open alert, changes nothing.

    That ends what is not life safety. For life safety a human has to have been there: until then it goes on calling,
    since a burnt smoke alarm is quiet too.
    """
    alert: Alert | None = await uow.session.scalar(
        select(Alert)
        .where(Alert.device_id == device_id, Alert.dedup_key == dedup_key, Alert.state.in_(OPEN_STATES))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if alert is None or alert.cleared_at is not None:
        return alert
    alert.cleared_at = at
    write_log(uow, alert, LogEvent.CLEARED)
    if alert.severity is not Severity.LIFE_SAFETY or alert.is_reached:
        await end_alert(uow, alert, AlertState.RESOLVED, by_device=True)
    else:
        uow.record(AlertChanged(alert_id=alert.id))
    return alert


async def withdraw_calls(uow: UnitOfWork, alert: Alert) -> None:
    """Take back every call and message of this alert that has not left; what did leave keeps its own end."""
    keys = await withdraw(uow, family=f"alert:{alert.id}")
    if keys:
        await uow.session.execute(
            update(AlertNotification)
            .where(AlertNotification.key.in_(keys), AlertNotification.outcome.is_(None))
            .values(outcome=Outcome.WITHDRAWN, outcome_at=uow.now)
            .execution_options(synchronize_session=False)
        )


async def _unmute(uow: UnitOfWork, ended: Alert) -> None:
    """What this alert explained has to speak for itself, if it is still open."""
    targets = {kind for rule in INHIBITIONS if rule.source is ended.kind for kind in rule.targets}
    if not targets or ended.device_id is None:
        return
    await uow.session.execute(
        update(Alert)
        .where(Alert.device_id == ended.device_id, Alert.kind.in_(targets), Alert.ladder == Ladder.MUTED)
        .values(ladder=Ladder.HELD, due_at=uow.now + ONE_NOTICE_IN)
        .execution_options(synchronize_session=False)
    )
