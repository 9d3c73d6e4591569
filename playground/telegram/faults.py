"""Misfortunes that a test or the page has ordered for the next calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from .errors import Impossible
from .shapes import FaultKind, FaultOrder

UPDATE_FAULTS = frozenset({"duplicate_updates", "reorder_updates"})
POLLING = "getUpdates"  # "*" spares it: a waiting bot asks all the time and would swallow every order
MOST_TIMES = 100_000
LONGEST_SECONDS = 600


@dataclass
class Fault:
    """`times` calls of `method` still go wrong in this way."""

    kind: FaultKind
    method: str = "*"
    times: int = 1
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise Impossible(f"no fault is called {self.kind}")
        if not (0 < self.times <= MOST_TIMES and 0 <= self.seconds <= LONGEST_SECONDS):
            raise Impossible("a fault's times or seconds are out of range")

    def order(self) -> FaultOrder:
        return FaultOrder(kind=self.kind, method=self.method, times=self.times, seconds=self.seconds)


class Faults:
    """The ordered misfortunes, oldest first; each call meets at most one."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.pending.append(fault)

    def clear(self) -> None:
        self.pending.clear()

    def take(self, method: str) -> Fault | None:
        """Use up one fault that fits a call of `method` (names as in the URL, upper and lower case alike)."""
        for fault in self.pending:
            if fault.method.lower() == method.lower() or (fault.method == "*" and method != POLLING):
                fault.times -= 1
                if not fault.times:
                    self.pending.remove(fault)
                return fault
        return None
