"""What became of the calls of a step: a bad end of the last hope calls the next rung at once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from backend.alerts.access import alert_by_id
from backend.alerts.climbing import Called, climbs_now
from backend.alerts.events import AlertEscalated
from backend.alerts.firing import climb
from backend.alerts.log import write_log
from backend.alerts.models import Alert, AlertNotification
from backend.alerts.states import BAD_OUTCOMES, AlertState, Ladder, LogEvent, Outcome, TargetKind
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName
from backend.messaging.receipt_models import ReceiptStatus

OF_RECEIPT: Mapping[ReceiptStatus, Outcome] = {
    ReceiptStatus.DELIVERED: Outcome.DELIVERED,
    ReceiptStatus.ANSWERED: Outcome.ANSWERED,
    # Somebody answered and hung up without a key: no acknowledgement, and the ladder's time runs on.
    ReceiptStatus.ENDED: Outcome.ANSWERED,
    ReceiptStatus.BUSY: Outcome.BUSY,
    ReceiptStatus.NO_ANSWER: Outcome.NO_ANSWER,
    ReceiptStatus.VOICEMAIL: Outcome.VOICEMAIL,
    ReceiptStatus.REFUSED: Outcome.REFUSED,
    ReceiptStatus.CANCELLED: Outcome.FAILED,
    ReceiptStatus.UNDELIVERED: Outcome.UNDELIVERED,
    ReceiptStatus.FAILED: Outcome.FAILED,
}
"""Receipts that say nothing yet (accepted, ringing, sent) are not in the table."""

RUNGS = frozenset({TargetKind.CONTACT, TargetKind.NEIGHBOURS, TargetKind.DUTY_WORKER, TargetKind.COMMUNITY_STAFF})
"""People; a chat that cannot be reached is no reason to hurry past the people."""


async def note_outcome(uow: UnitOfWork, *, key: str, outcome: Outcome) -> None:
    """Keep what became of a notification, by its message's dedup key; a bad one may call the next rung at once.

    A key that is no alert's, the same outcome again, and news of an older step change nothing more.
    """
    found = await uow.session.scalar(select(AlertNotification.alert_id).where(AlertNotification.key == key))
    if found is None:
        return
    alert = await alert_by_id(uow, found, lock=True)
    notification = (
        await uow.session.scalars(
            select(AlertNotification).where(AlertNotification.key == key).execution_options(populate_existing=True)
        )
    ).one()
    if notification.outcome is outcome:
        return
    notification.outcome, notification.outcome_at = outcome, uow.now
    write_log(
        uow,
        alert,
        LogEvent.OUTCOME,
        account_id=notification.account_id,
        contact_id=notification.contact_id,
        outcome=outcome.value,
        channel=notification.channel,
    )
    if outcome in BAD_OUTCOMES and await _is_last_hope(uow, alert, notification):
        write_log(uow, alert, LogEvent.CLIMBED, reason=outcome.value)
        uow.record(AlertEscalated(alert_id=alert.id, reason=outcome.value))
        await climb(uow, alert)


async def _is_last_hope(uow: UnitOfWork, alert: Alert, failed: AlertNotification) -> bool:
    is_current = failed.fired == alert.fired and failed.target in RUNGS
    if alert.state is not AlertState.TRIGGERED or alert.ladder is not Ladder.RUNNING or not is_current:
        return False
    await uow.session.flush()
    calls = await uow.session.scalars(
        select(AlertNotification).where(AlertNotification.alert_id == alert.id, AlertNotification.fired == alert.fired)
    )
    seen = [Called(ChannelName(call.channel), call.outcome) for call in calls if call.target in RUNGS]
    return climbs_now(seen, ChannelName(failed.channel))
