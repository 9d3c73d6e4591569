"""What a measurement comes to: figures as minimum, median and maximum, beside their goal, with notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest, the middle and the highest of several readings."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, readings: Iterable[float]) -> Spread:
        """Raises ValueError when there are none."""
        known = sorted(readings)
        if not known:
            raise ValueError("nothing was measured")
        return cls(known[0], median(known), known[-1])


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `goal` is what was promised of its median, in words; empty where nothing was."""

    name: str
    spread: Spread
    unit: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """All figures of one bench; `method` says what was done, `notes` what to know when reading them."""

    name: str
    title: str
    method: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()


def ratios(over: Iterable[float], under: Iterable[float]) -> Spread:
    """The ratio pair by pair: a machine that drifts slows both of a pair."""
    return Spread.of(first / second for first, second in zip(over, under, strict=True))


def quantile(readings: Sequence[float], share: float) -> float:
    """The smallest reading that `share` of all do not exceed."""
    known = sorted(readings)
    return known[min(int(share * len(known)), len(known) - 1)]


def written(number: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:#.3g}".rstrip(".")
