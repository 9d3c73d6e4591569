"""What a GPS watch says in one frame, as observations, and the words that it waits for.

Source: the vendor's "Beesure GPS SeTracker Server Protocol". A watch that gets no answer to its `LK` reboots, and one
whose alarm nobody answers repeats it: the answer is due whatever the frame contains, and before anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from backend.devices.observations import Flag, Kind, Observation, Protocol, by_urgency, is_plausible
from backend.ingest.errors import Reason
from backend.ingest.reading import label, number, whole
from backend.ingest.watch_frames import WatchFrame, frame_bytes, unescape
from backend.ingest.watch_positions import PositionBlock, read_position_block

MAX_FIELDS = 400
"""More commas than the fullest position block has."""


class Medium(StrEnum):
    """What a recording is."""

    VOICE = "voice"  # AMR
    PICTURE = "picture"  # JPEG


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A voice message or picture, or one part of it; the bytes are the device's and unproven."""

    medium: Medium
    content: bytes
    name: str | None = None
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchMessage:
    """One frame read. `reply` is what to send back at once, and None where the watch waits for nothing.

    `skipped` tells what could not be used and why, for the counters: values out of range, a word that we do not know.
    """

    word: str
    observations: tuple[Observation, ...] = ()
    reply: bytes | None = None
    skipped: tuple[Reason, ...] = ()
    recording: Recording | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """What a reader of one word found."""

    observations: Sequence[Observation] = ()
    skipped: Sequence[Reason] = ()
    recording: Recording | None = None


_Reader = Callable[[WatchFrame], _Said]


def read_watch_frame(frame: WatchFrame) -> WatchMessage:
    """The observations of a frame, and its answer; never fails, whatever the frame contains."""
    word = frame.content.split(b",", 1)[0][:20].decode("ascii", "replace").strip()
    key = _key_of(word)
    if key is None:
        return WatchMessage(word="", skipped=(Reason.UNKNOWN_MESSAGE,))
    said = _READERS.get(key, _nothing)(frame)
    return WatchMessage(
        word=key,
        observations=tuple(said.observations),
        reply=_reply(frame, key),
        skipped=tuple(said.skipped),
        recording=said.recording,
    )


def _key_of(word: str) -> str | None:
    """The row of the tables: any case, and every alarm is an AL, as its firmware may call it."""
    upper = word.upper()
    return "AL" if upper.startswith("AL") else upper if upper in _READERS or upper in REPLIES else None


def _reply(frame: WatchFrame, key: str) -> bytes | None:
    if key == "TK" and len(frame.content) <= len(b"TK,1"):
        return None  # this is the watch's own answer to a voice message of ours
    content = REPLIES.get(key)
    return None if content is None else frame_bytes(frame.maker, frame.device, content, frame.index)


REPLIES: Mapping[str, bytes] = {
    "LK": b"LK",
    "AL": b"AL",
    "INIT": b"INIT,1",
    "CONFIG": b"CONFIG,1",
    "TKQ": b"TKQ",
    "TKQ2": b"TKQ2",
    "TK": b"TK,1",
    "JXTK": b"JXTKR,1",
    "BPHRT": b"bphrt",
    "OXYGEN": b"oxygen,1",
    "BTEMP2": b"btemp2",
}
"""What the vendor asks a server to answer; words without a row here are answered by silence."""


def _fields(frame: WatchFrame) -> list[str]:
    """The fields behind the word, as text."""
    return [field.decode("utf-8", "replace") for field in frame.fields(MAX_FIELDS)[1:]]


def _seen(frame: WatchFrame, kind: Kind, value: float | None = None) -> Observation:
    # The index begins anew at each start of the watch, so that it names no packet.
    return Observation(device=frame.device, protocol=Protocol.WATCH, kind=kind, value=value)


def _measured(frame: WatchFrame, readings: Mapping[Kind, float | None]) -> _Said:
    """Those readings that are there; one that no body can have is skipped and counted."""
    there = {kind: value for kind, value in readings.items() if value is not None}
    return _Said(
        [_seen(frame, kind, value) for kind, value in there.items() if is_plausible(kind, value)],
        [Reason.OUT_OF_RANGE for kind, value in there.items() if not is_plausible(kind, value)],
    )


def _nothing(_: WatchFrame) -> _Said:
    return _Said()


def _link(frame: WatchFrame) -> _Said:
    """`LK`, or `LK,steps,tumbles,battery`. The rare form with two fields is in no document: it keeps alive."""
    fields = _fields(frame)
    steps, tumbles, battery = (number(field) for field in fields[:3]) if len(fields) >= 3 else (None, None, None)
    said = _measured(frame, {Kind.STEPS: steps, Kind.TUMBLES: tumbles, Kind.BATTERY: battery})
    return replace(said, observations=[_seen(frame, Kind.ALIVE), *said.observations])


def _position(kind: Kind, *, is_backfill: bool = False) -> _Reader:
    def read(frame: WatchFrame) -> _Said:
        block = read_position_block(_fields(frame))
        said = _measured(frame, {Kind.BATTERY: block.battery, Kind.STEPS: block.steps, Kind.TUMBLES: block.tumbles})
        dated = [
            replace(one, device_time=block.device_time, is_backfill=is_backfill)
            for one in (_where(frame, kind, block), *said.observations)
        ]
        return replace(said, observations=dated)

    return read


def _where(frame: WatchFrame, kind: Kind, block: PositionBlock) -> Observation:
    flags = set(block.flags)
    here = replace(_seen(frame, kind), flags=by_urgency(flags), fix=block.fix, radio=block.radio)
    if kind is Kind.ALARM and not here.alarms:
        # An alarm that names no cause, or whose status was lost on the way, is an alarm all the same.
        here = replace(here, flags=by_urgency(flags | {Flag.UNNAMED_ALARM}))
    return here


def _one_value(kind: Kind, at: int = 0) -> _Reader:
    """A reading in the field number `at`; nought means that the watch could not measure: not worn, as a rule."""

    def read(frame: WatchFrame) -> _Said:
        fields = _fields(frame)
        found = number(fields[at]) if len(fields) > at else None
        if found is None:
            return _Said(skipped=[Reason.BAD_NUMBER])
        return _Said([_seen(frame, kind)]) if found == 0 else _measured(frame, {kind: found})

    return read


def _blood_pressure(frame: WatchFrame) -> _Said:
    """`systolic,diastolic,heart rate,...`; what follows (height, sex, age, weight) is the wearer's and not read."""
    readings = [number(field) or None for field in _fields(frame)[:3]]
    kinds = (Kind.SYSTOLIC, Kind.DIASTOLIC, Kind.HEART_RATE)
    return _measured(frame, dict(zip(kinds, readings, strict=False)))


_TEMPERATURE_FAULTS = {0.0: Flag.TEMPERATURE_LOW, 1.0: Flag.TEMPERATURE_HIGH}


def _temperature_by_mode(frame: WatchFrame) -> _Said:
    """`mode,degrees`: mode 0 at the forehead, 1 at the wrist, which is skin. Degrees 0 and 1 mean too low, too high."""
    mode, degrees = (number(field) for field in [*_fields(frame), "", ""][:2])
    kind = Kind.SKIN_TEMPERATURE if mode == 1 else Kind.BODY_TEMPERATURE
    if degrees is None:
        return _Said(skipped=[Reason.BAD_NUMBER])
    if degrees in _TEMPERATURE_FAULTS:
        return _Said([replace(_seen(frame, kind), flags=(_TEMPERATURE_FAULTS[degrees],))])
    return _measured(frame, {kind: degrees})


def _voice(frame: WatchFrame) -> _Said:
    content = unescape(frame.content.partition(b",")[2])
    return _Said(recording=Recording(medium=Medium.VOICE, content=content) if len(content) > 1 else None)


def _voice_part(frame: WatchFrame) -> _Said:
    """`x,name,part,parts,AMR`."""
    pieces = frame.fields(5)
    name, part, parts = (piece.decode("utf-8", "replace") for piece in [*pieces[2:5], b"", b"", b""][:3])
    number_of_part, number_of_parts = whole(part), whole(parts)
    if number_of_part is None or number_of_parts is None or not 1 <= number_of_part <= number_of_parts <= 100:
        return _Said(skipped=[Reason.BAD_NUMBER])
    content = pieces[5] if len(pieces) > 5 else b""
    recording = Recording(
        medium=Medium.VOICE, content=content, name=label(name), part=number_of_part, parts=number_of_parts
    )
    return _Said(recording=recording)


def _picture(frame: WatchFrame) -> _Said:
    """`5,yymmddHHMMSS,JPEG`, the answer to a request for a picture, which this house never sends."""
    pieces = frame.fields(3)
    content = pieces[3] if len(pieces) > 3 else b""
    return _Said(recording=Recording(medium=Medium.PICTURE, content=content) if content else None)


_SILENT = ("INIT", "CONFIG", "TKQ", "TKQ2", "PP", "WIFIINFOUP", "KA", "PING", "TIME", "VOICE", "WG")
_ANSWERS = ("CR", "UPLOAD", "SOS", "PHB", "PHB2", "HRTSTART", "FIND", "MESSAGE", "SILENCETIME", "LZ")
"""A watch answers a command by its word: see watch_downlinks.is_obeyed."""

_READERS: Mapping[str, _Reader] = {
    "LK": _link,
    "AL": _position(Kind.ALARM),
    **{word: _position(Kind.POSITION) for word in ("UD", "UD_LTE", "UD_WCDMA", "WT")},
    **{word: _position(Kind.POSITION, is_backfill=True) for word in ("UD2", "UD3")},
    **{word: _one_value(Kind.HEART_RATE) for word in ("HEART", "PULSE")},
    **dict.fromkeys(("BPHRT", "BLOOD"), _blood_pressure),
    "OXYGEN": _one_value(Kind.OXYGEN, at=1),
    "BTEMP2": _temperature_by_mode,
    "TEMP": _one_value(Kind.BODY_TEMPERATURE),
    "TK": _voice,
    "TK2": _voice,
    "JXTK": _voice_part,
    "IMG": _picture,
    # Known and without anything to observe: they are not counted as unknown.
    **dict.fromkeys((*_SILENT, *_ANSWERS), _nothing),
}
