"""Months of settlement: half-open on the community's own clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Month(NamedTuple):
    """From the first moment of a month, which belongs to it, to the first of the next, which does not."""

    first: date
    from_at: datetime
    to_at: datetime


def month_of(day: date, zone: ZoneInfo) -> Month:
    """The month in which a day lies."""
    first = day.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Month(first, _midnight(first, zone), _midnight(following, zone))


def month_before(now: datetime, zone: ZoneInfo) -> Month:
    """The last month that is over at this moment."""
    first = now.astimezone(zone).date().replace(day=1)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    return month_of(before, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
