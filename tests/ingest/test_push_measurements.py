"""Measurements in the two plain formats: SenML, and our own JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.devices.observations import FixKind, Flag, Kind
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.native import read_native
from backend.ingest.push.senml import read_senml
from backend.kernel.geo import SourceCrs
from tests.ingest.test_push import body

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)


def test_senml_resolves_names_times_units_and_values():
    pack = [
        {"bn": "urn:dev:mac:0024befffe804ff1/", "bt": 1795317342.0, "bu": "m", "n": "level", "v": 1.2},
        {"n": "level", "u": "cm", "v": 90, "t": -60},
        {"n": "battery", "u": "%EL", "v": 80},
        {"n": "smoke", "vb": True, "u": "/"},
    ]

    found = read_senml(body(pack), NOW).observations

    assert [(one.kind, one.value) for one in found] == [
        (Kind.LEVEL, 1.2),
        (Kind.LEVEL, 0.9),
        (Kind.BATTERY, 80),
        (Kind.SMOKE, 1),
    ]
    assert {one.device for one in found} == {"urn:dev:mac:0024befffe804ff1"}
    assert found[1].device_time == datetime(2026, 11, 22, 3, 14, 42, tzinfo=UTC)


def test_senml_counts_relative_times_from_now_and_adds_the_base_value():
    (said,) = read_senml(body([{"n": "d1/temperature", "u": "Cel", "bv": 20, "v": 1.5, "t": -90}]), NOW).observations

    assert (said.device, said.value) == ("d1", 21.5)
    assert said.device_time == datetime(2026, 11, 22, 3, 28, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"n": "d/colour", "v": 1}, Reason.UNKNOWN_QUANTITY),
        ({"n": "d/level", "u": "furlong", "v": 1}, Reason.UNKNOWN_UNIT),
        ({"n": "d/level", "u": "m", "vs": "high"}, Reason.BAD_NUMBER),
        ({"n": "d/level", "u": "m", "v": 1e9}, Reason.OUT_OF_RANGE),
    ],
)
def test_senml_counts_what_it_leaves_out(record, reason):
    assert read_senml(body([record]), NOW).skipped == (reason,)


@pytest.mark.parametrize(
    "pack", [{}, 1, [1], [{"n": "d/level", "v": 1, "must_": 1}], [{"bver": 11}], [{"n": "/level", "v": 1, "u": "m"}]]
)
def test_senml_that_cannot_be_understood_is_refused(pack):
    with pytest.raises(Undecodable):
        read_senml(body(pack), NOW)


def test_our_own_json_takes_values_flags_and_a_place():
    values = {"level": 1.2, "smoke": True, "heart_rate": None, "sos": True, "worn": True}
    place = {"latitude": 29.56, "longitude": 106.55, "crs": "gcj02", "accuracy": 12, "fix": "wifi"}

    pushed = read_native("gate-1", body({"ts": 1795317342000, "id": "41", "values": {**values, **place}}))
    alarm, *rest = pushed.observations

    assert (alarm.kind, alarm.flags, alarm.alarms) == (Kind.ALARM, (Flag.SOS, Flag.WORN), (Flag.SOS,))
    assert alarm.fix is not None
    assert (alarm.fix.crs, alarm.fix.kind, alarm.fix.accuracy_m) == (SourceCrs.GCJ02, FixKind.WIFI, 12)
    assert [(one.kind, one.value) for one in rest] == [(Kind.LEVEL, 1.2), (Kind.SMOKE, 1), (Kind.HEART_RATE, None)]
    assert {one.sequence for one in pushed.observations} == {"41@1795317342.000"}


def test_our_own_json_takes_bare_values_lists_and_what_was_stored():
    assert read_native("d", body({"battery": "80"})).observations[0].value == 80
    assert len(read_native("d", body([{"level": 1}, {"values": {"level": 2}}])).observations) == 2
    assert read_native("d", body({"stored": True, "values": {"sos": True}})).observations[0].alarms == ()
    assert read_native("d", body({"worn": True})).observations[0].kind is Kind.ALIVE


def test_a_place_with_unknown_coordinates_is_no_place():
    pushed = read_native("d", body({"latitude": 29.56, "longitude": 106.55, "crs": "mars"}))

    assert pushed.observations == ()


def test_our_own_json_counts_what_it_leaves_out():
    pushed = read_native("d", body({"colour": 1, "level": "high", "battery": 400}))

    assert pushed.skipped == (Reason.UNKNOWN_QUANTITY, Reason.BAD_NUMBER, Reason.OUT_OF_RANGE)


@pytest.mark.parametrize(
    "flood",
    [b"[" * 200_000, b'{"a":' * 50_000, b" " * 300_000, body([{}] * 1001), body({str(at): at for at in range(51)})],
)
def test_a_flood_is_refused_as_too_large(flood):
    with pytest.raises(Undecodable) as refused:
        read_native("d", flood)

    assert refused.value.reason is Reason.TOO_LARGE
