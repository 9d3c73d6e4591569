"""Runs the schedule: APScheduler ticks every second or quicker, the injected clock says which slots have come."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from time import monotonic
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from backend.kernel.faults import fault_point
from backend.kernel.files import FileStore
from backend.kernel.job_runs import SlotClaim, SlotLost, claim_slot, finish_slot, is_finished
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import Work
from backend.notify.words import Voice
from scheduler.leader import lead
from scheduler.schedule import SCHEDULE, Row
from scheduler.slots import Every
from scheduler.turn import Turn

TICK_SECONDS = 1
PAUSES = (1, 5, 15, 60, 300)
"""Seconds after the first, second, ... failure of a job in a row; the others go on meanwhile."""
GRACE = 5.0
"""Seconds that running jobs get when the process ends or another one leads."""

log = structlog.get_logger(__name__)

# A job that takes longer than a tick is skipped until it is done: that is meant, and not worth a line each second.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


class ClockRunner:
    """One per process that plays the clock. `run` leads when it may; `run_due` does once what is due now."""

    def __init__(
        self,
        work: Work,
        texts: Texts,
        settings: Settings,
        *,
        files: FileStore | None = None,
        schedule: Sequence[Row] = SCHEDULE,
    ) -> None:
        self._work = work
        self._voice = Voice(texts, settings.video_base_url)
        self._zone = ZoneInfo(settings.time_zone)
        self._files = files
        self._schedule = schedule
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._done: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._running: set[asyncio.Task[object]] = set()

    async def run(self) -> None:
        """Lead whenever no other process does, for ever."""
        await lead(self._work.database, self.ticking)

    @asynccontextmanager
    async def ticking(self) -> AsyncIterator[None]:
        """Look at every row of the schedule each second while the block lasts; running jobs may end after it."""
        ticker = AsyncIOScheduler(timezone=self._zone)
        for row in self._schedule:
            ticker.add_job(
                self._tick,
                _ticks_of(row, self._zone),
                args=(row,),
                id=row.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        ticker.start()
        try:
            yield
        finally:
            ticker.pause()
            if self._running:
                await asyncio.wait(self._running, timeout=GRACE)
            ticker.shutdown(wait=False)

    async def run_due(self, now: datetime) -> int:
        """Do now what is due at `now`, row after row, and let failures be heard; returns how much there was to do."""
        return sum([await self._run_row(row, now) for row in self._schedule])

    async def run_job(self, name: str) -> int:
        """Run one job at once, whatever its slot, for operators. Raises KeyError for an unknown name."""
        row = {row.name: row for row in self._schedule}[name]
        return await row.job(self._turn(self._work.clock.now(), None))

    async def _tick(self, row: Row) -> None:
        if monotonic() < self._not_before.get(row.name, 0):
            return
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await self._run_row(row, self._work.clock.now())
            self._failures.pop(row.name, None)
        except SlotLost:
            log.warning("clock.slot_lost", job=row.name)
        except ConnectionError as error:
            log.warning("clock.waits", job=row.name, error=type(error).__name__)
            self._not_before[row.name] = monotonic() + PAUSES[0]
        except Exception as error:  # noqa: BLE001 - one job that fails must not keep the others from running
            self._note_failure(row, error)
        finally:
            self._running.discard(task)

    async def _run_row(self, row: Row, now: datetime) -> int:
        slot = row.when.slot(now, self._zone)
        if slot is None or self._done.get(row.name) == slot:
            return 0
        if row.when.keeps_ledger:
            return await self._run_once(row, slot)
        done = await row.job(self._turn(slot, None))
        self._done[row.name] = slot
        return done

    async def _run_once(self, row: Row, slot: datetime) -> int:
        """Run the job if nobody has run it for this slot; a run that died is begun again by the next one to look."""
        claim = SlotClaim(row.name, slot, self._name)
        async with self._work.look() as uow:
            if await is_finished(uow, row.name, slot):
                self._done[row.name] = slot
                return 0
        async with self._work.begin() as uow:
            if not await claim_slot(uow, claim):
                return 0
        fault_point("job_claimed")
        done = await row.job(self._turn(slot, claim))
        fault_point("job_done")
        async with self._work.begin() as uow:
            await finish_slot(uow, claim)
        self._done[row.name] = slot
        log.info("clock.job_done", job=row.name, slot=slot.isoformat(), count=done)
        return done

    def _turn(self, slot: datetime, claim: SlotClaim | None) -> Turn:
        return Turn(work=self._work, voice=self._voice, zone=self._zone, files=self._files, slot=slot, claim=claim)

    def _note_failure(self, row: Row, error: Exception) -> None:
        failures = self._failures.get(row.name, 0)
        pause = PAUSES[min(failures, len(PAUSES) - 1)]
        self._failures[row.name] = failures + 1
        self._not_before[row.name] = monotonic() + pause
        log.error("clock.job_failed", job=row.name, again_in=pause, exc_info=error)


def _ticks_of(row: Row, zone: ZoneInfo) -> IntervalTrigger:
    """Each second, or as often as the job's slots come."""
    period = row.when.period.total_seconds() if isinstance(row.when, Every) else TICK_SECONDS
    return IntervalTrigger(seconds=min(period, TICK_SECONDS), timezone=zone)
