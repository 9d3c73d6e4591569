"""Pure decisions of earning: which counters a fact uses up, and what looks odd."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class Limit(NamedTuple):
    """One counter: of which period, of how many, of a pair or not; `name` says which limit it is."""

    name: str
    period: str
    is_of_pair: bool
    most: int


class Suspicion(StrEnum):
    """Why staff look at a fact before it is paid."""

    BACK_AND_FORTH = "back_and_forth"
    BURST = "burst"


class SelfDealing(StrEnum):
    """Why a fact is never paid."""

    SELF = "self"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Recent:
    """What somebody earned lately: with this other person, that one with them, and all within BURST_TIME."""

    with_other: int = 0
    by_other: int = 0
    in_burst: int = 0


PAIR_TIME = timedelta(days=30)
MOST_BACK_AND_FORTH = 2
"""Two who have helped each other so often, both ways, are looked at."""
BURST_TIME = timedelta(minutes=15)
MOST_IN_BURST = 3
"""Nobody carries rice for four neighbours in a quarter of an hour."""


def limits_of(
    day: date, *, per_day: int | None, per_month: int | None, per_pair: int | None, has_other: bool
) -> list[Limit]:
    """The counters that a fact of `day` uses up, the narrowest first; empty limits count nothing."""
    month = f"{day:%Y-%m}"
    limits = [
        Limit("day", day.isoformat(), is_of_pair=False, most=per_day) if per_day is not None else None,
        Limit("pair", month, is_of_pair=True, most=per_pair) if per_pair is not None and has_other else None,
        Limit("month", month, is_of_pair=False, most=per_month) if per_month is not None else None,
    ]
    return [limit for limit in limits if limit is not None]


def suspicion(recent: Recent) -> Suspicion | None:
    """What looks odd about one more fact after these."""
    if min(recent.with_other, recent.by_other) >= MOST_BACK_AND_FORTH:
        return Suspicion.BACK_AND_FORTH
    return Suspicion.BURST if recent.in_burst >= MOST_IN_BURST else None
