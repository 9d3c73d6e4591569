"""When a device counts as silent, when as back, and when it is its gateway that died: pure, with hysteresis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from backend.devices.kinds import DeviceStatus

FORGIVEN_AFTER = timedelta(days=1)
MOST_NEEDED = 5
"""Times that the worst device must be heard again before it is believed."""
LEAST_BEHIND = 3
"""Devices behind a gateway before their silence can speak of it."""
MEAN_GAPS = 5
SHORTEST_QUIET = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Health:
    """How a device is doing. `silences` counts those without a whole day of health between them."""

    status: DeviceStatus
    last_seen_at: datetime | None = None
    silent_since: datetime | None = None
    silences: int = 0
    heard_again: int = 0
    healthy_since: datetime | None = None


class Heard(NamedTuple):
    health: Health
    is_back: bool = False


def hear(health: Health, now: datetime, interval: timedelta) -> Heard:
    """It spoke. After the first silence once is enough; the oftener it fell silent lately, the longer it must speak."""
    last = health.last_seen_at
    heard = replace(health, last_seen_at=max(now, last) if last else now)
    if health.status is DeviceStatus.INACTIVE:
        return Heard(replace(heard, status=DeviceStatus.HEALTHY, healthy_since=now))
    if health.status is not DeviceStatus.SILENT:
        return Heard(heard)
    in_a_row = health.heard_again + 1 if last is not None and now - last <= interval else 1
    if in_a_row < min(health.silences, MOST_NEEDED):
        return Heard(replace(heard, heard_again=in_a_row))
    back = replace(heard, status=DeviceStatus.HEALTHY, silent_since=None, heard_again=0, healthy_since=now)
    return Heard(back, is_back=True)


def silent_from(health: Health, interval: timedelta) -> datetime | None:
    """When it will be silent if nothing comes; None where nobody waits for it."""
    if health.status is not DeviceStatus.HEALTHY or health.last_seen_at is None:
        return None
    return health.last_seen_at + interval


def fall_silent(health: Health, now: datetime) -> Health:
    """It said nothing for longer than expected."""
    since = health.healthy_since
    is_flapping = since is not None and now - since < FORGIVEN_AFTER
    return replace(
        health,
        status=DeviceStatus.SILENT,
        silent_since=health.last_seen_at,
        silences=min(health.silences + 1 if is_flapping else 1, 1000),
        heard_again=0,
    )


class Behind(NamedTuple):
    """One device behind a gateway."""

    last_seen_at: datetime | None
    interval: timedelta
    is_silent: bool


def is_gateway_dead(behind: Sequence[Behind], now: datetime) -> bool:
    """Whether one alarm should stand for all: half of them are silent, or nobody spoke for far longer than they use to.

    Of many devices somebody always speaks: when five mean gaps have passed without a word it is hardly chance. Devices
    that all speak at the full hour are given half of their interval.
    """
    known = [one for one in behind if one.last_seen_at is not None]
    if len(known) < LEAST_BEHIND:
        return False
    silent = sum(one.is_silent for one in known)
    if silent >= LEAST_BEHIND and silent * 2 >= len(known):
        return True
    per_second = sum(1 / one.interval.total_seconds() for one in known)
    newest = max(one.last_seen_at for one in known if one.last_seen_at is not None)
    quiet = max(SHORTEST_QUIET, timedelta(seconds=MEAN_GAPS / per_second), min(one.interval for one in known) / 2)
    return now - newest >= quiet
