"""The time that a player may move: what the host's clock has to be able to do, and its route's answer."""

from __future__ import annotations

from collections.abc import Sequence
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


def clock_view(clock: Clock, *, movable: bool, speed: int = 1) -> dict[str, Any]:
    """Say the time as the page reads it: `now` in Unix seconds, whether it can be moved, how fast it runs."""
    return {"now": clock.now().timestamp(), "movable": movable, "speed": speed}


async def clock_order(request: Request, speeds: Sequence[int]) -> timedelta | int:
    """Read `{"advance": seconds}` or `{"speed": one of speeds}`."""
    asked = await read_json(request)
    if "speed" not in asked:
        return seconds_to_advance(asked)
    if asked["speed"] not in speeds or isinstance(asked["speed"], bool):
        raise Unfit(f"speed is one of {', '.join(map(str, speeds))}")
    return int(asked["speed"])


def seconds_to_advance(asked: dict[str, Any]) -> timedelta:
    """Time only moves forward, and at most 400 days at once."""
    seconds = asked.get("advance")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= FURTHEST_SECONDS:
        raise Unfit(f"advance is a number of seconds between 0 and {FURTHEST_SECONDS}")
    return timedelta(seconds=seconds)
