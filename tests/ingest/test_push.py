"""What platforms and small gateways push as JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import md5

import pytest

from backend.devices.observations import Flag, Kind, Protocol
from backend.ingest.errors import NotProven, Reason, TooLarge, Undecodable
from backend.ingest.push.chirpstack import read_chirpstack
from backend.ingest.push.ctwing import read_ctwing
from backend.ingest.push.frigate import read_frigate
from backend.ingest.push.onenet import prove_address, read_onenet
from backend.ingest.push.things_stack import read_things_stack
from backend.ingest.push.watch_cloud import read_watch_cloud
from tests.ingest.packets import HEAD


def body(value: object) -> bytes:
    return json.dumps(value).encode()


SMOKE = {
    "upPacketSN": -1,
    "timestamp": 1795317342277,
    "productId": "15000001",
    "payload": {"serviceId": "notification", "serviceData": {"Alarm_Status": 2, "Battery_Level": 100}},
    "messageType": "dataReport",
    "deviceId": "acf7baaee65e431eadfb8f5fe50e8b81",
    "IMSI": "undefined",
}


def test_ctwing_gives_named_values_from_either_floor():
    (deep,) = read_ctwing(body(SMOKE)).uplinks
    (flat,) = read_ctwing(body({**SMOKE, "payload": {"liquid_level": 402}})).uplinks

    assert deep.values == {"Alarm_Status": 2, "Battery_Level": 100}
    assert flat.values == {"liquid_level": 402}
    assert deep.device == "acf7baaee65e431eadfb8f5fe50e8b81"
    assert deep.device_time == datetime(2026, 11, 22, 3, 15, 42, 277000, tzinfo=UTC)
    assert deep.sequence == "1795317342277"


def test_ctwing_gives_opaque_bytes():
    (uplink,) = read_ctwing(body({**SMOKE, "payload": {"APPdata": "AQFWMS4w"}})).uplinks

    assert (uplink.raw, uplink.values) == (b"\x01\x01V1.0", None)


def test_ctwing_counts_messages_that_are_no_report():
    assert read_ctwing(body({**SMOKE, "messageType": "commandResponse"})).skipped == (Reason.UNKNOWN_MESSAGE,)


def test_the_older_telecom_envelope_holds_one_service_or_several():
    service = {"serviceId": "Device", "data": {"level": 1}, "eventTime": "20210908T104234Z"}
    one = read_ctwing(body({"notifyType": "deviceDataChanged", "deviceId": "d1", "service": service}))
    two = read_ctwing(body({"notifyType": "deviceDatasChanged", "deviceId": "d1", "services": [service, service]}))

    assert one.uplinks[0].values == {"level": 1}
    assert one.uplinks[0].device_time == datetime(2021, 9, 8, 10, 42, 34, tzinfo=UTC)
    assert two.uplinks == one.uplinks * 2


def signature_of(token: str, nonce: str, text: str) -> str:
    return b64encode(md5(f"{token}{nonce}{text}".encode()).digest()).decode()


READING = {"at": 1795317342277, "imei": "861931046000000", "type": 1, "ds_id": "3303_0_5700", "value": 21, "dev_id": 52}
LOGIN = {"at": 1795317342277, "type": 2, "status": 1, "login_type": 10, "dev_id": 52}


def onenet(message: object, *, spaced: bool = False, token: str = "secret") -> bytes:
    text = json.dumps(message) if spaced else json.dumps(message, separators=(",", ":"))
    signature = signature_of(token, "C1z3?giR", text)
    return f'{{"msg":{text},"msg_signature":"{signature}","nonce":"C1z3?giR"}}'.encode()


@pytest.mark.parametrize("spaced", [True, False])
def test_onenet_gives_a_stream_whose_signature_fits(spaced):
    (uplink,) = read_onenet("secret", onenet(READING, spaced=spaced)).uplinks

    assert (uplink.device, uplink.values) == ("52", {"3303_0_5700": 21})
    assert uplink.sequence == "1795317342277:3303_0_5700"


def test_onenet_sends_several_and_tells_who_is_online():
    pushed = read_onenet("secret", onenet([READING, LOGIN, {"type": 7, "dev_id": 52}]))

    assert len(pushed.uplinks) == 1
    assert [(one.kind, one.value) for one in pushed.observations] == [(Kind.ONLINE, 1)]
    assert pushed.skipped == (Reason.UNKNOWN_MESSAGE,)


@pytest.mark.parametrize(
    "forged",
    [
        onenet(READING, token="other"),
        onenet(READING).replace(b'"value":21', b'"value":99'),
        body({"msg": READING}),
        body({"msg": READING, "nonce": 1, "msg_signature": 2}),
        body({"msg": READING, "nonce": "a", "msg_signature": "ü"}),
    ],
)
def test_onenet_without_a_right_signature_is_not_read(forged):
    with pytest.raises(NotProven):
        read_onenet("secret", forged)


def test_onenet_encrypted_is_refused_by_name():
    with pytest.raises(Undecodable) as refused:
        read_onenet("secret", body({"enc_msg": "abc"}))

    assert refused.value.reason is Reason.ENCRYPTED


def test_onenet_proves_the_address_by_its_own_message():
    right = signature_of("secret", "n0nce", "hello")

    assert prove_address("secret", message="hello", nonce="n0nce", signature=right) == b"hello"
    with pytest.raises(NotProven):
        prove_address("secret", message="hello", nonce="n0nce", signature="")


UP = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
    "time": "2026-11-22T03:15:42.775023242+00:00",
    "deviceInfo": {"devEui": "24E124126A000001", "tags": {}},
    "fPort": 85,
    "data": "AXVk",
}


def test_chirpstack_gives_bytes_and_what_its_own_codec_made_of_them():
    (uplink,) = read_chirpstack("up", body({**UP, "object": {"battery": 100}})).uplinks

    assert (uplink.device, uplink.raw, uplink.values) == ("24e124126a000001", b"\x01\x75\x64", {"battery": 100})
    assert uplink.device_time == datetime(2026, 11, 22, 3, 15, 42, 775023, tzinfo=UTC)
    assert uplink.sequence == "3ac7e3c4-4401-4b8d-9386-a5c902f9202d"


@pytest.mark.parametrize(
    ("event", "more", "expected"),
    [
        ("status", {"batteryLevel": 88.3}, [(Kind.BATTERY, 88.3)]),
        ("status", {"batteryLevel": 0, "batteryLevelUnavailable": True}, [(Kind.ALIVE, None)]),
        ("status", {}, [(Kind.ALIVE, None)]),
        ("join", {}, [(Kind.ALIVE, None)]),
        ("txack", {}, []),
    ],
)
def test_chirpstack_tells_who_is_alive(event, more, expected):
    assert [(one.kind, one.value) for one in read_chirpstack(event, body({**UP, **more})).observations] == expected


def test_the_things_stack_gives_bytes_and_decoded_values():
    ids = {"device_id": "lid-1", "dev_eui": "0004A30B001C0530"}
    uplink_message = {"f_port": 1, "frm_payload": "gkHe", "decoded_payload": {"temperature": 1.0}}
    message = {"end_device_ids": ids, "received_at": "2026-11-22T03:15:42.123456789Z"}

    (uplink,) = read_things_stack(body({**message, "uplink_message": uplink_message})).uplinks
    (empty,) = read_things_stack(body({**message, "uplink_message": {}})).uplinks
    (alive,) = read_things_stack(body({**message, "join_accept": {}})).observations

    assert (uplink.device, uplink.raw, uplink.values) == ("0004a30b001c0530", b"\x82A\xde", {"temperature": 1.0})
    assert uplink.device_time == datetime(2026, 11, 22, 3, 15, 42, 123456, tzinfo=UTC)
    assert (empty.raw, empty.values) == (None, None)
    assert alive.kind is Kind.ALIVE


THING = {
    "id": "1607123955.475377-mxklsc",
    "camera": "gate",
    "label": "person",
    "start_time": 1795317342.5,
    "end_time": None,
}


def test_frigate_tells_what_it_sees_and_when_it_is_gone():
    (seen,) = read_frigate(body({"type": "new", "before": {}, "after": THING})).observations
    (gone,) = read_frigate(body({"type": "end", "after": {**THING, "end_time": 1795317400}})).observations

    assert (seen.device, seen.label, seen.value, seen.sequence) == ("gate", "person", 1, f"{THING['id']}:1")
    assert (gone.value, gone.sequence) == (0, f"{THING['id']}:0")
    assert read_frigate(body({"type": "update", "after": {**THING, "false_positive": True}})).observations == ()


@pytest.mark.parametrize("data", [f"{HEAD},00010000,0", f"AL,{HEAD},00010000,0"])
def test_a_watch_cloud_passes_on_the_watchs_own_block(data):
    pushed = read_watch_cloud(body({"deviceId": "8767865", "uid": "1", "flag": "AL", "data": data}))

    assert pushed.observations[0].device == "8767865"
    assert pushed.observations[0].protocol is Protocol.WATCH
    assert pushed.observations[0].alarms == (Flag.SOS,)
    assert pushed.reply == b"Success"


def test_a_payload_too_long_for_any_radio_is_refused():
    with pytest.raises(TooLarge):
        read_chirpstack("up", body({**UP, "data": "A" * 3000}))
