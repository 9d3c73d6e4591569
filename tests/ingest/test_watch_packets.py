"""What watches say: every word of the protocol, every status bit, and nonsense."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.devices.observations import QUANTITIES, AccessPoint, Cell, FixKind, Flag, Kind, Observation, is_plausible
from backend.ingest.errors import Reason
from backend.ingest.watch_frames import WatchFrame, WatchFrames, escape
from backend.ingest.watch_packets import Medium, WatchMessage, read_watch_frame
from backend.ingest.watch_positions import STATUS_BITS
from backend.kernel.geo import Point
from tests.ingest.packets import DEVICE, HEAD, ONE_CELL, ONE_WIFI, alarm, framed


def said(content: str | bytes, **frame: str) -> WatchMessage:
    (cut,) = WatchFrames().feed(framed(content, **frame))
    return read_watch_frame(cut)


def values(message: WatchMessage) -> dict[Kind, float | None]:
    return {one.kind: one.value for one in message.observations}


def first(content: str) -> Observation:
    return said(content).observations[0]


def test_a_position_tells_when_where_and_what_it_hears():
    here = first(f"UD,{HEAD},00000000,{ONE_CELL},{ONE_WIFI},40.7")

    assert here.kind is Kind.POSITION
    assert here.device == DEVICE
    assert here.device_time == datetime(2026, 11, 22, 3, 15, 42, tzinfo=UTC)
    assert here.fix is not None
    assert here.fix.point == here.fix.wgs84 == Point(29.56301, 106.55156)
    assert (here.fix.kind, here.fix.accuracy_m, here.fix.satellites, here.fix.speed_kmh) == (FixKind.GPS, 40.7, 9, 3.2)
    assert here.radio is not None
    assert here.radio.cells == (Cell(460, 0, 33061, 19302, 100),)
    assert here.radio.access_points == (AccessPoint("1c:fa:68:13:a5:b4", -61),)
    assert here.alarms == ()


@pytest.mark.parametrize("word", ["UD", "UD_LTE", "UD_WCDMA", "WT", "UD2", "UD3"])
def test_battery_steps_and_tumbles_come_with_every_position(word):
    assert values(said(f"{word},{HEAD},00000000,0")) == {
        Kind.POSITION: None,
        Kind.BATTERY: 83,
        Kind.STEPS: 1204,
        Kind.TUMBLES: 7,
    }


@pytest.mark.parametrize(("bit", "flag"), STATUS_BITS.items())
def test_every_status_bit_is_read(bit, flag):
    assert first(f"UD,{HEAD},{1 << bit:08x},0").flags == (flag,)


def test_sos_comes_first_and_no_other_bit_hides_it():
    assert first(alarm("00010001")).alarms == (Flag.SOS,)
    assert first(alarm("FFFFFFFF")).flags == tuple(flag for flag in Flag if flag.value[:11] != "temperature")
    assert first(alarm("00300000")).alarms == (Flag.FALL, Flag.TAKEN_OFF)


@pytest.mark.parametrize("word", ["AL", "AL_LTE", "AL_WCDMA", "ALCUSTOMER1", "al"])
def test_an_alarm_without_a_fix_is_an_alarm_and_is_answered(word):
    message = said(f"{word},271219,094744,V,00.000000,N, 0.0000000,E,0.00,0.0,0.0,0,100,81,0,0,00010000,0,0.0")

    assert message.observations[0].kind is Kind.ALARM
    assert message.observations[0].alarms == (Flag.SOS,)
    assert message.observations[0].fix is None
    assert message.reply == b"[3G*8800000015*0002*AL]"


@pytest.mark.parametrize("content", ["AL", "AL,", "AL," * 500, "AL,\x00\x01", alarm("xyz"), alarm("00000010"), "AL,[["])
def test_an_alarm_that_names_no_cause_is_an_alarm_all_the_same(content):
    message = said(content)

    assert message.observations[0].alarms == (Flag.UNNAMED_ALARM,)
    assert message.reply == b"[3G*8800000015*0002*AL]"


@pytest.mark.parametrize("word", ["UD2", "UD3"])
def test_what_was_stored_and_sent_later_alarms_nobody(word):
    message = said(alarm("00210000", word))

    assert all(one.is_backfill for one in message.observations)
    assert message.observations[0].flags == (Flag.SOS, Flag.FALL)
    assert message.observations[0].alarms == ()


PLACES = [
    ("A,29.5,N,106.5,E", Point(29.5, 106.5)),
    ("A, 29.5,N, 106.5,E", Point(29.5, 106.5)),
    ("A,29.5,,106.5,", Point(29.5, 106.5)),
    ("A,29.5,S,106.5,W", Point(-29.5, -106.5)),
    ("A,29.5,N,-84.14,W", Point(29.5, -84.14)),
    ("V,29.5,N,106.5,E", None),
    ("A,0.0,N,0.0,E", None),
    ("A,91,N,106.5,E", None),
    ("A,nan,N,106.5,E", None),
    ("A,1e3,N,106.5,E", None),
    (",,,,", None),
]


@pytest.mark.parametrize(("place", "point"), PLACES)
def test_only_a_place_that_the_watch_vouches_for_is_a_fix(place, point):
    fix = first(f"UD,221126,031542,{place},0,0,0,9,100,83,0,0,00000000,0").fix

    assert (fix and fix.point) == point


@pytest.mark.parametrize(
    ("clock", "moment"),
    [
        ("010170,000000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("311268,235959", datetime(2068, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("320126,000000", None),
        ("221126,250000", None),
        ("abc,def", None),
        (",", None),
    ],
)
def test_a_wrong_clock_is_kept_and_an_impossible_one_is_none(clock, moment):
    assert first(f"UD,{clock},V,0,N,0,E,0,0,0,0,0,50,0,0,00000000,0").device_time == moment


TAILS = [
    ("0,1,,,,00", 0, 0, None),
    ("0,0", 0, 0, None),
    ("1,1,240,7,34505,80806406,,00", 1, 0, None),
    ("1,1,460,00,55C0,3B882A2,100,0,35.5", 1, 0, 35.5),
    ("2,255,460,0,7605,42530,118,FFFF,FFFF,119,0,65.8", 1, 0, 65.8),
    ("0,2,eduroam,08:00:00:00:00:01,-69,,08:00:00:00:00:02,-70,0.0", 0, 2, None),
    ("1,1,460,0,1,2,3,1,[LG_Wall A/C],0,-60,12.5", 1, 0, 12.5),
    ("7,1,460,0,1,2,3", 0, 0, None),
    ("999999999,1", 0, 0, None),
    ("1,1,,,,,", 0, 0, None),
    ("", 0, 0, None),
]


@pytest.mark.parametrize(("tail", "cells", "points", "accuracy"), TAILS)
def test_the_tail_is_followed_as_far_as_it_can_be(tail, cells, points, accuracy):
    here = first(f"UD,{HEAD},00000000,{tail}")

    assert here.fix is not None
    assert here.fix.accuracy_m == accuracy
    assert (len(here.radio.cells) if here.radio else 0) == cells
    assert (len(here.radio.access_points) if here.radio else 0) == points


HEALTH = [
    ("LK", {Kind.ALIVE: None}, b"LK"),
    ("LK,50,100,99", {Kind.ALIVE: None, Kind.STEPS: 50, Kind.TUMBLES: 100, Kind.BATTERY: 99}, b"LK"),
    ("LK,0,100", {Kind.ALIVE: None}, b"LK"),
    ("HEART,72", {Kind.HEART_RATE: 72}, None),
    ("heart,0", {Kind.HEART_RATE: None}, None),
    ("PULSE,64", {Kind.HEART_RATE: 64}, None),
    ("HEART,999", {}, None),
    ("HEART,-5", {}, None),
    ("HEART,x", {}, None),
    ("bphrt,120,79,73,,,,", {Kind.SYSTOLIC: 120, Kind.DIASTOLIC: 79, Kind.HEART_RATE: 73}, b"bphrt"),
    ("BLOOD,109,68", {Kind.SYSTOLIC: 109, Kind.DIASTOLIC: 68}, None),
    ("bphrt,0,0,0", {}, b"bphrt"),
    ("oxygen,0,97", {Kind.OXYGEN: 97}, b"oxygen,1"),
    ("oxygen,0,0", {Kind.OXYGEN: None}, b"oxygen,1"),
    ("btemp2,0,36.6", {Kind.BODY_TEMPERATURE: 36.6}, b"btemp2"),
    ("btemp2,1,33.29", {Kind.SKIN_TEMPERATURE: 33.29}, b"btemp2"),
    ("TEMP,36.5", {Kind.BODY_TEMPERATURE: 36.5}, None),
    ("temp,36.5", {Kind.BODY_TEMPERATURE: 36.5}, None),
    ("TKQ", {}, b"TKQ"),
    ("TKQ2", {}, b"TKQ2"),
    ("INIT", {}, b"INIT,1"),
    ("CONFIG,TY:g4c,UL:600", {}, b"CONFIG,1"),
    ("KA", {}, None),
]


@pytest.mark.parametrize(("content", "expected", "answer"), HEALTH)
def test_each_word_is_read_and_answered_as_the_vendor_asks(content, expected, answer):
    message = said(content)

    assert values(message) == expected
    assert message.reply == (answer and framed(answer).replace(b"*000A*", b"*000a*"))


def test_a_temperature_fault_is_a_flag_without_a_value():
    assert first("btemp2,0,1").alarms == (Flag.TEMPERATURE_HIGH,)
    assert first("btemp2,0,0").alarms == (Flag.TEMPERATURE_LOW,)


def test_what_cannot_be_used_is_counted():
    assert said("HEART,999").skipped == (Reason.OUT_OF_RANGE,)
    assert said("HEART,x").skipped == (Reason.BAD_NUMBER,)
    assert said("MONITORED,1").skipped == (Reason.UNKNOWN_MESSAGE,)
    assert said("LK").skipped == said("PP,1,2").skipped == ()


def test_the_answer_speaks_the_watchs_dialect():
    assert said("LK", maker="ZJ", index="0075").reply == b"[ZJ*8800000015*0075*0002*LK]"
    assert said("LK", maker="SG").reply == b"[SG*8800000015*0002*LK]"


def test_a_voice_message_is_unescaped_and_confirmed():
    sound = b"#!AMR\n" + bytes(range(256))

    message = said(b"TK," + escape(sound))

    assert message.recording is not None
    assert (message.recording.medium, message.recording.content) == (Medium.VOICE, sound)
    assert message.reply == b"[3G*8800000015*0004*TK,1]"


def test_a_watchs_own_confirmation_is_not_confirmed_again():
    message = said("TK,1")

    assert message.recording is None
    assert message.reply is None


def test_a_voice_message_in_parts_tells_which_part_it_is():
    recording = said(b"JXTK,0,watch_7.amr,2,6,#" + escape(b"a,b]")).recording

    assert recording is not None
    assert (recording.name, recording.part, recording.parts, recording.content) == ("watch_7.amr", 2, 6, b"#a,b]")
    assert said(b"JXTK,0,name,7,6,x").recording is None


def test_a_picture_is_kept_apart_from_its_fields():
    recording = said(b"img,5,221126031542," + escape(b"\xff\xd8,]")).recording

    assert recording is not None
    assert (recording.medium, recording.content) == (Medium.PICTURE, b"\xff\xd8,]")


WORDS = [row[0].encode() for row in HEALTH] + [
    alarm("00010000").encode(),
    alarm("0", "UD2").encode(),
    b"JXTK,0,n,1,2,x",
]


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_nothing_in_a_frame_is_ever_too_strange(content):
    keeps_its_promises(read_watch_frame(WatchFrame("3G", DEVICE, None, content)))


@example(b"LK,50,100,99", 3, 0, b"\x1c")  # a blank to Python's strip, but not to its float
@given(st.sampled_from(WORDS), st.integers(0, 200), st.integers(0, 8), st.binary(max_size=8))
def test_no_change_to_a_real_packet_is_ever_too_strange(packet, at, length, change):
    keeps_its_promises(read_watch_frame(WatchFrame("3G", DEVICE, None, packet[:at] + change + packet[at + length :])))


def keeps_its_promises(message: WatchMessage) -> None:
    for one in message.observations:
        assert one.kind in QUANTITIES
        assert one.value is None or is_plausible(one.kind, one.value)
        assert not (one.is_backfill and one.alarms)
    if message.word == "AL":
        assert message.observations[0].alarms
        assert message.reply
