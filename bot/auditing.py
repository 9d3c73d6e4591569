"""The auditor: looks every 15 seconds whether any alarm is late, and tells the outside world only when none is."""

from __future__ import annotations

import asyncio

import httpx
import structlog

from backend.alerts.due import Audit, audit_overdue
from backend.kernel.database import DatabaseAway
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.unit_of_work import Work

EVERY = 15.0
PATIENCE = 10.0

log = structlog.get_logger(__name__)


class Auditor:
    """One per process. Whoever watches `YOULIN_DEAD_MAN_URL` raises the alarm when the clean passes stop."""

    def __init__(self, work: Work, metrics: Metrics, settings: Settings) -> None:
        self._work = work
        self._metrics = metrics
        self._url = settings.dead_man_url.get_secret_value() if settings.dead_man_url is not None else None

    async def run(self) -> None:
        """Audit for ever; the first time after a pause, so that a program that starts can catch up."""
        while True:
            await asyncio.sleep(EVERY)
            await self.audit()

    async def audit(self) -> bool:
        """Audit once, count it, and tell the outside world if all is well; returns whether it is."""
        try:
            async with self._work.look() as uow:
                found = await audit_overdue(uow)
        except DatabaseAway as error:
            log.error("alerts.audit_impossible", error=str(error))
            self._metrics.audits.labels("impossible").inc()
            return False
        self._count(found)
        if found.is_clean and self._url is not None:
            await self._tell(self._url)
        return found.is_clean

    def _count(self, found: Audit) -> None:
        self._metrics.alerts_late.set(found.late)
        self._metrics.alerts_oldest_seconds.set(max(found.oldest.total_seconds(), 0))
        self._metrics.audits.labels("clean" if found.is_clean else "late").inc()
        if not found.is_clean:
            pulse = found.pulse.total_seconds() if found.pulse is not None else None
            log.error("alerts.late", count=found.late, oldest=found.oldest.total_seconds(), pulse=pulse)

    async def _tell(self, url: str) -> None:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                (await client.get(url)).raise_for_status()
        except httpx.HTTPError as error:
            log.warning("alerts.dead_man_unheard", error=type(error).__name__)
