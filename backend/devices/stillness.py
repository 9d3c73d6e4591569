"""How long somebody may be still: a waking hour counts more than an hour of the night."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

NIGHT_BEGINS, NIGHT_ENDS = time(21), time(9)
"""Local. Wide, because elders go to bed early and some get up late."""


def becomes_too_long(since: datetime, zone: ZoneInfo, *, day_s: float, night_s: float) -> datetime:
    """When a stillness that began at `since` is too long.

    Four hours of the day and ten of the night mean that one hour of the day uses up a quarter of what is allowed, and
    one of the night a tenth, so that a sleeper is not asked after at the first minute of the morning.
    """
    at, left = since.astimezone(zone), 1.0
    while True:
        allowed = night_s if is_night(at) else day_s
        ends = next_turn(at)
        # Real seconds: a clock that is put forward in the night must not shorten it.
        lasts = ends.timestamp() - at.timestamp()
        if left * allowed <= lasts:
            return datetime.fromtimestamp(at.timestamp() + left * allowed, tz=since.tzinfo)
        left -= lasts / allowed
        at = ends


def is_night(local: datetime) -> bool:
    """Whether a local moment lies in the night."""
    return local.time() >= NIGHT_BEGINS or local.time() < NIGHT_ENDS


def next_turn(local: datetime) -> datetime:
    """The next moment at which night becomes day or day becomes night."""
    today = {limit: datetime.combine(local.date(), limit, local.tzinfo) for limit in (NIGHT_ENDS, NIGHT_BEGINS)}
    for turn in today.values():
        if local < turn:
            return turn
    return today[NIGHT_ENDS] + timedelta(days=1)
