"""What may be told to a watch of the second family, `IWBP..#`, and how it tells that it has obeyed.

No document of the vendor was at hand. The forms are those on which several independent servers and one reading of a
firmware agree: word, IMEI, a serial number, then the fields, whose count the firmware checks. The watch answers with
the word turned to `AP`. Where they disagree the more usual reading stands here and is marked. Ringing (nobody names a
word for it) and quiet hours (one old source; whether SOS still works then is told by none) have no function here, nor
have its picture, its recording and its listening call: nobody is overheard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.ingest.watch_downlinks import (
    LONGEST_UPLOAD_S,
    MAX_CONTACTS,
    MAX_MESSAGE_SIGNS,
    MAX_SOS_NUMBERS,
    SHORTEST_HEART_RATE_S,
    SHORTEST_UPLOAD_S,
    Contact,
    Language,
    cut_name,
    telephone_number,
    unicode_hex,
)

_LANGUAGES = {Language.SIMPLIFIED_CHINESE: 0, Language.ENGLISH: 1}
_USUAL_MINUTES = 10
WORDS = frozenset({"BP12", "BP14", "BP15", "BP16", "BP20", "BP40", "BP86", "BPXL"})
OBEYED = frozenset(f"A{word[1:]}" for word in WORDS)
"""By these words a watch answers us. To answer them in turn would tell it the command once more."""
_WORD = re.compile(rb"BP[0-9A-Z]{2}")


def addressed(device: str, serial: int, content: bytes) -> bytes:
    """`content`, a word and its fields, as a packet for this watch."""
    word, comma, fields = content.partition(b",")
    if not _WORD.fullmatch(word):
        raise ValueError("no word of this family")
    return b"IW%b,%b,%06d%b%b#" % (word, device.encode("ascii"), serial % 1_000_000, comma, fields)


def is_obeyed(sent: bytes, word: str) -> bool:
    """Whether a packet of this type is the watch's answer to that command."""
    return word in OBEYED and sent[1:4] == word[1:].encode("ascii")


def locate_now() -> bytes:
    """Ask for a fix now."""
    return b"BP16"


def set_upload_interval(seconds: int) -> bytes:
    """How often the watch tells where it is."""
    if not SHORTEST_UPLOAD_S <= seconds <= LONGEST_UPLOAD_S:
        raise ValueError(f"a watch reports each {SHORTEST_UPLOAD_S} to {LONGEST_UPLOAD_S} seconds")
    return b"BP15,%d" % seconds


def set_sos_numbers(numbers: Sequence[str]) -> bytes:
    """The one to three numbers that the SOS button calls in turn; those not given are emptied."""
    if not 1 <= len(numbers) <= MAX_SOS_NUMBERS:
        raise ValueError(f"a watch calls 1 to {MAX_SOS_NUMBERS} numbers")
    places = [telephone_number(found) for found in numbers] + [""] * (MAX_SOS_NUMBERS - len(numbers))
    return ",".join(["BP12", *places]).encode("ascii")


def set_contacts(contacts: Sequence[Contact]) -> bytes:
    """The telephone book: always ten places, those not given empty. Long names are cut."""
    if not 1 <= len(contacts) <= MAX_CONTACTS:
        raise ValueError(f"a watch knows 1 to {MAX_CONTACTS} contacts")
    entries = [b"%b|%b" % (unicode_hex(cut_name(one.name)), telephone_number(one.number).encode()) for one in contacts]
    return b",".join([b"BP14", *entries, *[b""] * (MAX_CONTACTS - len(contacts))])


def measure_heart_rate(period_seconds: int | None) -> bytes:
    """Measure once (None), never (0) or each so many seconds, in whole minutes.

    Most read the fields of BP86 as a switch and minutes; one firmware takes two periods, of pulse and blood pressure.
    """
    if period_seconds is None:
        return b"BPXL"
    if period_seconds and not SHORTEST_HEART_RATE_S <= period_seconds <= LONGEST_UPLOAD_S:
        raise ValueError(f"a watch measures each {SHORTEST_HEART_RATE_S} seconds at most")
    minutes = -(-period_seconds // 60)
    return b"BP86,%d,%d" % (bool(minutes), minutes or _USUAL_MINUTES)


def show_message(text: str) -> bytes:
    """Words on the screen, as their big-endian UTF-16 in hexadecimal digits."""
    if not 0 < len(text.encode("utf-16-be", "surrogatepass")) // 2 <= MAX_MESSAGE_SIGNS:
        raise ValueError(f"a message has 1 to {MAX_MESSAGE_SIGNS} signs")
    return b"BP40," + unicode_hex(text)


def set_language_and_zone(language: Language, hours_east: float) -> bytes:
    """The language of its menus (0 Chinese, 1 English; some firmwares pass it over), and its zone."""
    if not -12 <= hours_east <= 14 or (hours_east * 4) % 1:
        raise ValueError("a zone lies -12 to 14 hours east, in quarters")
    return f"BP20,{_LANGUAGES[language]},{hours_east:g}".encode("ascii")
