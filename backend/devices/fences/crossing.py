"""On which side of an area somebody stands: pure, with hysteresis, and never by one doubtful fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.devices.fences.hours import Hours
from backend.devices.fences.shapes import Shape
from backend.devices.kinds import FencePurpose
from backend.devices.memory import FenceMemory, Place
from backend.devices.observations import FixKind
from backend.kernel.geo import Point

FIXES_OUT = 2
LASTS_S = 60
WIDEST_DOUBT_M = 150
"""A fix may claim to be worse than that; more is not taken off, or a bad receiver would never leave."""
LEAST_MARGIN_M, MARGIN = 25, 0.1
FAR, SHARP_M = 2, 100
"""One sharp fix this many sizes beyond the edge is enough."""


class Side(StrEnum):
    UNKNOWN = ""
    IN = "in"
    OUT = "out"
    AWAY = "away"
    """Out since before anything was known: nobody has left, but hours that begin ask for them."""


OUTSIDE = frozenset({Side.OUT.value, Side.AWAY.value})


@dataclass(frozen=True)
class Fence:
    """One area of one person."""

    id: int
    purpose: FencePurpose
    shape: Shape
    hours: Hours | None = None

    def counts(self, local: datetime) -> bool:
        """Whether it counts at a local moment."""
        return self.hours is None or self.hours.hold(local)


def seems_out(shape: Shape, place: Place) -> bool:
    """Whether a place lies outside even if it errs by as much as it says, and a margin more."""
    doubt = min(place.accuracy_m, WIDEST_DOUBT_M)
    beyond = shape.beyond_m(Point(place.latitude, place.longitude))
    return beyond - doubt > max(LEAST_MARGIN_M, MARGIN * shape.size_m)


def cross(shape: Shape, known: FenceMemory, place: Place) -> FenceMemory:
    """Take in one believed place. Cells change nothing: whoever asks may ask the watch where it really is."""
    if place.kind == FixKind.CELL:
        return known
    beyond = shape.beyond_m(Point(place.latitude, place.longitude))
    if beyond < 0 and place.accuracy_m <= max(shape.size_m, USUAL_ROOM_M):
        return FenceMemory(Side.IN.value)
    if not seems_out(shape, place):
        return known._replace(outside=0, outside_since=0)
    if known.side == Side.UNKNOWN:
        return FenceMemory(Side.AWAY.value, 1, place.at)
    if known.side in OUTSIDE:
        return known
    outside, since = known.outside + 1, known.outside_since or place.at
    is_sure = (outside >= FIXES_OUT and place.at - since >= LASTS_S) or _is_far(shape, beyond, place)
    return FenceMemory(Side.OUT.value if is_sure else known.side, outside, since)


USUAL_ROOM_M = 60
"""A fix inside of a tiny area is believed up to this accuracy."""


def _is_far(shape: Shape, beyond: float, place: Place) -> bool:
    return beyond > FAR * max(shape.size_m, WIDEST_DOUBT_M) and place.accuracy_m < SHARP_M


def outside_since(
    fences: Sequence[Fence],
    known: Mapping[str, FenceMemory],
    purpose: FencePurpose,
    local: datetime,
    *,
    is_open: bool = False,
) -> float | None:
    """Since when somebody is outside all areas of this purpose that count now; None while they are not.

    Areas of one purpose add up. An alarm that is open (`is_open`) ends by a return, not because its hours are over.
    """
    ours = [fence for fence in fences if fence.purpose is purpose]
    sides = [known.get(str(fence.id), FenceMemory()) for fence in ours if is_open or fence.counts(local)]
    if not sides or any(one.side not in OUTSIDE for one in sides):
        return None
    has_left = any(one.side == Side.OUT for one in sides)
    if purpose is FencePurpose.CIRCLE and not has_left:
        return None
    return max(one.outside_since for one in sides)


def is_home(fences: Sequence[Fence], known: Mapping[str, FenceMemory]) -> bool | None:
    """Whether somebody is at home; None where no home is drawn, or nothing is known yet."""
    sides = {known.get(str(fence.id), FenceMemory()).side for fence in fences if fence.purpose is FencePurpose.HOME}
    if Side.IN in sides:
        return True
    return False if sides & OUTSIDE else None
