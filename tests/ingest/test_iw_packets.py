"""The second family of watches: `IW...#`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices.observations import AccessPoint, Cell, Flag, Kind, is_plausible
from backend.ingest.errors import Reason
from backend.ingest.iw_packets import MAX_PACKET, IwPackets, read_iw_packet

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=timezone(timedelta(hours=8)))
DEVICE = "860000000000017"
BLOCK = "261122A2933.7806N10633.0936E003.2031542152.0006000908300102,460,0,9520,3671"
POSITION = f"IWAP01{BLOCK},Home|74-DE-2B-44-88-8C|97"
ALARM = f"IWAP10{BLOCK},01,zh-cn,00,HOME|74-DE-2B-44-88-8C|97"
SURROUNDINGS = "IWAP02,zh_cn,0,2,460,1,11002|39252|9,11002|35112|23,2,a|c0-4a-00-b6-9c-f5|64&KIWI|18-a6-f7-92-35-da|84"


def said(packet: str):
    return read_iw_packet(packet, DEVICE, NOW)


def values(packet: str) -> dict[Kind, float | None]:
    return {one.kind: one.value for one in said(packet).observations}


def test_a_login_names_the_device_and_gets_the_time_in_utc():
    message = read_iw_packet(f"IWAP00{DEVICE}", None, NOW)

    assert message.device == DEVICE
    assert message.reply == b"IWBP00,20261122033000,0#"


@pytest.mark.parametrize("imei", ["", "1", "x" * 15, DEVICE + "0", "٣" * 15])
def test_a_login_without_a_right_imei_is_not_answered(imei):
    message = read_iw_packet(f"IWAP00{imei}", None, NOW)

    assert (message.device, message.reply, message.skipped) == (None, None, (Reason.BAD_DEVICE,))


def test_before_its_login_a_watch_says_nothing():
    message = read_iw_packet(ALARM, None, NOW)

    assert (message.observations, message.reply, message.skipped) == ((), None, (Reason.NO_DEVICE,))


def test_a_position_tells_when_where_and_its_tower():
    here, battery = said(POSITION).observations

    assert here.device == DEVICE
    assert here.device_time == datetime(2026, 11, 22, 3, 15, 42, tzinfo=UTC)
    assert here.fix is not None
    assert here.fix.point == (pytest.approx(29.56301), pytest.approx(106.55156))
    assert (here.fix.speed_kmh, here.fix.satellites) == (3.2, 9)
    assert here.radio is not None
    assert here.radio.cells == (Cell(460, 0, 9520, 3671),)
    assert (battery.kind, battery.value) == (Kind.BATTERY, 83)


@pytest.mark.parametrize(
    ("packet", "flag"),
    [
        (ALARM, Flag.SOS),
        (ALARM.replace(",01,zh", ",05,zh"), Flag.FALL),
        (ALARM.replace(",01,zh", ",06,zh"), Flag.FALL),
        (ALARM.replace(",01,zh", ",99,zh"), Flag.UNNAMED_ALARM),
        (ALARM.replace("261122A", "261122V"), Flag.SOS),
        ("IWAP10", Flag.UNNAMED_ALARM),
        ("IWAP10rubbish", Flag.UNNAMED_ALARM),
    ],
)
def test_an_alarm_is_an_alarm_whatever_else_is_broken(packet, flag):
    message = said(packet)

    assert message.observations[0].alarms == (flag,)
    assert message.reply == b"IWBP10#"


def test_without_a_valid_fix_there_is_none():
    assert said(POSITION.replace("261122A", "261122V")).observations[0].fix is None
    assert said(POSITION.replace("2933.7806", "2960.0000")).observations[0].fix is None


def test_towers_and_wifis_are_read_without_a_fix():
    (here,) = said(SURROUNDINGS).observations

    assert here.radio is not None
    assert here.radio.cells == (Cell(460, 1, 11002, 39252, 9), Cell(460, 1, 11002, 35112, 23))
    assert here.radio.access_points == (
        AccessPoint("c0:4a:00:b6:9c:f5", 64),
        AccessPoint("18:a6:f7:92:35:da", 84),
    )


@pytest.mark.parametrize("packet", ["IWAP02", "IWAP02,zh_cn,0,99,460,1,", "IWAP02,zh_cn,0,1,x,1,1|2|3,1,a|b|c"])
def test_surroundings_that_cannot_be_read_are_none(packet):
    assert said(packet).observations[0].radio is None


@pytest.mark.parametrize(
    ("packet", "expected", "reply"),
    [
        (
            "IWAP03,06000908000102,5555,30",
            {Kind.ALIVE: None, Kind.BATTERY: 80, Kind.STEPS: 5555, Kind.TUMBLES: 30},
            b"03",
        ),
        ("IWAP03", {Kind.ALIVE: None}, b"03"),
        ("IWAP49,68", {Kind.HEART_RATE: 68}, b"49"),
        ("IWAP49,0", {Kind.HEART_RATE: None}, b"49"),
        ("IWAP49,x", {}, b"49"),
        ("IWAPHT,60,130,85", {Kind.HEART_RATE: 60, Kind.SYSTOLIC: 130, Kind.DIASTOLIC: 85}, b"HT"),
        (
            "IWAPHP,60,130,85,95,90,36.5,,,,,,,",
            {
                Kind.HEART_RATE: 60,
                Kind.SYSTOLIC: 130,
                Kind.DIASTOLIC: 85,
                Kind.OXYGEN: 95,
                Kind.BODY_TEMPERATURE: 36.5,
            },
            b"HP",
        ),
        ("IWAP50,36.7,90", {Kind.BODY_TEMPERATURE: 36.7, Kind.BATTERY: 90}, b"50"),
        ("IWAP97,080835,1", {}, b"97"),
    ],
)
def test_each_packet_is_read_and_answered(packet, expected, reply):
    message = said(packet)

    assert {one.kind: one.value for one in message.observations} == expected
    assert message.reply == b"IWBP" + reply + b"#"


STREAM = f"IWAP00{DEVICE}#rubbish#x{ALARM}#IWAP01half{SURROUNDINGS}#\r\nIWAP49,68#IWAP4".encode()


def cut(*pieces: bytes) -> list[str]:
    packets = IwPackets()
    return [packet for piece in pieces for packet in packets.feed(piece)]


def test_the_same_packets_come_however_the_stream_is_split():
    expected = [f"IWAP00{DEVICE}", ALARM, SURROUNDINGS, "IWAP49,68"]

    assert cut(STREAM) == expected
    assert cut(*(STREAM[at : at + 1] for at in range(len(STREAM)))) == expected
    for at in range(len(STREAM)):
        assert cut(STREAM[:at], STREAM[at:]) == expected


def test_an_endless_packet_is_given_up_and_memory_stays_small():
    packets = IwPackets()

    for _ in range(5):
        assert packets.feed(b"IWAP01" + b"a" * MAX_PACKET) == []

    assert len(packets._buffer) == 0
    assert packets.feed(b"#IWAP49,68#") == ["IWAP49,68"]
    assert packets.skipped == 5 * (MAX_PACKET + 6)


@given(
    st.one_of(st.text(max_size=200), st.sampled_from(["00", "01", "02", "03", "10", "49", "50", "HT", "HP"])), st.text()
)
def test_nothing_is_ever_too_strange(kind, rest):
    keeps_its_promises(f"IWAP{kind}{rest}")
    keeps_its_promises(rest)


@given(st.sampled_from([POSITION, ALARM, SURROUNDINGS]), st.integers(0, 120), st.integers(0, 8), st.text(max_size=6))
def test_no_change_to_a_real_packet_is_ever_too_strange(packet, at, length, change):
    keeps_its_promises(packet[:at] + change + packet[at + length :])


def keeps_its_promises(packet: str) -> None:
    for one in said(packet).observations:
        assert one.value is None or is_plausible(one.kind, one.value)
    cut(packet.encode("utf-8", "replace"))
