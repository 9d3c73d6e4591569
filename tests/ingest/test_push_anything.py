"""Every reader of pushed JSON, given anything at all: what it says is right, or it refuses in the one way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices.observations import is_plausible
from backend.ingest.errors import Undecodable
from backend.ingest.push.chirpstack import read_chirpstack
from backend.ingest.push.ctwing import read_ctwing
from backend.ingest.push.frigate import read_frigate
from backend.ingest.push.native import read_native
from backend.ingest.push.onenet import read_onenet
from backend.ingest.push.pushed import Pushed
from backend.ingest.push.senml import read_senml
from backend.ingest.push.things_stack import read_things_stack
from backend.ingest.push.watch_cloud import read_watch_cloud
from tests.ingest.test_push import LOGIN, READING, SMOKE, THING, UP, body, onenet

NOW = datetime(2026, 11, 22, tzinfo=UTC)
READERS: dict[str, Callable[[bytes], Pushed]] = {
    "ctwing": read_ctwing,
    "onenet": lambda given: read_onenet("secret", given),
    "onenet signed": lambda given: read_onenet("secret", onenet(json.loads(given))),
    "chirpstack up": lambda given: read_chirpstack("up", given),
    "chirpstack status": lambda given: read_chirpstack("status", given),
    "things stack": read_things_stack,
    "frigate": read_frigate,
    "watch cloud": read_watch_cloud,
    "senml": lambda given: read_senml(given, NOW),
    "native": lambda given: read_native("d", given),
}
SAMPLES: list[object] = [
    SMOKE,
    READING,
    LOGIN,
    UP,
    {"type": "new", "after": THING},
    {"end_device_ids": {"dev_eui": "01"}, "received_at": "2026", "uplink_message": {"frm_payload": "gkHe"}},
    {"deviceId": "1", "flag": "AL", "data": "x"},
    {"notifyType": "deviceDatasChanged", "deviceId": "d", "services": [{"data": {}, "eventTime": 1}]},
    [{"bn": "d/", "bt": 1.0, "bu": "m", "bv": 1, "n": "level", "v": 1, "t": 2}],
    {"ts": 1, "id": 1, "values": {"latitude": 1, "longitude": 2, "crs": "bd09", "fix": "gps", "sos": True, "level": 3}},
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@st.composite
def changed_samples(draw: st.DrawFn) -> object:
    """A real message in which one thing somewhere has become something else, or is gone."""
    sample = json.loads(json.dumps(draw(st.sampled_from(SAMPLES))))
    inside = sample
    while isinstance(inside, dict | list) and inside:
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        key = draw(st.sampled_from(keys))
        if draw(st.booleans()) or not isinstance(inside[key], dict | list) or not inside[key]:
            inside[key] = draw(ANYTHING)
            return sample
        inside = inside[key]
    return sample


@pytest.mark.parametrize("name", READERS)
@given(changed_samples())
def test_no_change_to_a_real_message_is_ever_too_strange(name, sample):
    keeps_its_promises(READERS[name], body(sample))


@pytest.mark.parametrize("name", [name for name in READERS if name != "onenet signed"])
@given(
    st.binary()
    | ANYTHING.map(body)
    | st.just(b"[" * 5000)
    | st.just(b'{"notifyType":' + b"[" * 900 + b"]" * 900 + b"}")
)
def test_nothing_pushed_is_ever_too_strange(name, given_body):
    keeps_its_promises(READERS[name], given_body)


def keeps_its_promises(read: Callable[[bytes], Pushed], given_body: bytes) -> None:
    try:
        pushed = read(given_body)
    except Undecodable:
        return
    for one in pushed.observations:
        assert one.value is None or is_plausible(one.kind, one.value)
        assert 0 < len(one.device) <= 64
        assert one.device.isascii()
