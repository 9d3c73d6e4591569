"""Jobs of points: what is held for too long is free again, help that waits, months to settle, books to prove."""

from __future__ import annotations

import asyncio
from functools import partial

from backend.points.help import helping, requests
from backend.points.ledger import expiring, holds, reconciling, sealing
from backend.points.market import coupons
from backend.points.settlement.settling import draw_settlements
from backend.registry.queries import communities
from scheduler.turn import Turn, repeat

BATCH = 50
SEAL_TRIES, SEAL_PAUSE = 5, 0.05
"""Where many pay, a moment at which nobody is about to commit comes soon (seconds)."""


async def free_points(turn: Turn) -> int:
    """Give back the points of codes that nobody confirmed and of holds that are too old."""
    async with turn.work.look() as uow:
        if not (await coupons.has_due_coupon(uow) or await holds.has_due_hold(uow)):
            return 0
    codes = await repeat(turn, lambda uow: coupons.expire_coupons(uow, limit=BATCH), BATCH)
    return codes + await repeat(turn, lambda uow: holds.expire_holds(uow, limit=BATCH), BATCH)


async def look_after_help(turn: Turn) -> int:
    """End requests that nobody took, and ask workers about help that only the helper says is done."""
    ended = await repeat(turn, lambda uow: requests.lapse_help(uow, limit=BATCH), BATCH)
    return ended + await repeat(turn, lambda uow: helping.ask_workers(uow, limit=BATCH), BATCH)


async def seal_points(turn: Turn) -> int:
    """Chain the movements since the last time; what is not settled yet waits a minute."""
    sealed = 0
    for _ in range(SEAL_TRIES):
        async with turn.work.look() as uow:
            if not await sealing.has_unsealed(uow):
                break
        sealed += await repeat(turn, sealing.seal_transfers, sealing.SEAL_BATCH)
        await asyncio.sleep(SEAL_PAUSE)
    return sealed


async def settle_months(turn: Turn) -> int:
    """Draw each shop's statement of the month that is over; the first night that this runs in a month does it."""
    async with turn.work.look() as uow:
        ids = [community.id for community in await communities(uow)]
    drawn = 0
    for community_id in ids:
        async with turn.batch() as uow:
            drawn += await draw_settlements(uow, community_id=community_id)
    return drawn


async def lapse_points(turn: Turn) -> int:
    """Warn of points that lapse soon, and give back those that have."""
    async with turn.work.look() as uow:
        ids = [community.id for community in await communities(uow)]
    done = 0
    for community_id in ids:
        async with turn.batch() as uow:
            done += await expiring.warn_of_lapse(uow, community_id=community_id)
        step = partial(expiring.lapse_points, community_id=community_id, limit=BATCH)
        done += await repeat(turn, step, BATCH)
    return done


async def prove_the_books(turn: Turn) -> int:
    """Compare balances, movements, holds and seals; whoever answers for them hears at once when they differ."""
    async with turn.batch() as uow:
        return 0 if (await reconciling.reconcile(uow)).is_sound else 1
