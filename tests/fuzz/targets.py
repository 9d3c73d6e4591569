"""THE TABLE of what is fuzzed: a function of bytes that must hold whatever they are, and bytes to begin with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from backend.devices.observations import Observation, Protocol, is_plausible
from backend.ingest.codecs import MODELS, Uplink, observe
from backend.ingest.doors.topics import TOPICS, read_published
from backend.ingest.errors import Undecodable
from backend.ingest.iw_packets import IwPackets, read_iw_packet
from backend.ingest.push.chirpstack import read_chirpstack
from backend.ingest.push.ctwing import read_ctwing
from backend.ingest.push.frigate import read_frigate
from backend.ingest.push.gb28181 import read_gb28181
from backend.ingest.push.hikvision import read_hikvision
from backend.ingest.push.native import read_native
from backend.ingest.push.onenet import read_onenet
from backend.ingest.push.pushed import Pushed
from backend.ingest.push.senml import read_senml
from backend.ingest.push.things_stack import read_things_stack
from backend.ingest.push.watch_cloud import read_watch_cloud
from backend.ingest.watch_frames import MAX_FRAME, WatchFrames
from backend.ingest.watch_packets import read_watch_frame
from tests.ingest.packets import alarm, framed
from tests.ingest.test_push import SMOKE, THING, UP

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Target:
    """`hold` raises for whatever it should not have let pass."""

    hold: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def _possible(observations: Iterable[Observation]) -> None:
    for one in observations:
        assert one.value is None or is_plausible(one.kind, one.value), one.kind
        if one.fix is not None:
            assert one.fix.wgs84 is not None


def _watch_stream(given: bytes) -> None:
    """Whole and cut in two places it gives the same frames, and it keeps little."""
    whole = WatchFrames().feed(given)
    cut, stream = [], WatchFrames()
    for start in range(0, len(given), 7):
        cut += stream.feed(given[start : start + 7])
    assert whole == cut
    for frame in whole:
        assert len(frame.content) <= MAX_FRAME
        _possible(read_watch_frame(frame).observations)


def _iw_stream(given: bytes) -> None:
    for packet in IwPackets().feed(given):
        _possible(read_iw_packet(packet, "353456789012345", NOW).observations)
        read_iw_packet(packet, None, NOW)


def _codecs(given: bytes) -> None:
    """The first byte chooses the model, the rest is its payload."""
    model = list(MODELS)[given[0] % len(MODELS)] if given else ""
    try:
        uplink = Uplink(device="d", protocol=Protocol.CHIRPSTACK, raw=given[1:], values={"level": len(given)})
        _possible(observe(uplink, model, depth_m=3).observations)
    except Undecodable:
        return


def _pushed(read: Callable[[bytes], Pushed]) -> Callable[[bytes], None]:
    def hold(given: bytes) -> None:
        try:
            _possible(read(given).observations)
        except Undecodable:
            return

    return hold


def _topics(given: bytes) -> None:
    topic, _, payload = given.partition(b"\n")
    _pushed(lambda _: read_published(topic.decode("utf-8", "replace"), payload).pushed)(given)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


_XML = (
    b"<?xml version='1.0'?><EventNotificationAlert><macAddress>44:19:b6:5a:01:02</macAddress><channelID>1</channelID>"
)
_ALERT = _XML + b"<eventType>linedetection</eventType><eventState>active</eventState></EventNotificationAlert>"
_ALARM = b"<?xml version='1.0' encoding='GB2312'?><Notify><CmdType>Alarm</CmdType><SN>2</SN>"
_ALARM += b"<DeviceID>34020000001320000001</DeviceID><AlarmTime>2026-11-22T11:15:42</AlarmTime></Notify>"
_MULTIPART = "multipart/form-data; boundary=b"
_PARTS = b"--b\r\nContent-Type: application/xml\r\n\r\n" + _ALERT + b"\r\n--b--\r\n"

TARGETS: Mapping[str, Target] = {
    "watch_stream": Target(
        _watch_stream, (framed(alarm("00110001")), framed("LK,1,2,80", maker="ZJ", index="0001"), framed("heart,70"))
    ),
    "iw_stream": Target(_iw_stream, (b"IWAP00353456789012345#IWAP49,68#", b"IWAP03,06000908000102,5555,30#")),
    "codecs": Target(
        _codecs, (b"\x00\x01\x75\x5c\x03\x67\x01\x01\x04\x82\x44\x08\x05\x00\x01", b"\x05\x03\xcf" + b"\1" * 7)
    ),
    "ctwing": Target(_pushed(read_ctwing), (_json(SMOKE),)),
    "onenet": Target(
        _pushed(lambda given: read_onenet("token", given)), (b'{"msg":{},"nonce":"","msg_signature":""}',)
    ),
    "chirpstack": Target(_pushed(lambda given: read_chirpstack("up", given)), (_json(UP),)),
    "things_stack": Target(_pushed(read_things_stack), (b'{"end_device_ids":{"dev_eui":"01"},"uplink_message":{}}',)),
    "frigate": Target(_pushed(read_frigate), (_json({"type": "new", "after": THING}),)),
    "watch_cloud": Target(_pushed(read_watch_cloud), (b'{"deviceId":"1","flag":"LK","data":"LK,1,2,80"}',)),
    "senml": Target(
        _pushed(lambda given: read_senml(given, NOW)), (b'[{"bn":"d/","n":"level","u":"m","v":1.2,"t":-5}]',)
    ),
    "native": Target(_pushed(lambda given: read_native("d", given)), (b'{"ts":1,"values":{"sos":true,"level":1}}',)),
    "hikvision": Target(_pushed(lambda given: read_hikvision("application/xml", given)), (_ALERT,)),
    "hikvision_parts": Target(_pushed(lambda given: read_hikvision(_MULTIPART, given)), (_PARTS,)),
    "gb28181": Target(_pushed(read_gb28181), (_ALARM,)),
    "topics": Target(_topics, tuple(topic.filter.replace("+", "x").encode() + b"\n{}" for topic in TOPICS)),
}
