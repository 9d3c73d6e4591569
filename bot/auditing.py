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
"""Seconds for all that the outside world has to say: one who drips must not keep us from the next audit."""

log = structlog.get_logger(__name__)


class Auditor:
    """One per process. Whoever watches `YOULIN_DEAD_MAN_URL` raises the alarm when the clean passes stop."""

    def __init__(self, work: Work, metrics: Metrics, settings: Settings, *, patience: float = PATIENCE) -> None:
        self._work = work
        self._metrics = metrics
        self._url = str(settings.dead_man_url.get_secret_value()) if settings.dead_man_url is not None else None
        self._patience = patience
        self._trust = httpx.create_ssl_context()  # read once: it takes tens of milliseconds of the whole process

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
            async with (
                asyncio.timeout(self._patience),
                httpx.AsyncClient() as client,
                client.stream("GET", url) as answer,
            ):
                answer.raise_for_status()  # of the answer only its head is read
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("alerts.dead_man_unheard", error=type(error).__name__)
