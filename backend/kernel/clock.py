"""One injected clock: in production the machine's, in tests and the playground one that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time that all business timers are judged by."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, corrected by the distance to the database's clock measured at start."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset  # noqa: TID251 - the one place that may ask the machine


class MovableClock:
    """Runs like the clock below it, shifted by what `advance` has added; `frozen_at` stands still for tests."""

    def __init__(self, below: Clock | None = None, *, frozen_at: datetime | None = None) -> None:
        self._below = below or SystemClock()
        self._frozen_at = frozen_at
        self._shift = timedelta(0)

    def now(self) -> datetime:
        base = self._frozen_at if self._frozen_at is not None else self._below.now()
        return base + self._shift

    def advance(self, by: timedelta) -> None:
        """Move on by `by` (negative moves back: clocks of machines do that too)."""
        self._shift += by

    def set(self, moment: datetime) -> None:
        """Make `moment` the present."""
        self._shift += moment - self.now()
