"""How many updates one person may send: a bucket per person, so that a flood harms only the one who makes it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Verdict(Enum):
    GO_ON = "go on"
    WARN = "warn"
    DROP = "drop"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime
    warned: bool = False


class Throttle:
    """`per_minute` updates on average, as many at once; then one warning, then silence until the bucket has refilled.

    Lives in memory: several processes each allow as much, which harms nobody.
    """

    MOST_PEOPLE = 20_000

    def __init__(self, per_minute: int) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def judge(self, person: int, now: datetime) -> Verdict:
        """Count one update of `person` and say what becomes of it."""
        bucket = self._bucket(person, now)
        passed = max((now - bucket.at).total_seconds(), 0.0)
        bucket.tokens = min(self._capacity, bucket.tokens + passed * self._per_second)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.warned = False
            return Verdict.GO_ON
        if bucket.warned:
            return Verdict.DROP
        bucket.warned = True
        return Verdict.WARN

    def _bucket(self, person: int, now: datetime) -> _Bucket:
        bucket = self._buckets.get(person)
        if bucket is None:
            bucket = self._buckets[person] = _Bucket(self._capacity, now)
            if len(self._buckets) > self.MOST_PEOPLE:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(person)
        return bucket
