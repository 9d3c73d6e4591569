"""The time of the local Telegram: any object that can say `now()` will do, so that tests may move it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time that messages are stamped with and that deadlines are judged by."""

    def now(self) -> datetime:
        """Return the present moment, aware."""
        ...


class MachineClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the playground stands outside the product and has no other clock
