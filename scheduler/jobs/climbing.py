"""Jobs that look for limits: what is late climbs, what was put off goes on, what nobody judged is closed."""

from __future__ import annotations

from backend.issues import overdue, reporter, requests, supervision
from scheduler.turn import Turn, repeat

BATCH = 50
"""Issues of one transaction: small, so that people who press buttons meanwhile hardly wait."""


async def look_at_clocks(turn: Turn) -> int:
    """Warn of limits that are near, and let what is late climb, whether anybody has it or not."""
    async with turn.work.look() as uow:
        if not await overdue.has_due_clock(uow):
            return 0
    return await repeat(turn, lambda uow: overdue.look_at_clocks(uow, limit=BATCH), BATCH)


async def resume_suspended(turn: Turn) -> int:
    """Take up again what was put off until now."""
    return await repeat(turn, lambda uow: requests.resume_due_suspensions(uow, limit=BATCH), BATCH)


async def tell_unanswered_orders(turn: Turn) -> int:
    """Tell whoever gave an order to hurry that nobody replied in time."""
    return await repeat(turn, lambda uow: supervision.tell_overdue_supervisions(uow, limit=BATCH), BATCH)


async def close_unrated(turn: Turn) -> int:
    """Close what was resolved 72 hours ago and nobody judged."""
    return await repeat(turn, lambda uow: reporter.close_unrated(uow, limit=BATCH), BATCH)
