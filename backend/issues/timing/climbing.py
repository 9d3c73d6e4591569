"""Who hears next when an issue is late, or when nobody has it at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from backend.issues.states import ClockTarget
from backend.kernel.access import Role


@dataclass(frozen=True, slots=True)
class Rung:
    """After so many minutes past due this role of the issue's org unit hears."""

    after_minutes: int
    role: Role


Ladder = Mapping[ClockTarget, Sequence[Rung]]

DEFAULT_LADDER: Ladder = {
    ClockTarget.ACCEPT: (
        Rung(0, Role.GRID_LEADER),
        Rung(60, Role.STAFF),
        Rung(240, Role.SUBDISTRICT),
    ),
    # An open task without a taker waits for the claim clock like any other: it climbs just the same.
    ClockTarget.CLAIM: (
        Rung(0, Role.GRID_WORKER),
        Rung(30, Role.GRID_LEADER),
        Rung(120, Role.STAFF),
        Rung(480, Role.SUBDISTRICT),
    ),
    ClockTarget.RESOLVE: (
        Rung(0, Role.GRID_WORKER),
        Rung(60, Role.GRID_LEADER),
        Rung(240, Role.STAFF),
        Rung(1440, Role.SUBDISTRICT),
    ),
}


def level_reached(target: ClockTarget, overdue: timedelta, ladder: Ladder = DEFAULT_LADDER) -> int:
    """How many rungs have been reached: 0 while the clock is not overdue, never more than the ladder has."""
    return sum(overdue >= timedelta(minutes=rung.after_minutes) for rung in ladder.get(target, ()))
