"""When each source last pushed and what of it was refused: counted in memory, written together now and then.

A row per push would cost the door a second write. A process that is killed forgets its last seconds: only counts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import update

from backend.ingest.models import IngestSource
from backend.kernel.database import DatabaseAway
from backend.kernel.unit_of_work import UnitOfWork, Work

WRITE_SECONDS = 10.0
LONGEST_REASON = 32

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Count:
    pushes: int = 0
    pushed_at: datetime | None = None
    refusals: int = 0
    refused_at: datetime | None = None
    reason: str = ""


class SourceUsage:
    """One per process. Only sources that showed a right key are noted, so that strangers fill nothing."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._counts: dict[int, _Count] = {}
        self._something = asyncio.Event()

    def note_push(self, source_id: int) -> None:
        """Something of this source was taken."""
        count = self._count(source_id)
        count.pushes += 1
        count.pushed_at = self._work.clock.now()

    def note_refusal(self, source_id: int, reason: str) -> None:
        """Something of this source was refused, for this reason."""
        count = self._count(source_id)
        count.refusals += 1
        count.refused_at, count.reason = self._work.clock.now(), reason[:LONGEST_REASON]

    async def run(self) -> None:
        """Write what has gathered, every few seconds in which there was anything, for ever."""
        while True:
            await self._something.wait()
            await asyncio.sleep(WRITE_SECONDS)
            await self.write()

    async def write(self) -> None:
        """Write what has gathered; while the database is away it is kept for the next time."""
        counts, self._counts = self._counts, {}
        self._something.clear()
        if not counts:
            return
        try:
            async with self._work.begin() as uow:
                for source_id, count in sorted(counts.items()):
                    await _add(uow, source_id, count)
        except DatabaseAway:
            log.warning("ingest.usage_waits", sources=len(counts))
            self._take_back(counts)

    def _take_back(self, counts: dict[int, _Count]) -> None:
        for source_id, old in counts.items():
            new = self._count(source_id)
            new.pushes += old.pushes
            new.refusals += old.refusals
            new.pushed_at = new.pushed_at or old.pushed_at
            if new.refused_at is None:
                new.refused_at, new.reason = old.refused_at, old.reason

    def _count(self, source_id: int) -> _Count:
        self._something.set()
        return self._counts.setdefault(source_id, _Count())


async def _add(uow: UnitOfWork, source_id: int, count: _Count) -> None:
    values: dict[str, object] = {
        "pushes": IngestSource.pushes + count.pushes,
        "refusals": IngestSource.refusals + count.refusals,
    }
    if count.pushed_at is not None:
        values["last_push_at"] = count.pushed_at
    if count.refused_at is not None:
        values |= {"last_refused_at": count.refused_at, "last_refusal": count.reason}
    await uow.session.execute(update(IngestSource).where(IngestSource.id == source_id).values(values))
