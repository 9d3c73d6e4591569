"""Cutting a watch's stream into frames, however it is split, counted or broken."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.ingest.watch_frames import MAX_FRAME, WatchFrames, escape, frame_bytes, unescape
from tests.ingest.packets import DEVICE, alarm, framed

LINK = framed("LK")
SOS = framed(alarm("00010000"))


def contents(*pieces: bytes) -> list[bytes]:
    frames = WatchFrames()
    return [frame.content for piece in pieces for frame in frames.feed(piece)]


def one_by_one(stream: bytes) -> list[bytes]:
    return contents(*(stream[at : at + 1] for at in range(len(stream))))


def test_a_frame_tells_its_maker_device_and_index():
    (frame,) = WatchFrames().feed(framed("AL,1", maker="ZJ", index="0075", device="014111001332708"))

    assert (frame.maker, frame.device, frame.index, frame.content) == ("ZJ", "014111001332708", "0075", b"AL,1")
    assert frame.length_agrees


WIFI_IN_BRACKETS = b"UD,1,[LG_Wall-Mount A/C],08:00:00:00:00:01,-70"
STREAMS = {
    "two in one read": (LINK + SOS, [b"LK", alarm("00010000").encode()]),
    "garbage before": (b"GET / HTTP/1.1\r\n\r\n" + LINK, [b"LK"]),
    "garbage between": (LINK + b"\x00\xff[[[]]" + LINK, [b"LK", b"LK"]),
    "line ends between": (LINK + b"\r\n" + LINK, [b"LK", b"LK"]),
    "length one short": (framed("UD,abc", length=5), [b"UD,abc"]),
    "length far too long": (framed("UD,abc", length=0x1FFF) + LINK, [b"UD,abc", b"LK"]),
    "brackets in a name": (framed(WIFI_IN_BRACKETS), [WIFI_IN_BRACKETS]),
    "brackets in a name, wrong length": (framed(WIFI_IN_BRACKETS, length=3), [WIFI_IN_BRACKETS]),
    "one bracket open in a name": (framed("UD,[LG,1") + LINK, [b"UD,[LG,1", b"LK"]),
    "one bracket open, wrong length": (framed("UD,[LG,1", length=3) + LINK, [b"UD,[LG,1", b"LK"]),
    "half a frame, then a new one": (SOS[:40] + LINK, [b"LK"]),
    "unknown maker": (b"[XX*1*0002*LK]" + LINK, [b"LK"]),
    "length not hexadecimal": (b"[3G*1*00G2*LK]" + LINK, [b"LK"]),
    "no content": (framed(""), [b""]),
    "lower-case length": (b"[SG*1*000a*0123456789]", [b"0123456789"]),
    "content that looks like a length": (framed("ABCD"), [b"ABCD"]),
}


@pytest.mark.parametrize("name", STREAMS)
def test_the_same_frames_come_however_the_stream_is_split(name):
    stream, expected = STREAMS[name]

    assert contents(stream) == expected
    assert one_by_one(stream) == expected
    for cut in range(len(stream)):
        assert contents(stream[:cut], stream[cut:]) == expected


@given(
    st.lists(st.sampled_from([LINK, SOS, b"[", b"]", b"[3G*", b"*", b"0002*", b"1*", b"x", framed("[", length=9)])),
    st.lists(st.integers(0, 400)),
)
@example([framed("x" * 40)[:-1], LINK], [])
def test_no_split_changes_what_comes_out(pieces, cuts):
    stream = b"".join(pieces)
    at = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})

    parts = [stream[begin:end] for begin, end in itertools.pairwise(at)]

    assert contents(*parts) == contents(stream) == one_by_one(stream)


@given(st.binary(max_size=600))
def test_after_any_garbage_a_frame_is_found_again(garbage):
    # The first frame may be swallowed as content of what the garbage began; the next ones may not.
    assert contents(garbage + LINK + LINK)[-1] == b"LK"


def test_an_endless_frame_is_given_up_and_memory_stays_small():
    frames = WatchFrames()

    endless = b"[3G*1*FFFF*" + b"a" * (3 * MAX_FRAME)
    came = [frame for _ in range(5) for frame in frames.feed(endless)] + frames.feed(LINK)

    assert [frame.content for frame in came] == [b"LK"]
    assert frames.skipped == 5 * len(endless)
    assert len(frames._buffer) == 0


@pytest.mark.parametrize("surplus", [-1, 0, 1])
def test_the_longest_frame_is_the_same_in_one_read_and_in_many(surplus):
    head = len(framed("", length=0)) - 1
    stream = framed("a" * (MAX_FRAME - head + surplus)) + LINK

    split = [stream[at : at + 977] for at in range(0, len(stream), 977)]

    assert contents(stream) == contents(*split)
    assert contents(stream)[-1] == b"LK"


def test_what_is_lost_and_rescued_is_counted():
    frames = WatchFrames()

    frames.feed(b"rubbish" + framed("UD,[LG", length=1) + LINK)

    assert (frames.skipped, frames.salvaged) == (7, 1)


@given(st.binary(max_size=200))
def test_escaped_bytes_travel_unchanged(blob):
    (frame,) = WatchFrames().feed(framed(b"TK," + escape(blob)))

    assert frame.fields() == [b"TK", blob]
    assert unescape(escape(blob)) == blob


def test_an_unknown_escape_stays_as_it_is():
    assert unescape(b"a}b}\x06}\x02") == b"a}b}\x06["


def test_frames_are_built_with_a_lower_case_length_and_the_index():
    assert frame_bytes("3G", DEVICE, b"0123456789") == b"[3G*8800000015*000a*0123456789]"
    assert frame_bytes("ZJ", DEVICE, b"LK", "0075") == b"[ZJ*8800000015*0075*0002*LK]"
    with pytest.raises(ValueError, match="65535"):
        frame_bytes("3G", DEVICE, b"a" * 65_536)
