"""Jobs that keep what is shown and what is recorded in order."""

from __future__ import annotations

import asyncio

from backend.kernel import audit
from backend.notify.cards import refresh_open_cards
from scheduler.turn import Turn, repeat

CARDS_AT_ONCE = 20
SEAL_TRIES, SEAL_PAUSE = 5, 0.05
"""Where many write, a moment at which nobody is about to commit comes soon (seconds)."""


async def refresh_cards(turn: Turn) -> int:
    """Let the time left on the cards of all live tasks move on; a card that shows it already is not sent again."""
    after, batches = 0, 0
    while True:
        async with turn.batch() as uow:
            after = await refresh_open_cards(uow, turn.voice, CARDS_AT_ONCE, after=after)
        batches += 1
        if not after:
            return batches


async def seal_audit_trail(turn: Turn) -> int:
    """Chain what was written into the audit trail since the last time; what is not settled yet waits a minute."""
    sealed = 0
    for _ in range(SEAL_TRIES):
        async with turn.work.look() as uow:
            if not await audit.has_unsealed(uow):
                break
        sealed += await repeat(turn, audit.seal_audit_trail, audit.SEAL_BATCH)
        await asyncio.sleep(SEAL_PAUSE)
    return sealed
