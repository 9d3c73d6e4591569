"""Jobs of the alarms: steps of escalations, check-ins and drills whose time has come."""

from __future__ import annotations

import structlog

from backend.alerts import due
from scheduler.turn import Turn, repeat

log = structlog.get_logger(__name__)

BATCH = 20
"""Alerts of one transaction: an acknowledgement that comes meanwhile hardly waits."""


async def climb_alerts(turn: Turn) -> int:
    """Take the steps of all escalations whose time has come, and say that the clock lives."""
    async with turn.work.look() as uow:
        has_due, needs_pulse = await due.has_due(uow), await due.needs_pulse(uow)
    if needs_pulse:
        async with turn.batch() as uow:
            await due.beat(uow)
    if not has_due:
        return 0
    try:
        return await repeat(turn, lambda uow: due.advance_due(uow, limit=BATCH), BATCH)
    except Exception as error:
        log.error("alerts.batch_failed", exc_info=error)
        return await _climb_one_by_one(turn)


async def _climb_one_by_one(turn: Turn) -> int:
    """Each alert in a unit of work of its own; one that fails is set aside for a moment and does not block others."""
    async with turn.work.look() as uow:
        ids = await due.due_alerts(uow)
    for alert_id in ids:
        try:
            async with turn.batch() as uow:
                await due.advance_one(uow, alert_id)
        except Exception as error:
            log.error("alerts.set_aside", alert=alert_id, exc_info=error)
            async with turn.batch() as uow:
                await due.set_aside(uow, alert_id)
    return len(ids)
