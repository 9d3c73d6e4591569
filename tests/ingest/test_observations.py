"""The shape that every decoder gives."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from backend.devices.observations import QUANTITIES, STATES, Fix, Flag, Kind, Observation, Protocol, Unit, is_plausible
from backend.ingest.reading import label, moment_of_epoch, moment_of_milliseconds, moment_of_text, number
from backend.kernel.geo import Point, SourceCrs, distance_m


def test_every_kind_has_a_unit_and_a_range():
    assert set(QUANTITIES) == set(Kind)
    assert all(quantity.lowest <= quantity.highest for quantity in QUANTITIES.values())
    assert Observation(device="d", protocol=Protocol.WATCH, kind=Kind.HEART_RATE).unit is Unit.PER_MINUTE


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1, 251])
def test_no_heart_beats_so(value):
    assert not is_plausible(Kind.HEART_RATE, value)


def test_states_alarm_nobody_and_what_happened_does():
    said = Observation(device="d", protocol=Protocol.WATCH, kind=Kind.POSITION, flags=tuple(Flag))

    assert set(said.alarms) == set(Flag) - STATES
    assert said.alarms[0] is Flag.SOS


def test_a_fix_on_a_chinese_map_is_brought_home():
    fix = Fix(point=Point(29.563, 106.5516), crs=SourceCrs.GCJ02)

    assert 400 < distance_m(fix.point, fix.wgs84) < 580


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("36.5", 36.5),
        (" -7 ", -7),
        ("+.5", 0.5),
        (3, 3),
        (True, None),
        ("1e5", None),
        ("٣", None),
        ("0x1", None),
        ("1_000", None),
        ("9" * 19, None),
        (10**18, None),
        (math.inf, None),
        (None, None),
        ([], None),
    ],
)
def test_only_a_plain_number_is_a_number(given, found):
    assert number(given) == found


def test_moments_are_utc_bounded_and_never_guessed():
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)

    assert moment_of_text("2026-11-22T12:00:00.123456789Z") == noon + timedelta(microseconds=123456)
    assert moment_of_text("2026-11-22T20:00:00", timedelta(hours=8)) == noon
    assert moment_of_milliseconds(str(int(noon.timestamp() * 1000))) == noon
    assert moment_of_text("1969-12-31T23:59:59Z") is None
    assert moment_of_text("0001-01-01T00:00:00+10:00") is None
    assert moment_of_text("yesterday") is None
    assert moment_of_epoch(-1) is None
    assert moment_of_epoch(1e17) is None


@pytest.mark.parametrize(("given", "kept"), [(" a\x00b\u202e ", "ab"), ("x" * 99, "x" * 64), ("", None), (7, None)])
def test_a_label_is_short_and_printable(given, kept):
    assert label(given) == kept
