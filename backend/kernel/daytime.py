"""The hours in which people are called and asked what can wait until morning."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

DAY_BEGINS, DAY_ENDS = 8, 20
"""Hours of the community's own clock. Alarms know no such hours."""


def next_daytime(now: datetime, zone: tzinfo) -> datetime:
    """`now`, if it is day there; else the next morning."""
    local = now.astimezone(zone)
    if DAY_BEGINS <= local.hour < DAY_ENDS:
        return now
    morning = local.replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
    return morning if local.hour < DAY_BEGINS else morning + timedelta(days=1)
