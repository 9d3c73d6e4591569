"""The position block of the GPS watches: its moment, its fix, its status bits, and the towers and Wi-Fis behind it.

Source: Appendix I of the vendor's "Beesure GPS SeTracker Server Protocol"; the accuracy at the end and the hexadecimal
towers are what firmwares send beyond it. The block is read field by field, and one that cannot be read takes nothing
else with it: a button pressed without a fix is still a button pressed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.devices.observations import AccessPoint, Cell, Fix, FixKind, Flag, Radio
from backend.ingest.reading import moment_of_digits, number, place, whole

MAX_CELLS = 20
MAX_ACCESS_POINTS = 40

STATUS_BITS: Mapping[int, Flag] = {
    0: Flag.BATTERY_IS_LOW,
    1: Flag.OUTSIDE_FENCE,
    2: Flag.INSIDE_FENCE,
    3: Flag.WORN,
    4: Flag.STILL,
    14: Flag.UNPLUGGED,  # in no document; seen when a watch leaves its charger
    16: Flag.SOS,
    17: Flag.LOW_BATTERY,
    18: Flag.LEFT_FENCE,
    19: Flag.ENTERED_FENCE,
    20: Flag.TAKEN_OFF,
    21: Flag.FALL,
    22: Flag.HEART_RATE_ABNORMAL,
}
"""The vendor's table: bits 16 and above are alarms, those below are states. What stands above 22 has no name."""

_UNNAMED_BITS = range(23, 32)
_STATUS = re.compile(r"[0-9A-Fa-f]{1,8}", re.ASCII)
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", re.ASCII)
_TOWER_NUMBER = re.compile(r"[0-9A-Fa-f]{1,9}", re.ASCII)

_SPEED, _COURSE, _ALTITUDE, _SATELLITES, _BATTERY, _STEPS, _TUMBLES, _STATUS_FIELD, _TAIL = (
    7,
    8,
    9,
    10,
    12,
    13,
    14,
    15,
    16,
)
_FIELDS_BEFORE_TAIL = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionBlock:
    """What one block says; None or empty where it says nothing or nothing readable."""

    device_time: datetime | None
    fix: Fix | None
    flags: set[Flag]
    radio: Radio | None
    battery: float | None
    steps: float | None
    tumbles: float | None


def read_position_block(fields: Sequence[str]) -> PositionBlock:
    """Read the fields behind the message's word; never fails, whatever they are."""
    padded = [*(field.strip() for field in fields), *[""] * max(0, _FIELDS_BEFORE_TAIL - len(fields))]
    radio, accuracy = _read_tail(padded[_TAIL:])
    return PositionBlock(
        device_time=moment_of_digits(padded[0], padded[1], "%d%m%y"),
        fix=_read_fix(padded, accuracy),
        flags=flags_of_status(padded[_STATUS_FIELD]),
        radio=radio,
        battery=number(padded[_BATTERY]),
        steps=number(padded[_STEPS]),
        tumbles=number(padded[_TUMBLES]),
    )


def flags_of_status(status: str) -> set[Flag]:
    """Every bit of the eight hexadecimal digits, however many are set at once; none for what is no status."""
    if not _STATUS.fullmatch(status):
        return set()
    bits = int(status, 16)
    flags = {flag for bit, flag in STATUS_BITS.items() if bits >> bit & 1}
    if any(bits >> bit & 1 for bit in _UNNAMED_BITS):
        flags.add(Flag.UNNAMED_ALARM)
    return flags


def _read_fix(fields: Sequence[str], accuracy: float | None) -> Fix | None:
    """The fix, if the watch vouches for it (`A`); behind a `V` stand zeros or where it was some time ago."""
    point = place(_signed(fields[3], fields[4], "S"), _signed(fields[5], fields[6], "W"))
    if fields[2] != "A" or point is None:
        return None
    return Fix(
        point=point,
        kind=FixKind.GPS,
        accuracy_m=accuracy if accuracy is not None and 0 < accuracy < 100_000 else None,
        speed_kmh=number(fields[_SPEED]),
        course_deg=number(fields[_COURSE]),
        altitude_m=number(fields[_ALTITUDE]),
        satellites=whole(fields[_SATELLITES]),
    )


def _signed(field: str, hemisphere: str, negative: str) -> float | None:
    """A coordinate; some firmwares write the minus and the letter both, so that the letter must not turn it back."""
    found = number(field)
    return -abs(found) if found is not None and hemisphere == negative else found


def _read_tail(tail: Sequence[str]) -> tuple[Radio | None, float | None]:
    """Towers, Wi-Fis and the accuracy in metres, as far as they can be followed."""
    cells, rest = _read_cells(tail)
    points, rest = _read_access_points(rest)
    radio = Radio(cells=tuple(cells), access_points=tuple(points)) if cells or points else None
    # Older firmwares end in `00` where the newer write metres, with a decimal point.
    accuracy = number(rest[0]) if len(rest) == 1 and "." in rest[0] else None
    return radio, accuracy


def _read_cells(tail: Sequence[str]) -> tuple[list[Cell], Sequence[str]]:
    count = whole(tail[0]) if tail else None
    if count is None or not 0 <= count <= MAX_CELLS:
        return [], []
    if count == 0:
        return [], tail[1:]
    country, network = (whole(field) for field in (*tail[2:4], "", "")[:2])
    towers = tail[4 : 4 + 3 * count]
    if country is None or network is None or len(towers) < 3 * count:
        return [], []
    found = (_cell(country, network, *towers[at : at + 3]) for at in range(0, len(towers), 3))
    return [cell for cell in found if cell], tail[4 + 3 * count :]


def _cell(country: int, network: int, area: str, tower: str, signal: str) -> Cell | None:
    area_number, tower_number = tower_number_of(area), tower_number_of(tower)
    if not (0 < country < 1000 and 0 <= network < 1000) or area_number is None or tower_number is None:
        return None
    return Cell(country, network, area_number, tower_number, whole(signal))


def tower_number_of(field: str) -> int | None:
    """A tower's number: decimal, or hexadecimal where a letter gives it away. FFFF stands for none."""
    if not _TOWER_NUMBER.fullmatch(field) or field.upper() in {"FFFF", "FFFFFFF", "FFFFFFFF"}:
        return None
    return int(field, 10 if field.isdecimal() else 16)


def _read_access_points(rest: Sequence[str]) -> tuple[list[AccessPoint], Sequence[str]]:
    count = whole(rest[0]) if rest else None
    if count is None or not 0 <= count <= MAX_ACCESS_POINTS or len(rest) < 1 + 3 * count:
        return [], []
    triples = (rest[at : at + 3] for at in range(1, 1 + 3 * count, 3))
    found = (access_point(mac, signal) for _, mac, signal in triples)
    return [point for point in found if point], rest[1 + 3 * count :]


def access_point(mac: str, signal: str) -> AccessPoint | None:
    """A Wi-Fi by its hardware address, lower-case with colons; None where the address is missing or nought."""
    if not _MAC.fullmatch(mac):
        return None
    return AccessPoint(mac.lower().replace("-", ":"), whole(signal))
