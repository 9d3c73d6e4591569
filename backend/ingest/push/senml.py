"""Sensor Measurement Lists in JSON, a standard that many small gateways speak.

Source: RFC 8428, units of RFC 8798 beside it. A record's name is the base name and its own; the base name, or what
stands before the last `/`, is the device, which the door compares with the sender's credential; the rest must be one of
Youlin's kinds. Records with text, opaque or summed values and those of other kinds are counted and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.devices.observations import Kind, Observation, Protocol, Unit, is_plausible
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.pushed import Pushed
from backend.ingest.reading import device_id, mapping, moment_of_epoch, number, read_json, records, whole

KNOWN_VERSION = 10
_RELATIVE = 2**28
"""Times below this many seconds count from now, by the standard."""

_FACTORS: Mapping[tuple[str, Unit], float] = {
    ("m", Unit.METRE): 1,
    ("mm", Unit.METRE): 0.001,
    ("cm", Unit.METRE): 0.01,
    ("Cel", Unit.CELSIUS): 1,
    ("beat/min", Unit.PER_MINUTE): 1,
    ("%RH", Unit.PERCENT): 1,
    ("%EL", Unit.PERCENT): 1,  # the energy left in a battery, not an explosive limit
    ("%", Unit.PERCENT): 1,
    ("/", Unit.PERCENT): 100,
    ("/", Unit.YES_NO): 1,
    ("count", Unit.COUNT): 1,
    ("ppm", Unit.PPM): 1,
    ("deg", Unit.DEGREE): 1,
    ("%LEL", Unit.PERCENT_LEL): 1,  # ours: the registry has no name for it
}
_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}
_BASES = ("bn", "bt", "bu", "bv")


def read_senml(body: bytes, now: datetime) -> Pushed:
    """Read one pack; `now` is what times without a date are relative to.

    Raises Undecodable for what is no pack, for a later version than 10, and for a field that one must understand.
    """
    pack = read_json(body)
    if not isinstance(pack, list):
        raise Undecodable(Reason.WRONG_SHAPE)
    base: dict[str, object] = {}
    observations: list[Observation] = []
    skipped: list[Reason] = []
    for entry in records(pack):
        record = mapping(entry)
        _check(record)
        base.update({name: record[name] for name in _BASES if name in record})
        if not record.keys() & {"v", "vb", "vs", "vd", "s"}:
            continue
        said = _resolved(base, record, now)
        if isinstance(said, Observation):
            observations.append(said)
        else:
            skipped.append(said)
    return Pushed(observations=tuple(observations), skipped=tuple(skipped))


def _check(record: Mapping[str, object]) -> None:
    version = whole(record.get("bver", KNOWN_VERSION))
    if version is None or version > KNOWN_VERSION or any(name.endswith("_") for name in record):
        raise Undecodable(Reason.UNKNOWN_MESSAGE)


def _resolved(base: Mapping[str, object], record: Mapping[str, object], now: datetime) -> Observation | Reason:
    device, name = _names(base.get("bn", ""), record.get("n", ""))
    kind = _KINDS.get(name)
    if kind is None:
        return Reason.UNKNOWN_QUANTITY
    value = _value(base, record)
    if value is None:
        return Reason.BAD_NUMBER
    observation = Observation(device=device_id(device), protocol=Protocol.SENML, kind=kind)
    factor = _factor(record.get("u", base.get("bu")), observation.unit)
    if factor is None:
        return Reason.UNKNOWN_UNIT
    scaled = round(value * factor, 6)
    if not is_plausible(kind, scaled):
        return Reason.OUT_OF_RANGE
    return Observation(
        device=observation.device,
        protocol=Protocol.SENML,
        kind=kind,
        value=scaled,
        device_time=_time(base, record, now),
    )


def _names(base_name: object, name: object) -> tuple[str, str]:
    """The device and the kind. Only visible ASCII may name a device; what is no text becomes no name."""
    prefix, rest = (part if isinstance(part, str) else "" for part in (base_name, name))
    if not prefix or not rest:
        prefix, _, rest = (prefix + rest).rpartition("/")
    return prefix.rstrip("/:_;."), rest


def _value(base: Mapping[str, object], record: Mapping[str, object]) -> float | None:
    flag = record.get("vb")
    if isinstance(flag, bool):
        return float(flag)
    value, base_value = number(record.get("v")), number(base.get("bv", 0))
    return None if value is None or base_value is None else value + base_value


def _factor(unit: object, wanted: Unit) -> float | None:
    """How to come to our unit; a value without a unit is a yes, a no, or a mere count."""
    if unit is None:
        return 1.0 if wanted in {Unit.YES_NO, Unit.COUNT} else None
    return _FACTORS.get((unit, wanted)) if isinstance(unit, str) else None


def _time(base: Mapping[str, object], record: Mapping[str, object], now: datetime) -> datetime | None:
    base_time, own_time = number(base.get("bt", 0)), number(record.get("t", 0))
    if base_time is None or own_time is None:
        return None
    seconds = base_time + own_time
    return moment_of_epoch(seconds if seconds >= _RELATIVE else now.timestamp() + seconds)
