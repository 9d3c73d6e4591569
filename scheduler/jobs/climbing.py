"""Jobs that look for limits: what is late climbs, what was put off goes on, what nobody judged is closed."""

from __future__ import annotations

import structlog

from backend.issues.demands import requests, supervision
from backend.issues.reports import reporter
from backend.issues.timing import overdue
from scheduler.turn import Turn, repeat

log = structlog.get_logger(__name__)

BATCH = 50
"""Issues of one transaction: small, so that people who press buttons meanwhile hardly wait."""


async def look_at_clocks(turn: Turn) -> int:
    """Warn of limits that are near, and let what is late climb, whether anybody has it or not."""
    async with turn.work.look() as uow:
        if not await overdue.has_due_clock(uow):
            return 0
    try:
        return await repeat(turn, lambda uow: overdue.look_at_clocks(uow, limit=BATCH), BATCH)
    except Exception as error:
        log.error("clock.batch_failed", exc_info=error)
        return await _look_one_by_one(turn)


async def _look_one_by_one(turn: Turn) -> int:
    """Each clock in a unit of work of its own; one that fails is set aside for a while and does not block the rest."""
    async with turn.work.look() as uow:
        due = await overdue.due_clocks(uow)
    for clock_id in due:
        try:
            async with turn.batch() as uow:
                await overdue.look_at_clock(uow, clock_id)
        except Exception as error:
            log.error("clock.set_aside", clock=clock_id, exc_info=error)
            async with turn.batch() as uow:
                await overdue.set_clock_aside(uow, clock_id)
    return len(due)


async def resume_suspended(turn: Turn) -> int:
    """Take up again what was put off until now."""
    return await repeat(turn, lambda uow: requests.resume_due_suspensions(uow, limit=BATCH), BATCH)


async def tell_unanswered_orders(turn: Turn) -> int:
    """Tell whoever gave an order to hurry that nobody replied in time."""
    return await repeat(turn, lambda uow: supervision.tell_overdue_supervisions(uow, limit=BATCH), BATCH)


async def close_unrated(turn: Turn) -> int:
    """Close what was resolved 72 hours ago and nobody judged."""
    return await repeat(turn, lambda uow: reporter.close_unrated(uow, limit=BATCH), BATCH)
