"""What is remembered of one device between its packets: one value that goes sealed into its row, and comes back equal.

Moments are seconds since 1970, so that it costs little to write as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from backend.devices.rules.judging import RuleMemory


class Reading(NamedTuple):
    """A value and when it arrived."""

    value: float
    at: float


class Place(NamedTuple):
    """A fix in WGS-84 that was believed."""

    longitude: float
    latitude: float
    accuracy_m: float
    kind: str
    at: float


class HeartDay(NamedTuple):
    """The heart rates of one local day."""

    day: str
    low: int
    high: int
    readings: int


class Night(NamedTuple):
    """How often somebody turned in the night that ends on this local day; `counter` is the watch's running number."""

    day: str
    turns: int
    counter: int


class FenceMemory(NamedTuple):
    """Where somebody stands by one area: in, out, or "" before the first fix. `outside` counts fixes that say out."""

    side: str = ""
    outside: int = 0
    outside_since: float = 0


_NONE: Mapping[str, Any] = {}


class Memory(NamedTuple):
    """Everything remembered of one device; the empty one is that of a device that never spoke.

    It is made anew with each change: a frozen dataclass of as many fields would take most of the time of a batch.
    """

    worn: bool | None = None
    off_since: float | None = None
    beats: int = 0
    zeros: int = 0
    steps: int | None = None
    moved_at: float | None = None
    place: Place | None = None
    suspect: Place | None = None
    """A fix too far away to be believed; a second one beside it is."""
    latest: Mapping[str, Reading] = _NONE
    heart_day: HeartDay | None = None
    resting: tuple[float, ...] = ()
    usual: tuple[float, ...] = ()
    """Medians of resting heart rates, one per day, oldest first."""
    night: Night | None = None
    nights: tuple[int, ...] = ()
    levels: tuple[Reading, ...] = ()
    rules: Mapping[str, RuleMemory] = _NONE
    fences: Mapping[str, FenceMemory] = _NONE
    asked: Mapping[str, float] = _NONE
    """When which command was last given by ourselves."""


_EMPTY = Memory()
_FIELDS = Memory._fields
_ROWS: Mapping[str, Any] = {"place": Place, "suspect": Place, "heart_day": HeartDay, "night": Night}


def written(memory: Memory) -> str:
    """The memory as JSON; what is empty is left out."""
    told = {name: value for name in _FIELDS if (value := getattr(memory, name)) != getattr(_EMPTY, name)}
    return json.dumps(told, separators=(",", ":"))


def read(text: str) -> Memory:
    """What `written` wrote; fields of other versions of the program are forgotten."""
    told = {name: value for name, value in json.loads(text).items() if name in _FIELDS}
    for name, value in told.items():
        told[name] = _revived(name, value)
    return Memory(**told)


def _revived(name: str, value: Any) -> Any:
    if name in _ROWS:
        return _ROWS[name](*value)
    if name == "rules":
        return {
            key: RuleMemory(phase, since, told_at, tuple((at, hit) for at, hit in hits))
            for key, (phase, since, told_at, hits) in value.items()
        }
    if name == "fences":
        return {key: FenceMemory(*row) for key, row in value.items()}
    if name == "latest":
        return {key: Reading(*row) for key, row in value.items()}
    if name == "levels":
        return tuple(Reading(*row) for row in value)
    return tuple(value) if isinstance(value, list) else value
