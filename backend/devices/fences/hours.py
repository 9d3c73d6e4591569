"""In which local hours of which weekdays an area counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from backend.devices.errors import FenceUnfit

WEEK = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begins` to `ends`, over midnight where that is later; `days` are those of the beginning, Monday 0."""

    days: frozenset[int]
    begins: time
    ends: time

    def __post_init__(self) -> None:
        if not self.days or not self.days <= WEEK or self.begins == self.ends:
            raise FenceUnfit

    def hold(self, local: datetime) -> bool:
        """Whether they hold at a local moment."""
        now = local.time()
        if self.begins < self.ends:
            return self.begins <= now < self.ends and local.weekday() in self.days
        if now >= self.begins:
            return local.weekday() in self.days
        return now < self.ends and (local.weekday() - 1) % 7 in self.days

    def next_beginning(self, local: datetime) -> datetime:
        """When they begin next, strictly after a local moment."""
        for ahead in range(8):
            day = local.date() + timedelta(days=ahead)
            begins = datetime.combine(day, self.begins, local.tzinfo)
            if begins > local and day.weekday() in self.days:
                return begins
        raise AssertionError("a week has every weekday")

    def as_json(self) -> dict[str, Any]:
        """Plain values for the database."""
        return {
            "days": sorted(self.days),
            "begins": self.begins.isoformat("minutes"),
            "ends": self.ends.isoformat("minutes"),
        }


def hours_of_json(told: dict[str, Any] | None) -> Hours | None:
    """The hours that `as_json` wrote; None means always."""
    if not told:
        return None
    return Hours(frozenset(told["days"]), time.fromisoformat(told["begins"]), time.fromisoformat(told["ends"]))
