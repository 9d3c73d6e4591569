"""When an elder is asked next: pure, by the local clock, whatever the summer time does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_ASKS = 2
"""Who did not hear the telephone once is asked again before anybody is worried."""


def next_check_in(ask_at: time, weekdays: Collection[int], *, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment later than `after` on one of the ISO weekdays; None without any weekday."""
    local = after.astimezone(zone)
    for days in range(8):
        day = local.date() + timedelta(days=days)
        moment = datetime.combine(day, ask_at, zone)
        if moment > after and day.isoweekday() in weekdays:
            return moment.astimezone(after.tzinfo)
    return None
