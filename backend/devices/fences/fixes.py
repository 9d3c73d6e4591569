"""Which fixes to believe: pure. Cells of the telephone network never decide anything by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from backend.devices.memory import Memory, Place
from backend.devices.observations import Fix, FixKind
from backend.kernel.geo import Point, distance_m, is_on_earth

FASTEST_M_S = 40
"""Faster goes nobody in a town; whoever seems to is a wrong fix, unless the next one lies beside it."""
MOVES_M = 100
USUAL_ACCURACY_M: Mapping[FixKind, float] = {
    FixKind.GPS: 15,
    FixKind.WIFI: 60,
    FixKind.UNKNOWN: 60,
    FixKind.CELL: 800,
}
"""Where a device gives no accuracy of its own."""
LONGEST_PAST, LONGEST_FUTURE = timedelta(days=1), timedelta(minutes=2)
"""How far a device's clock may differ before its time is not believed."""


class Believed(NamedTuple):
    memory: Memory
    place: Place | None
    """The new place, if it was believed."""


def believed_time(device_time: datetime | None, received_at: datetime) -> datetime:
    """The device's own time where that is possible, else the time of arrival."""
    if device_time is None or not -LONGEST_PAST <= device_time - received_at <= LONGEST_FUTURE:
        return received_at
    return min(device_time, received_at)


def place_of(fix: Fix, at: float) -> Place | None:
    """A fix as a place in WGS-84; None for one that lies nowhere."""
    point = fix.wgs84
    if not is_on_earth(point) or fix.point == Point(0, 0):
        return None
    return Place(
        round(point.longitude, 6),
        round(point.latitude, 6),
        fix.accuracy_m or USUAL_ACCURACY_M[fix.kind],
        fix.kind.value,
        at,
    )


def believe(memory: Memory, place: Place, now: float) -> Believed:
    """Take a place in if it is newer than the last one and can be reached from there."""
    last = memory.place
    if last is not None and place.at < last.at:
        return Believed(memory, None)  # late: it says nothing about the present
    if last is not None and not _is_reachable(last, place):
        if memory.suspect is None or not _is_reachable(memory.suspect, place):
            return Believed(memory._replace(suspect=place), None)
        last = None  # two that agree: the one before was wrong, or somebody came by plane
    has_moved = last is not None and apart_m(last, place) > max(MOVES_M, last.accuracy_m + place.accuracy_m)
    moved_at = now if has_moved and place.kind != FixKind.CELL and memory.worn is not False else memory.moved_at
    return Believed(memory._replace(place=place, suspect=None, moved_at=moved_at), place)


def apart_m(one: Place, other: Place) -> float:
    """Metres between two places."""
    return distance_m(Point(one.latitude, one.longitude), Point(other.latitude, other.longitude))


def _is_reachable(one: Place, other: Place) -> bool:
    way = apart_m(one, other) - one.accuracy_m - other.accuracy_m
    return way <= FASTEST_M_S * max(other.at - one.at, 1)
