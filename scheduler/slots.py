"""When a job's turn comes: pure functions of the clock's present, so that a moved clock moves the jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class SlotRule(Protocol):
    """Says for which slot a job has to run now."""

    @property
    def keeps_ledger(self) -> bool:
        """Whether the job runs once per slot by the ledger; otherwise the rows it works on remember what was done."""
        ...

    def slot(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The newest slot that has come, in UTC; None when there is none, or it is too late for it."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """A sweep: slots lie `period` apart. It looks for due rows, so a missed slot is made good by the next."""

    period: timedelta
    keeps_ledger: bool = field(default=False, init=False)

    def __str__(self) -> str:
        return f"every {self.period}"

    def slot(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        return _EPOCH + (now - _EPOCH) // self.period * self.period


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A time of day, local. A slot that was missed is caught up for `catch_up`, then dropped; of several the newest."""

    hour: int
    minute: int = 0
    month: int | None = None
    """Only in this month."""
    catch_up: timedelta
    keeps_ledger: bool = field(default=True, init=False)

    def __str__(self) -> str:
        month = f" in month {self.month}" if self.month else ""
        return f"at {self.hour:02}:{self.minute:02}{month}, caught up for {self.catch_up}"

    def slot(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        trigger, newest = _trigger(self, zone), None
        coming = _next(trigger, now - self.catch_up)
        while coming is not None and coming <= now:
            newest = coming
            coming = _next(trigger, coming + timedelta(microseconds=1))
        return newest.astimezone(UTC) if newest is not None else None


@lru_cache(maxsize=64)
def _trigger(rule: At, zone: ZoneInfo) -> CronTrigger:
    return CronTrigger(month=rule.month, hour=rule.hour, minute=rule.minute, timezone=zone)


def _next(trigger: CronTrigger, moment: datetime) -> datetime | None:
    return cast("datetime | None", trigger.get_next_fire_time(None, moment))
