"""The watches of the second family, `IW...#` over TCP: their stream cut into packets, what they say, and the answers.

Source: what a widely used open tracking server decodes, and packets seen; the vendor's own document was not at hand, so
that everything beyond the fields read here is unverified. An answer repeats the type with its first letter one further
(`AP49` → `BP49`), which every packet waits for. The device names itself once, in `AP00`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from backend.devices.observations import Cell, Fix, FixKind, Flag, Kind, Observation, Protocol, Radio, is_plausible
from backend.ingest.errors import Reason
from backend.ingest.iw_downlinks import OBEYED
from backend.ingest.reading import moment_of_digits, number, place, whole
from backend.ingest.watch_positions import MAX_ACCESS_POINTS, MAX_CELLS, access_point, tower_number_of

MAX_PACKET = 4096

_BEGINNING = re.compile(rb"IW[A-Y]P[0-9A-Z]{2}")
_TYPE = re.compile(r"IW([A-Y]P[0-9A-Z]{2})", re.ASCII)
_LOGIN = re.compile(r"\d{15}", re.ASCII)
_POSITION = re.compile(
    r"(?P<date>\d{6})(?P<valid>[AV])"
    r"(?P<lat>\d{2})(?P<lat_minutes>\d{2}\.\d{1,6})(?P<ns>[NS])"
    r"(?P<lon>\d{3})(?P<lon_minutes>\d{2}\.\d{1,6})(?P<ew>[EW])"
    r"(?P<speed>\d{3}\.\d)(?P<time>\d{6})(?P<course>[\d.]{6})"
    r"(?P<status>\d{9,20})",
    re.ASCII,
)
_STATUS = re.compile(r"(?P<signal>\d{3})(?P<satellites>\d{3})(?P<battery>\d{3})", re.ASCII)
# A code without a row, 00 among them, came in an alarm packet all the same and stays an unnamed alarm.
_ALARMS: Mapping[str, Flag] = {"01": Flag.SOS, "05": Flag.FALL, "06": Flag.FALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class IwMessage:
    """One packet read. `device` is set by a login alone; observations belong to the device that logged in before."""

    kind: str
    device: str | None = None
    observations: tuple[Observation, ...] = ()
    reply: bytes | None = None
    skipped: tuple[Reason, ...] = ()


class IwPackets:
    """Cuts a stream at its `#`; `skipped` counts the bytes that belonged to no packet. Splits change nothing."""

    def __init__(self) -> None:
        self.skipped = 0
        self._buffer = bytearray()
        self._is_too_long = False

    def feed(self, received: bytes) -> list[str]:
        """The packets that `received` completes, without their `#`."""
        packets: list[str] = []
        *ended, rest = received.split(b"#")
        for piece in ended:
            self._keep(piece)
            packets.extend(self._finish())
        self._keep(rest)
        return packets

    def _keep(self, piece: bytes) -> None:
        self._is_too_long |= len(self._buffer) + len(piece) > MAX_PACKET
        if self._is_too_long:
            self.skipped += len(self._buffer) + len(piece)
            self._buffer.clear()
        else:
            self._buffer += piece

    def _finish(self) -> list[str]:
        whole_piece = bytes(self._buffer)
        starts = [] if self._is_too_long else [found.start() for found in _BEGINNING.finditer(whole_piece)]
        start = starts[-1] if starts else -1
        self.skipped += len(whole_piece) if start < 0 else start
        self._buffer.clear()
        self._is_too_long = False
        return [] if start < 0 else [whole_piece[start:].decode("utf-8", "replace")]


def read_iw_packet(packet: str, device: str | None, now: datetime) -> IwMessage:
    """The observations of a packet from `device`, None before its login, and the answer; never fails.

    `now` goes into the answer to a login, from which the watch sets its clock. Without a login there are no
    observations and no answer: the watch then tries to log in.
    """
    found = _TYPE.match(packet)
    if found is None:
        return IwMessage(kind="", skipped=(Reason.UNKNOWN_MESSAGE,))
    kind, content = found.group(1), packet[found.end() :].removeprefix(",")
    if kind == "AP00":
        return _login(content, now)
    if device is None:
        return IwMessage(kind=kind, skipped=(Reason.NO_DEVICE,))
    if kind in OBEYED:
        return IwMessage(kind=kind)
    read = _READERS.get(kind)
    observations, skipped = read(content) if read else ([], [])
    own = tuple(replace(one, device=device) for one in observations)
    return IwMessage(kind=kind, observations=own, reply=_reply(kind), skipped=tuple(skipped))


def _login(content: str, now: datetime) -> IwMessage:
    imei = content.split(",", 1)[0].strip()
    if not _LOGIN.fullmatch(imei):
        return IwMessage(kind="AP00", skipped=(Reason.BAD_DEVICE,))
    reply = _reply("AP00", f",{now.astimezone(UTC):%Y%m%d%H%M%S},0")
    return IwMessage(kind="AP00", device=imei, reply=reply)


def _reply(kind: str, content: str = "") -> bytes:
    return f"IW{chr(ord(kind[0]) + 1)}{kind[1:]}{content}#".encode("ascii")


_Said = tuple[list[Observation], list[Reason]]
_Reader = Callable[[str], _Said]


def _seen(kind: Kind, value: float | None = None) -> Observation:
    return Observation(device="", protocol=Protocol.IW, kind=kind, value=value)


def _measured(readings: Mapping[Kind, float | None]) -> _Said:
    """Those readings that are there and can be; nought is this family's word for "could not measure" as well."""
    there = {kind: value for kind, value in readings.items() if value is not None}
    seen = [_seen(kind, value) for kind, value in there.items() if is_plausible(kind, value)]
    return seen, [Reason.OUT_OF_RANGE] * (len(there) - len(seen))


def _row(*kinds: Kind | None) -> _Reader:
    """A row of readings in this order, None for a field that is passed over.

    Empty fields and noughts are no readings; a heart rate of nought alone says something: not worn, as a rule.
    """

    def read(content: str) -> _Said:
        fields = [number(field) for field in content.split(",")[: len(kinds)]]
        seen, skipped = _measured({kind: value for kind, value in zip(kinds, fields, strict=False) if kind and value})
        if kinds[0] is Kind.HEART_RATE and fields[0] == 0:
            seen = [_seen(Kind.HEART_RATE), *seen]
        return seen, skipped

    return read


def _status(digits: str) -> dict[Kind, float | None]:
    found = _STATUS.match(digits)
    return {Kind.BATTERY: float(found["battery"])} if found else {}


def _heartbeat(content: str) -> _Said:
    """`status,steps,tumbles`, the status being three digits each of signal, satellites and battery, and more."""
    status, steps, tumbles = [*content.split(",", 3), "", "", ""][:3]
    readings = {**_status(status), Kind.STEPS: number(steps), Kind.TUMBLES: number(tumbles)}
    seen, skipped = _measured(readings)
    return [_seen(Kind.ALIVE), *seen], skipped


def _position(kind: Kind) -> _Reader:
    def read(content: str) -> _Said:
        block = _POSITION.match(content)
        here = _seen(kind)
        fields = content[block.end() :].split(",") if block else content.split(",")
        if kind is Kind.ALARM:
            here = replace(here, flags=(_ALARMS.get(fields[5] if len(fields) > 5 else "", Flag.UNNAMED_ALARM),))
        if block is None:
            return [here], [Reason.BAD_PAYLOAD]
        moment = moment_of_digits(block["date"], block["time"], "%y%m%d")
        here = replace(here, fix=_fix(block), radio=_one_tower(fields))
        seen, skipped = _measured(_status(block["status"]))
        return [replace(one, device_time=moment) for one in (here, *seen)], skipped

    return read


def _fix(block: re.Match[str]) -> Fix | None:
    point = place(
        _degrees(block["lat"], block["lat_minutes"], negative=block["ns"] == "S"),
        _degrees(block["lon"], block["lon_minutes"], negative=block["ew"] == "W"),
    )
    if block["valid"] != "A" or point is None:
        return None
    status = _STATUS.match(block["status"])
    return Fix(
        point=point,
        kind=FixKind.GPS,
        speed_kmh=number(block["speed"]),
        course_deg=number(block["course"]),
        satellites=int(status["satellites"]) if status else None,
    )


def _degrees(degrees: str, minutes: str, *, negative: bool) -> float | None:
    found = int(degrees) + float(minutes) / 60
    return None if float(minutes) >= 60 else -found if negative else found


def _one_tower(fields: list[str]) -> Radio | None:
    """`,mcc,mnc,area,tower` behind the status."""
    cells = _cells(fields[1], fields[2], [f"{fields[3]}|{fields[4]}|"]) if len(fields) > 4 else ()
    return Radio(cells=cells) if cells else None


def _surroundings(content: str) -> _Said:
    """`language,reply,towers,mcc,mnc,area|tower|signal,...,wifis,name|mac|signal&...`: no fix, only what it hears."""
    fields = content.split(",", 5 + MAX_CELLS + 1)
    count = whole(fields[2]) if len(fields) > 5 else None
    if count is None or not 0 <= count <= MAX_CELLS:
        return [_seen(Kind.POSITION)], [Reason.BAD_PAYLOAD]
    cells = _cells(fields[3], fields[4], fields[5 : 5 + count])
    wifis = ",".join(fields[6 + count :]).split("&")[:MAX_ACCESS_POINTS]
    parts = ([*wifi.split("|"), "", ""][1:3] for wifi in wifis)
    points = tuple(point for mac, signal in parts if (point := access_point(mac.strip(), signal)))
    radio = Radio(cells=cells, access_points=points) if cells or points else None
    return [replace(_seen(Kind.POSITION), radio=radio)], []


def _cells(country: str, network: str, towers: list[str]) -> tuple[Cell, ...]:
    country_number, network_number = whole(country), whole(network)
    if country_number is None or network_number is None or not 0 < country_number < 1000:
        return ()
    parts = ([*tower.split("|"), "", ""][:3] for tower in towers)
    numbers = ((tower_number_of(area), tower_number_of(tower), whole(signal)) for area, tower, signal in parts)
    return tuple(
        Cell(country_number, network_number, area, tower, signal)
        for area, tower, signal in numbers
        if area is not None and tower is not None
    )


_READERS: Mapping[str, _Reader] = {
    "AP01": _position(Kind.POSITION),
    "AP02": _surroundings,
    "AP03": _heartbeat,
    "AP10": _position(Kind.ALARM),
    "AP49": _row(Kind.HEART_RATE),
    "AP50": _row(Kind.BODY_TEMPERATURE, Kind.BATTERY),
    "APHT": _row(Kind.HEART_RATE, Kind.SYSTOLIC, Kind.DIASTOLIC),
    # The fifth is blood sugar; in which unit is in no document, so that its figure means nothing.
    "APHP": _row(Kind.HEART_RATE, Kind.SYSTOLIC, Kind.DIASTOLIC, Kind.OXYGEN, None, Kind.BODY_TEMPERATURE),
}
