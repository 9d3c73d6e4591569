"""What may be told to a watch, byte for byte as the vendor's examples have it."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.ingest import watch_downlinks as downlinks
from backend.ingest.watch_downlinks import Contact, Language, QuietTime
from backend.ingest.watch_frames import WatchFrame, WatchFrames
from backend.ingest.watch_packets import read_watch_frame

WATCH = WatchFrame("3G", "5678901234", None, b"LK")
NUMBERING_WATCH = WatchFrame("ZJ", "5678901234", "0075", b"LK")

COMMANDS = [
    (downlinks.locate_now(), b"CR"),
    (downlinks.set_upload_interval(600), b"UPLOAD,600"),
    (downlinks.set_sos_numbers(["13800000001"]), b"SOS,13800000001,,"),
    (downlinks.set_sos_numbers(["13800000001", "120", "+8613800000002"]), b"SOS,13800000001,120,+8613800000002"),
    (downlinks.measure_heart_rate(None), b"hrtstart,1"),
    (downlinks.measure_heart_rate(0), b"hrtstart,0"),
    (downlinks.measure_heart_rate(300), b"hrtstart,300"),
    (downlinks.find_watch(), b"FIND"),
    (downlinks.show_message("11a"), b"MESSAGE,003100310061"),
    (downlinks.show_message("好[]\U0001f600"), b"MESSAGE,597D005B005DD83DDE00"),
    (
        downlinks.set_quiet_times([QuietTime(time(21, 10), time(7, 30))]),
        b"SILENCETIME,21:10-7:30,0:01-0:02,0:01-0:02,0:01-0:02",
    ),
    (downlinks.set_language_and_zone(Language.SIMPLIFIED_CHINESE, 8), b"LZ,1,8"),
    (downlinks.set_language_and_zone(Language.ENGLISH, -3.5), b"LZ,0,-3.5"),
]


@pytest.mark.parametrize(("command", "expected"), COMMANDS)
def test_a_command_is_what_the_vendor_says(command, expected):
    assert command == expected


def test_contacts_go_in_two_commands_of_five():
    people = [Contact(f"1380000000{digit}", "张三") for digit in range(7)]

    first, second = downlinks.set_contacts(people)

    assert first.startswith(b"PHB,13800000000,5F204E09,13800000001,5F204E09")
    assert second == b"PHB2,13800000005,5F204E09,13800000006,5F204E09"
    assert downlinks.set_contacts([Contact("110", "一二三四五六七八九十百")]) == [
        b"PHB,110,4E004E8C4E0956DB4E94516D4E03516B4E5D5341"
    ]


REFUSED = [
    lambda: downlinks.set_upload_interval(59),
    lambda: downlinks.set_upload_interval(65_536),
    lambda: downlinks.set_sos_numbers([]),
    lambda: downlinks.set_sos_numbers(["110"] * 4),
    lambda: downlinks.set_sos_numbers(["110]["]),
    lambda: downlinks.set_sos_numbers(["110,119"]),
    lambda: downlinks.set_sos_numbers(["一一零"]),
    lambda: downlinks.set_contacts([]),
    lambda: downlinks.set_contacts([Contact("110", " ")]),
    lambda: downlinks.set_contacts([Contact("110", "a")] * 11),
    lambda: downlinks.measure_heart_rate(60),
    lambda: downlinks.measure_heart_rate(-1),
    lambda: downlinks.show_message(""),
    lambda: downlinks.show_message("好" * 91),
    lambda: downlinks.set_quiet_times([]),
    lambda: downlinks.set_language_and_zone(Language.ENGLISH, 15),
    lambda: downlinks.set_language_and_zone(Language.ENGLISH, 8.1),
]


@pytest.mark.parametrize("ask", REFUSED)
def test_what_no_watch_understands_is_never_built(ask):
    with pytest.raises(ValueError, match=r"\w"):
        ask()


def test_a_command_goes_out_in_the_dialect_of_its_watch():
    assert downlinks.addressed(WATCH, b"LZ,1,8") == b"[3G*5678901234*0006*LZ,1,8]"
    assert downlinks.addressed(NUMBERING_WATCH, b"CR") == b"[ZJ*5678901234*0001*0002*CR]"


@pytest.mark.parametrize(("answer", "obeyed"), [(b"UPLOAD", True), (b"upload,1", True), (b"CR", False), (b"", False)])
def test_a_watch_obeys_by_repeating_the_word(answer, obeyed):
    assert downlinks.is_obeyed(b"UPLOAD,600", WatchFrame("3G", "1", None, answer)) is obeyed


@given(st.text(min_size=1, max_size=40))
def test_no_words_break_the_frame_that_carries_them(text):
    sent = downlinks.addressed(WATCH, downlinks.show_message(text))

    (frame,) = WatchFrames().feed(sent)

    assert bytes.fromhex(frame.content.split(b",")[1].decode()).decode("utf-16-be", "surrogatepass") == text


@pytest.mark.parametrize("command", [command for command, _ in COMMANDS])
def test_a_watchs_answer_to_a_command_is_known_and_not_answered_again(command):
    answer = WatchFrame("3G", "5678901234", None, command.split(b",")[0])

    message = read_watch_frame(answer)

    assert (message.observations, message.skipped, message.reply) == ((), (), None)
    assert downlinks.is_obeyed(command, answer)


def test_nobody_can_be_overheard():
    assert not {"monitor", "listen", "capture", "answer", "rcapture", "acall"} & {
        part for name in dir(downlinks) for part in name.lower().split("_")
    }
