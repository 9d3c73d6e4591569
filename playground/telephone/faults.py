"""Misfortunes that a test or the page has ordered: for calls of the REST API, and for what the exchange tells back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from .refusals import Impossible

MOST_TIMES = 100_000
LONGEST_SECONDS = 3600


class RestFault(StrEnum):
    """What can befall a request; with `before` in its name nothing has been done yet, with `after` everything has."""

    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    SERVER_ERROR = "server_error"
    TOO_MANY_REQUESTS = "too_many_requests"
    SLOW = "slow"


class TellFault(StrEnum):
    """What can befall a status callback."""

    LOST = "lost"
    DOUBLED = "doubled"
    LATE = "late"
    PERMUTED = "permuted"
    FORGED = "forged"


class CarrierFault(StrEnum):
    """What can befall an SMS or a call behind Twilio's back."""

    LOST = "lost_on_the_way"
    FAILED = "failed"
    UNDELIVERED = "undelivered"


class Outage(StrEnum):
    """How the whole REST API is away, until it is told to be back."""

    HANG = "hang"
    RESET = "reset"
    ERROR = "error"


KINDS = {"rest": RestFault, "callbacks": TellFault, "carrier": CarrierFault}


@dataclass
class Fault:
    """`times` events of a `side` (rest, callbacks, carrier) still go wrong in this way.

    `target` narrows it: for rest `calls.create`, `calls.update`, `messages.create`, `read`; for callbacks and the
    carrier `calls` or `messages`; `*` is all. A late callback comes after `seconds`, or with 0 at `release`.
    """

    side: str
    kind: str
    target: str = "*"
    times: int = 1
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.side not in KINDS or self.kind not in set(KINDS[self.side]):
            raise Impossible(f"no fault is called {self.side} {self.kind}")
        if not (0 < self.times <= MOST_TIMES and 0 <= self.seconds <= LONGEST_SECONDS):
            raise Impossible("a fault's times or seconds are out of range")


class Faults:
    """The ordered misfortunes, oldest first; each event meets at most one."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.outage: Outage | None = None

    def add(self, side: str, kind: str, target: str = "*", *, times: int = 1, seconds: float = 0) -> None:
        self.pending.append(Fault(side, kind, target, times, seconds))

    def clear(self) -> None:
        self.pending.clear()
        self.outage = None

    def take(self, side: str, target: str) -> Fault | None:
        """Use up one fault that fits."""
        for fault in self.pending:
            if fault.side == side and fault.target in {"*", target}:
                fault.times -= 1
                if not fault.times:
                    self.pending.remove(fault)
                return fault
        return None

    def view(self) -> dict[str, Any]:
        return {"pending": [asdict(fault) for fault in self.pending], "outage": self.outage}
