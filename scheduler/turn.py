"""One turn of a job: what it gets, and the unit of work of each of its batches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.kernel.files import FileStore
from backend.kernel.job_runs import SlotClaim, hold_slot
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.notify.words import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`slot` is the moment for which the job runs, which may lie a while back; `claim` its entry in the ledger."""

    work: Work
    voice: Voice
    zone: ZoneInfo
    files: FileStore | None
    slot: datetime
    claim: SlotClaim | None = None

    @property
    def day(self) -> date:
        """The local day of the slot."""
        return self.slot.astimezone(self.zone).date()

    @asynccontextmanager
    async def batch(self, *, urgent: bool = False) -> AsyncIterator[UnitOfWork]:
        """One unit of work; it renews the claim, and raises SlotLost when another runner has taken over."""
        async with self.work.begin(urgent=urgent) as uow:
            if self.claim is not None:
                await hold_slot(uow, self.claim)
            yield uow


Job = Callable[[Turn], Awaitable[int]]
"""Does what is due and returns how much there was of it."""

Step = Callable[[UnitOfWork], Awaitable[int]]


async def repeat(turn: Turn, step: Step, full: int, *, urgent: bool = False) -> int:
    """Call `step` in batches until one is not `full` any more; returns the sum."""
    total = 0
    while True:
        async with turn.batch(urgent=urgent) as uow:
            done = await step(uow)
        total += done
        if done < full:
            return total
