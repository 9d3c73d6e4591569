"""Wrong links per address of origin: a few are slips, many are guessing."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST_WRONG = 10
WITHIN = timedelta(minutes=5)
MOST_ORIGINS = 10_000


class Throttle:
    """Counts in this process only: the token's 128 bits are the lock, this merely keeps the guessers' noise down."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, deque[datetime]] = OrderedDict()

    def is_closed(self, origin: str, now: datetime) -> bool:
        """Whether this origin must wait."""
        times = self._wrong.get(origin)
        while times and times[0] <= now - WITHIN:
            times.popleft()
        return times is not None and len(times) >= MOST_WRONG

    def count_wrong(self, origin: str, now: datetime) -> None:
        """Remember a wrong link; the origins heard of longest ago are forgotten first."""
        self._wrong.setdefault(origin, deque(maxlen=MOST_WRONG)).append(now)
        self._wrong.move_to_end(origin)
        if len(self._wrong) > MOST_ORIGINS:
            self._wrong.popitem(last=False)
