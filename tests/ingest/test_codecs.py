"""The table of sensor models: bytes and named values to observations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices.observations import Kind, Protocol, is_plausible
from backend.ingest.codecs import MODELS, Uplink, level_from_distance, observe
from backend.ingest.errors import Reason, Undecodable


def values_of(model: str, payload: str | dict[str, object], depth_m: float | None = None) -> dict[Kind, float | None]:
    raw = bytes.fromhex(payload) if isinstance(payload, str) else None
    values = None if isinstance(payload, str) else payload
    uplink = Uplink(device="d1", protocol=Protocol.CHIRPSTACK, sequence="7", raw=raw, values=values)
    found = observe(uplink, model, depth_m=depth_m).observations
    assert all(one.device == "d1" and one.sequence == "7" for one in found)
    return {one.kind: one.value for one in found}


SAMPLES = [
    (
        "milesight.em400-udl",
        "01755C 03670101 04824408 050001",
        {Kind.BATTERY: 92, Kind.TEMPERATURE: 25.7, Kind.DISTANCE: 2.116, Kind.TILTED: 1},
    ),
    ("milesight.em400-udl", "8367e80001 8482410601", {Kind.TEMPERATURE: 23.2, Kind.DISTANCE: 1.601}),
    ("milesight.em500-udl", "017564 03821E00", {Kind.BATTERY: 100, Kind.DISTANCE: 0.03}),
    (
        "milesight.em300-sld",
        "01755C 03673401 046865 050001",
        {Kind.BATTERY: 92, Kind.TEMPERATURE: 30.8, Kind.HUMIDITY: 50.5, Kind.LEAK: 1},
    ),
    ("milesight.em300-mcs", "01755C 060001", {Kind.BATTERY: 92, Kind.DOOR_OPEN: 1}),
    ("milesight.em310-tilt", "03CF00000000282307", {Kind.TILT_ANGLE: 90, Kind.TILTED: 1}),
    ("milesight.em310-tilt", "03CF00000000000000", {Kind.TILT_ANGLE: 0, Kind.TILTED: 0}),
    ("milesight.gs301", "017564 047D0000 057D0100", {Kind.BATTERY: 100, Kind.HYDROGEN_SULPHIDE: 0.01}),
    ("milesight.gs301", "017564 057DFFFF", {Kind.BATTERY: 100}),
    ("milesight.em500-udl", "FF0BFF 017564 EE01", {Kind.BATTERY: 100}),
    ("milesight.em500-udl", "017564 0382", {Kind.BATTERY: 100}),
    (
        "milesight.em400-udl",
        {"battery": 92, "distance": 2116, "position": "tilt"},
        {Kind.BATTERY: 92, Kind.DISTANCE: 2.116},
    ),
    ("ctwing.smoke", {"Alarm_Status": 2, "Battery_Level": 100, "SNR": 1}, {Kind.SMOKE: 1, Kind.BATTERY: 100}),
    ("ctwing.smoke", {"Alarm_Status": 0}, {Kind.SMOKE: 0}),
    ("ctwing.level", {"liquid_level": 402}, {Kind.LEVEL: 0.402}),
    ("ipso", {"3303_0_5700": 21.5, "3300_0_5700": -115}, {Kind.TEMPERATURE: 21.5}),
    ("youlin", {"gas": 12, "smoke": True, "door_open": False}, {Kind.GAS: 12, Kind.SMOKE: 1, Kind.DOOR_OPEN: 0}),
]


@pytest.mark.parametrize(("model", "payload", "expected"), SAMPLES)
def test_each_model_is_read_by_its_row(model, payload, expected):
    assert values_of(model, payload) == expected


def test_every_model_has_a_sample_here():
    assert {model for model, _, _ in SAMPLES} == set(MODELS)


def test_a_distance_gives_a_level_where_the_depth_is_known():
    assert values_of("milesight.em500-udl", "0382D007", 3.5) == {Kind.DISTANCE: 2.0, Kind.LEVEL: 1.5}
    assert level_from_distance(2.0, 3.5) == 1.5
    assert values_of("milesight.em500-udl", "0382D007", -1) == {Kind.DISTANCE: 2.0}


@pytest.mark.parametrize(
    ("model", "payload", "reason"),
    [
        ("no.such", "00", Reason.UNKNOWN_MODEL),
        ("milesight.em500-udl", "", Reason.BAD_PAYLOAD),
        ("milesight.em500-udl", "EEEE01", Reason.BAD_PAYLOAD),
        ("milesight.em500-udl", "017564" * 400, Reason.BAD_PAYLOAD),
        ("ctwing.level", {"liquid_level": "high"}, Reason.BAD_PAYLOAD),
        ("ctwing.level", {}, Reason.BAD_PAYLOAD),
        ("milesight.em500-udl", {"battery": 1}, Reason.BAD_PAYLOAD),
    ],
)
def test_a_payload_that_says_nothing_is_refused_with_its_reason(model, payload, reason):
    with pytest.raises(Undecodable) as refused:
        values_of(model, payload)

    assert refused.value.reason is reason


def test_a_value_that_cannot_be_is_counted_and_left_out():
    decoded = observe(Uplink(device="d", protocol=Protocol.ONENET, values={"battery": 300, "gas": 1}), "youlin")

    assert [one.kind for one in decoded.observations] == [Kind.GAS]
    assert decoded.skipped == (Reason.OUT_OF_RANGE,)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda x: st.lists(x), max_leaves=3
)
NAMES = st.text() | st.sampled_from(["battery", "distance", "3303_0_5700", "Alarm_Status", "liquid_level", "gas"])


@given(
    st.sampled_from(sorted(MODELS)),
    st.none() | st.binary(),
    st.none() | st.dictionaries(NAMES, JSON),
    st.none() | st.floats(),
)
def test_nothing_in_a_payload_is_ever_too_strange(model, raw, values, depth):
    uplink = Uplink(device="d", protocol=Protocol.ONENET, raw=raw, values=values)
    try:
        decoded = observe(uplink, model, depth_m=depth)
    except Undecodable:
        return

    assert all(is_plausible(one.kind, one.value) for one in decoded.observations)
