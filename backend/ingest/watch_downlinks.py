"""What may be told to a GPS watch, and how a watch tells that it has obeyed.

Source: the vendor's "Beesure GPS SeTracker Server Protocol". Its `MONITOR` (the watch calls back and lets one listen
without the wearer's knowing), its remote camera (`rcapture`) and its forced answering (`ACALL`) have no function here:
nobody is overheard. Numbers must be known to be numbers before they come here; what is not fails with ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from enum import IntEnum
from typing import NamedTuple

from backend.ingest.watch_frames import WatchFrame, frame_bytes

MAX_MESSAGE_SIGNS = 90
MAX_CONTACTS = 10
MAX_SOS_NUMBERS = 3
MAX_QUIET_TIMES = 4
SHORTEST_UPLOAD_S, LONGEST_UPLOAD_S = 60, 65_535
SHORTEST_HEART_RATE_S = 300

_NUMBER = re.compile(r"\+?\d{2,19}", re.ASCII)
_CONTACTS_A_COMMAND = 5
_MAX_NAME_SIGNS = 10


class Language(IntEnum):
    """The vendor's numbers for the languages of Youlin."""

    ENGLISH = 0
    SIMPLIFIED_CHINESE = 1


class Contact(NamedTuple):
    """An entry of the watch's telephone book."""

    number: str
    name: str


class QuietTime(NamedTuple):
    """A stretch of the day, over midnight where the end lies before the beginning."""

    begin: time
    end: time


def addressed(to: WatchFrame, content: bytes) -> bytes:
    """`content` as a frame for the watch that sent `to`, in its maker's dialect.

    A watch that numbers its frames gets the number 0001: it only wants one there, and answers with the command's word.
    """
    return frame_bytes(to.maker, to.device, content, None if to.index is None else "0001")


def locate_now() -> bytes:
    """Ask for fixes each 20 seconds, for three minutes."""
    return b"CR"


def set_upload_interval(seconds: int) -> bytes:
    """How often the watch tells where it is: 60 to 65535 seconds."""
    if not SHORTEST_UPLOAD_S <= seconds <= LONGEST_UPLOAD_S:
        raise ValueError(f"a watch reports each {SHORTEST_UPLOAD_S} to {LONGEST_UPLOAD_S} seconds")
    return f"UPLOAD,{seconds}".encode("ascii")


def set_sos_numbers(numbers: Sequence[str]) -> bytes:
    """The one to three numbers that the SOS button calls in turn; those not given are emptied."""
    if not 1 <= len(numbers) <= MAX_SOS_NUMBERS:
        raise ValueError(f"a watch calls 1 to {MAX_SOS_NUMBERS} numbers")
    places = [telephone_number(found) for found in numbers] + [""] * (MAX_SOS_NUMBERS - len(numbers))
    return ",".join(["SOS", *places]).encode("ascii")


def set_contacts(contacts: Sequence[Contact]) -> list[bytes]:
    """The telephone book, up to ten entries: one command for the first five, one for the rest. Long names are cut."""
    if not 1 <= len(contacts) <= MAX_CONTACTS:
        raise ValueError(f"a watch knows 1 to {MAX_CONTACTS} contacts")
    halves = (contacts[:_CONTACTS_A_COMMAND], contacts[_CONTACTS_A_COMMAND:])
    return [_phone_book(word, half) for word, half in zip(("PHB", "PHB2"), halves, strict=True) if half]


def measure_heart_rate(period_seconds: int | None) -> bytes:
    """Measure once (None), never (0) or each so many seconds, 300 at least; a shorter period drains the battery."""
    if period_seconds is None:
        return b"hrtstart,1"
    if period_seconds and not SHORTEST_HEART_RATE_S <= period_seconds <= LONGEST_UPLOAD_S:
        raise ValueError(f"a watch measures each {SHORTEST_HEART_RATE_S} seconds at most")
    return f"hrtstart,{period_seconds}".encode("ascii")


def find_watch() -> bytes:
    """Let it ring for a minute, or until its wearer presses the button."""
    return b"FIND"


def show_message(text: str) -> bytes:
    """Words on the screen, at most 90 UTF-16 units of them, sent as their big-endian UTF-16 in hexadecimal digits."""
    if not 0 < len(text.encode("utf-16-be", "surrogatepass")) // 2 <= MAX_MESSAGE_SIGNS:
        raise ValueError(f"a message has 1 to {MAX_MESSAGE_SIGNS} signs")
    return b"MESSAGE," + unicode_hex(text)


def set_quiet_times(stretches: Sequence[QuietTime]) -> bytes:
    """When the watch refuses every call, up to four stretches a day. Its SOS button works on; the family's call fails.

    The firmware wants four: a minute after midnight fills the places that are left.
    """
    if not 1 <= len(stretches) <= MAX_QUIET_TIMES:
        raise ValueError(f"a watch keeps 1 to {MAX_QUIET_TIMES} quiet times")
    filled = [*stretches, *[QuietTime(time(0, 1), time(0, 2))] * (MAX_QUIET_TIMES - len(stretches))]
    return ",".join(["SILENCETIME", *(f"{_clock(begin)}-{_clock(end)}" for begin, end in filled)]).encode("ascii")


def set_language_and_zone(language: Language, hours_east: float) -> bytes:
    """The language of its menus, and its zone in hours east of UTC, in quarters."""
    if not -12 <= hours_east <= 14 or (hours_east * 4) % 1:
        raise ValueError("a zone lies -12 to 14 hours east, in quarters")
    return f"LZ,{language.value},{hours_east:g}".encode("ascii")


def is_obeyed(sent: bytes, answer: WatchFrame) -> bool:
    """Whether this frame is the watch's answer to that command: it repeats the word, in any case."""
    return answer.content.split(b",", 1)[0].upper() == sent.split(b",", 1)[0].upper()


def _phone_book(word: str, contacts: Sequence[Contact]) -> bytes:
    entries = (
        telephone_number(number).encode("ascii") + b"," + unicode_hex(cut_name(name)) for number, name in contacts
    )
    return b",".join([word.encode("ascii"), *entries])


def telephone_number(number: str) -> str:
    """The number, if it is one; raises ValueError."""
    if not _NUMBER.fullmatch(number):
        raise ValueError("not a telephone number")
    return number


def cut_name(name: str) -> str:
    """The first ten signs; a pair of surrogates is never torn."""
    if not name.strip():
        raise ValueError("a contact has a name")
    units = name.strip().encode("utf-16-be", "surrogatepass")[: _MAX_NAME_SIGNS * 2]
    return units.decode("utf-16-be", "ignore")


def unicode_hex(text: str) -> bytes:
    """Big-endian UTF-16 in hexadecimal digits, as these watches want every word of a person's."""
    return text.encode("utf-16-be", "surrogatepass").hex().upper().encode("ascii")


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"
