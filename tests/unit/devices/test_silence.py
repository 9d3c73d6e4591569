"""When a device is silent, when it is back, and when it is its gateway that died."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.devices.kinds import DeviceStatus
from backend.devices.silence import Behind, Health, fall_silent, hear, is_gateway_dead, silent_from

NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_nobody_waits_for_a_device_that_never_spoke_or_is_muted():
    assert silent_from(Health(DeviceStatus.INACTIVE), TEN) is None
    assert silent_from(Health(DeviceStatus.MUTED, NOON), TEN) is None
    assert silent_from(hear(Health(DeviceStatus.INACTIVE), NOON, TEN).health, TEN) == NOON + TEN


def test_the_oftener_a_device_falls_silent_the_longer_it_must_speak_to_be_believed():
    health, now, needed = hear(Health(DeviceStatus.INACTIVE), NOON, TEN).health, NOON, []
    for _ in range(4):
        now += minutes(11)
        health, words, is_back = fall_silent(health, now), 0, False
        while not is_back:
            now, words = now + minutes(1), words + 1
            health, is_back = hear(health, now, TEN)
        needed.append(words)

    assert needed == [1, 2, 3, 4]


def test_after_a_day_of_health_a_silence_is_the_first_again():
    health = Health(DeviceStatus.HEALTHY, NOON, silences=5, healthy_since=NOON - timedelta(days=2))

    assert fall_silent(health, NOON + TEN).silences == 1


def test_words_far_apart_are_not_counted_together():
    silent = Health(DeviceStatus.SILENT, NOON, silences=2)

    first = hear(silent, NOON + minutes(30), TEN)
    second = hear(first.health, NOON + minutes(60), TEN)
    third = hear(second.health, NOON + minutes(65), TEN)

    assert [one.is_back for one in (first, second, third)] == [False, False, True]


def behind(*ages: float, silent: int = 0) -> list[Behind]:
    """Devices last heard so many minutes ago, the first `silent` of them silent."""
    return [Behind(NOON - minutes(age), TEN, number < silent) for number, age in enumerate(ages)]


@pytest.mark.parametrize(
    ("devices", "is_dead"),
    [
        # One of many is one of many.
        (behind(11, 1, 2, 3, 4, silent=1), False),
        # When nobody speaks, the first one that is missed tells of all.
        (behind(10, 9.5, 9.2, 8, *[7.5] * 20, silent=1), True),
        (behind(10, 9, 8, 3, silent=1), False),
        # Half of them silent.
        (behind(30, 20, 12, 1, 2, silent=3), True),
        # Two devices are no gateway's.
        (behind(30, 20, silent=2), False),
    ],
)
def test_a_dead_gateway_is_told_from_dead_devices(devices: list[Behind], is_dead: bool):
    assert is_gateway_dead(devices, NOON) is is_dead
