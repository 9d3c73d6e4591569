"""The time that a player may move: what the host's clock has to be able to do, and its route's answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from starlette.requests import Request

from playground.page.asking import Unfit, read_json
from playground.telegram.clock import Clock

FURTHEST_SECONDS = 400 * 24 * 3600


class PlayClock(Protocol):
    """A clock that moves on when told."""

    def now(self) -> datetime:
        """Return the present moment, aware."""
        ...

    def advance(self, by: timedelta) -> object:
        """Move on by `by`; may be a coroutine function that also wakes whatever waits for the time."""
        ...


def clock_view(clock: Clock, *, movable: bool) -> dict[str, Any]:
    """Say the time as the page reads it: `now` in Unix seconds, and whether it can be moved."""
    return {"now": clock.now().timestamp(), "movable": movable}


async def seconds_to_advance(request: Request) -> timedelta:
    """Read `{"advance": seconds}`; time only moves forward, and at most 400 days at once."""
    seconds = (await read_json(request)).get("advance")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= FURTHEST_SECONDS:
        raise Unfit(f"advance is a number of seconds between 0 and {FURTHEST_SECONDS}")
    return timedelta(seconds=seconds)
