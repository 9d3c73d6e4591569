"""The one gate through which every way to a seat passes, or to a place on a waiting list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.bookings.errors import AgeUnfit, HouseholdQuota, SessionOver
from backend.bookings.states import SessionState
from backend.kernel.errors import DomainError

GENTLE_FROM = 70
"""From this age a missed appointment is nobody's fault: no confirming the evening before, no points taken."""
FORGIVEN_ABSENCES = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the gate looks at. `household_seats` are those of the same household for the same day or course."""

    now: datetime
    state: SessionState
    starts_at: datetime
    age: int | None
    lowest_age: int | None
    highest_age: int | None
    household_seats: int
    per_household: int | None


def refusal(facts: Facts) -> DomainError | None:
    """Why this person gets no seat here, whether or not one is free; None: nothing stands against it.

    An unknown age passes: the provider sees who comes.
    """
    if facts.state is not SessionState.OPEN or facts.starts_at <= facts.now:
        return SessionOver()
    if facts.age is not None and not (facts.lowest_age or 0) <= facts.age <= (facts.highest_age or 200):
        return AgeUnfit(facts.lowest_age, facts.highest_age)
    if facts.per_household is not None and facts.household_seats >= facts.per_household:
        return HouseholdQuota(facts.per_household)
    return None


def must_confirm(*, absences: int, age: int | None) -> bool:
    """Whether somebody with so many absences of late says the evening before that they are coming."""
    return absences > FORGIVEN_ABSENCES and (age is None or age < GENTLE_FROM)
