"""What cameras push as XML, and the bombs that somebody may push instead."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices.observations import Kind
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.gb28181 import read_gb28181
from backend.ingest.push.hikvision import MAX_BODY, read_hikvision
from backend.ingest.push.xml import MAX_XML, read_xml

XML = "application/xml; charset=UTF-8"
ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>192.0.2.7</ipAddress><macAddress>44:19:B6:00:00:01</macAddress><channelID>2</channelID>
<dateTime>2026-11-22T11:15:42+08:00</dateTime><activePostCount>3</activePostCount>
<eventType>fielddetection</eventType><eventState>active</eventState><eventDescription>x</eventDescription>
</EventNotificationAlert>"""
BOUNDARY = "multipart/form-data; boundary=boundary"
WITH_PICTURE = (
    b'--boundary\r\nContent-Disposition: form-data; name="pic"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff<\r\n'
    b'--boundary\r\nContent-Disposition: form-data; name="xml"\r\nContent-Type: application/xml\r\n\r\n'
    + ALERT.encode()
    + b"\r\n--boundary--\r\n"
)


@pytest.mark.parametrize(("content_type", "body"), [(XML, ALERT.encode()), (BOUNDARY, WITH_PICTURE)])
def test_a_cameras_event_is_read_alone_and_beside_its_picture(content_type, body):
    (said,) = read_hikvision(content_type, body).observations

    assert (said.device, said.kind, said.label, said.value) == (
        "44:19:b6:00:00:01/2",
        Kind.CAMERA_EVENT,
        "fielddetection",
        1,
    )
    assert said.device_time == datetime(2026, 11, 22, 3, 15, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "state", "kind", "value"),
    [
        ("fielddetection", "inactive", Kind.CAMERA_EVENT, 0),
        ("videoloss", "inactive", Kind.ALIVE, None),
        ("heartBeat", "active", Kind.ALIVE, None),
        ("videoloss", "active", Kind.CAMERA_EVENT, 1),
    ],
)
def test_a_heartbeat_is_told_from_an_event(event, state, kind, value):
    body = ALERT.replace("fielddetection", event).replace(">active<", f">{state}<")

    (said,) = read_hikvision(XML, body.encode()).observations

    assert (said.kind, said.value) == (kind, value)


def test_another_namespace_or_prefix_changes_nothing():
    prefixed = ALERT.replace("<", "<isapi:").replace("<isapi:/", "</isapi:").replace("<isapi:?xml", "<?xml")

    assert read_hikvision(XML, prefixed.encode()) == read_hikvision(XML, ALERT.encode())


ALARM = """<?xml version="1.0" encoding="GB2312"?>
<Notify><{0}>Alarm</{0}><SN>2</SN><DeviceID>34020000001320000001</DeviceID><AlarmPriority>1</AlarmPriority>
<AlarmMethod>5</AlarmMethod><AlarmTime>2026-11-22T11:15:42</AlarmTime><AlarmDescription>视频动检</AlarmDescription>
<Info><AlarmType>2</AlarmType></Info></Notify>"""


@pytest.mark.parametrize("spelling", ["CmdType", "cmdType"])
def test_an_alarm_of_a_national_standard_camera_is_read_and_answered(spelling):
    pushed = read_gb28181(ALARM.format(spelling).encode("gb2312"))
    (said,) = pushed.observations

    assert (said.device, said.kind, said.label, said.sequence) == (
        "34020000001320000001",
        Kind.CAMERA_EVENT,
        "1.5.2",
        "2@2026-11-22T11:15:42",
    )
    assert said.device_time == datetime(2026, 11, 22, 3, 15, 42, tzinfo=UTC)
    assert pushed.reply is not None
    assert read_xml(pushed.reply)["response/sn"] == "2"


def test_a_keepalive_is_a_sign_of_life_and_other_messages_are_counted():
    alive = ALARM.format("CmdType").replace("Alarm<", "Keepalive<").encode("gb2312")
    catalog = ALARM.format("CmdType").replace("Alarm<", "Catalog<").encode("gb2312")

    assert read_gb28181(alive).observations[0].kind is Kind.ALIVE
    assert read_gb28181(catalog).skipped == (Reason.UNKNOWN_MESSAGE,)


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
STRANGERS = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BOMB, Reason.FORBIDDEN_XML),
        (STRANGERS, Reason.FORBIDDEN_XML),
        (b'<!DOCTYPE a SYSTEM "http://example.test/a.dtd"><a/>', Reason.FORBIDDEN_XML),
        (b"<a>&undefined;</a>", Reason.NOT_XML),
        (b"<a><b></a>", Reason.NOT_XML),
        (b"", Reason.NOT_XML),
        (b"<a>\xff</a>", Reason.NOT_TEXT),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', Reason.NOT_TEXT),
        (b"<a>" * 21 + b"</a>" * 21, Reason.TOO_LARGE),
        (b"<a>" + b"<b/>" * 2000 + b"</a>", Reason.TOO_LARGE),
        (b"<a>" + b" " * MAX_XML + b"</a>", Reason.TOO_LARGE),
    ],
)
def test_bombs_and_broken_xml_are_refused_with_their_reason(body, reason):
    with pytest.raises(Undecodable) as refused:
        read_xml(body)

    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("multipart/form-data", WITH_PICTURE, Reason.NOT_MULTIPART),
        (BOUNDARY, b"no multipart at all", Reason.NOT_MULTIPART),
        (BOUNDARY, b"--boundary\r\n\r\n\xff\xd8\r\n--boundary--\r\n", Reason.WRONG_SHAPE),
        (BOUNDARY, b"--boundary\r\n\r\n\r\n" * 30, Reason.TOO_LARGE),
        (XML, b"x" * (MAX_BODY + 1), Reason.TOO_LARGE),
        (XML, ALERT.replace("active<", "maybe<").encode(), Reason.WRONG_SHAPE),
        (XML, b"<EventNotificationAlert/>", Reason.NO_DEVICE),
    ],
)
def test_what_is_no_event_of_a_camera_is_refused_with_its_reason(content_type, body, reason):
    with pytest.raises(Undecodable) as refused:
        read_hikvision(content_type, body)

    assert refused.value.reason is reason


BODIES = [ALERT.encode(), ALARM.format("CmdType").encode("gb2312"), WITH_PICTURE]


@given(
    st.sampled_from([XML, BOUNDARY, "multipart/mixed; boundary=x"]) | st.text(),
    st.sampled_from(BODIES),
    st.integers(0, 700),
    st.integers(0, 9),
    st.binary(max_size=9),
)
def test_no_change_to_a_real_post_is_ever_too_strange(content_type, packet, at, length, change):
    changed = packet[:at] + change + packet[at + length :]
    for read in (lambda: read_hikvision(content_type, changed), lambda: read_gb28181(changed)):
        with suppress(Undecodable):
            assert read().observations or read().skipped
