"""Moments and lengths of time as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.notify.words import Words

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def length_said(words: Words, length: timedelta) -> str:
    """A length as one says it, rounded down: the sign does not count.

    Coarser the longer it is, so that what a card shows does not change every minute.
    """
    length = abs(length)
    if length >= _DAY:
        days, rest = divmod(length, _DAY)
        hours = rest // _HOUR
        return words.plain("time.days_hours", days=days, hours=hours) if hours else words.plain("time.days", days=days)
    if length >= _HOUR:
        hours, rest = divmod(length, _HOUR)
        minutes = rest // timedelta(minutes=10) * 10
        if minutes:
            return words.plain("time.hours_minutes", hours=hours, minutes=minutes)
        return words.plain("time.hours", hours=hours)
    minutes = length // timedelta(minutes=5) * 5
    return words.plain("time.minutes", minutes=minutes) if minutes else words.plain("time.moment")


def moment_said(words: Words, moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The local time of day, with the date unless it is today."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == now.astimezone(zone).date():
        return clock
    return words.plain("time.on_day", month=local.month, day=local.day, clock=clock)
