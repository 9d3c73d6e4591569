"""Jobs of the alarms: steps of escalations, check-ins and drills whose time has come."""

from __future__ import annotations

import structlog

from backend.alerts import check_ins, drills, due, live_places
from backend.kernel.faults import fault_point
from scheduler.turn import Turn, repeat

log = structlog.get_logger(__name__)

BATCH = 10
"""Alerts of one transaction: an alarm or an acknowledgement that comes meanwhile hardly waits."""


async def climb_alerts(turn: Turn) -> int:
    """Take the steps of all escalations whose time has come, and say that the clock lives."""
    async with turn.work.look() as uow:
        has_due, needs_pulse = await due.has_due(uow), await due.needs_pulse(uow)
    if needs_pulse:
        async with turn.batch() as uow:
            await due.beat(uow)
    if not has_due:
        return 0
    fault_point("steps_due")
    try:
        taken = await repeat(turn, lambda uow: due.advance_due(uow, limit=BATCH), BATCH, urgent=True)
    except Exception as error:
        log.error("alerts.batch_failed", exc_info=error)
        return await _climb_one_by_one(turn)
    fault_point("steps_taken")
    return taken


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


async def ask_check_ins(turn: Turn) -> int:
    """Ask elders whether all is well, and follow up those who did not answer."""
    async with turn.work.look() as uow:
        if not await check_ins.has_due_check_in(uow):
            return 0
    asked = await repeat(turn, lambda uow: check_ins.ask_due(uow, limit=BATCH), BATCH)
    return asked + await repeat(turn, lambda uow: check_ins.follow_up(uow, limit=BATCH), BATCH)


async def end_live_places(turn: Turn) -> int:
    """End what relatives asked for and nobody answered, and what was shared for long enough."""
    async with turn.work.look() as uow:
        if not await live_places.has_ended_places(uow):
            return 0
    return await repeat(turn, lambda uow: live_places.end_places(uow, limit=BATCH), BATCH)


async def drill_contacts(turn: Turn) -> int:
    """Let the contacts whose day it is prove that they can be reached."""
    return await repeat(turn, lambda uow: drills.drill_due(uow, turn.day, limit=BATCH), BATCH)


async def report_unreachable(turn: Turn) -> int:
    """Tell staff of contacts whom the drill did not reach."""
    return await repeat(turn, lambda uow: drills.report_unreachable(uow, limit=BATCH), BATCH)
