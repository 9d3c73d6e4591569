"""Our own small JSON, for devices and gateways that somebody programs for Youlin.

`{"values": {"level": 1.2, "battery": 80}, "ts": 1795317342000, "id": "41"}`, one such object, a list of them, or the
bare values. Names and units are those of the observations; `sos`, `fall` and the other flags are `true`; a place is
`latitude` and `longitude` with `crs` (`wgs84` where it is missing), `accuracy` in metres and `fix` (`gps`, `wifi`,
`cell`). `id` may be a counter that begins anew, if `ts` stands beside it. `stored: true` marks what was kept while the
network was away and alarms nobody. The device is known by its token, so that no body can speak for another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.devices.observations import (
    STATES,
    Fix,
    FixKind,
    Flag,
    Kind,
    Observation,
    Protocol,
    by_urgency,
    is_plausible,
)
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.pushed import Pushed, joined
from backend.ingest.reading import mapping, moment_of_milliseconds, number, place, read_json, records, sequence
from backend.kernel.geo import SourceCrs

MAX_VALUES = 50

_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind if kind not in {Kind.POSITION, Kind.ALARM}}
_FLAGS: Mapping[str, Flag] = {flag.value: flag for flag in Flag}
_PLACE = {"latitude", "longitude", "crs", "accuracy", "fix"}


def read_native(device: str, body: bytes) -> Pushed:
    """Read a body from `device`. Raises Undecodable for what has not this shape, TooLarge for too many values."""
    return read_native_json(device, read_json(body))


def read_native_json(device: str, content: object) -> Pushed:
    """`read_native` for a body whose JSON is read already."""
    return joined(_read(device, mapping(record)) for record in records(content))


def _read(device: str, record: Mapping[str, object]) -> Pushed:
    is_wrapped = "values" in record
    values = mapping(record["values"]) if is_wrapped else record
    if len(values) > MAX_VALUES:
        raise Undecodable(Reason.TOO_LARGE)
    moment = moment_of_milliseconds(record.get("ts")) if is_wrapped else None
    key = _key(record.get("id"), moment) if is_wrapped else None
    is_backfill = is_wrapped and record.get("stored") is True

    def said(
        kind: Kind, value: float | None = None, flags: tuple[Flag, ...] = (), fix: Fix | None = None
    ) -> Observation:
        return Observation(
            device=device,
            protocol=Protocol.NATIVE,
            kind=kind,
            value=value,
            flags=flags,
            fix=fix,
            device_time=moment,
            sequence=key,
            is_backfill=is_backfill,
        )

    observations: list[Observation] = []
    skipped: list[Reason] = []
    flags = by_urgency({_FLAGS[name] for name, value in values.items() if name in _FLAGS and value is True})
    fix = _fix(values)
    if flags or fix:
        kind = Kind.ALARM if set(flags) - STATES else Kind.POSITION if fix else Kind.ALIVE
        observations.append(said(kind, flags=flags, fix=fix))
    for name, given in values.items():
        if name in _FLAGS or name in _PLACE:
            continue
        found = _reading(name, given)
        if isinstance(found, Reason):
            skipped.append(found)
        else:
            observations.append(said(*found))
    return Pushed(observations=tuple(observations), skipped=tuple(skipped))


def _key(number: object, moment: datetime | None) -> str | None:
    key = sequence(number)
    return key if key is None or moment is None else sequence(f"{key}@{moment.timestamp():.3f}")


def _reading(name: str, given: object) -> tuple[Kind, float | None] | Reason:
    """A value of a kind; `null` means that there was no reading."""
    kind = _KINDS.get(name)
    if kind is None:
        return Reason.UNKNOWN_QUANTITY
    if given is None:
        return kind, None
    value = float(given) if isinstance(given, bool) else number(given)
    if value is None:
        return Reason.BAD_NUMBER
    return (kind, value) if is_plausible(kind, value) else Reason.OUT_OF_RANGE


def _fix(values: Mapping[str, object]) -> Fix | None:
    """A place whose coordinates are named wrongly is none: half a kilometre beside the truth is worse than nothing."""
    point = place(number(values.get("latitude")), number(values.get("longitude")))
    crs, kind = values.get("crs", SourceCrs.WGS84.value), values.get("fix", FixKind.UNKNOWN.value)
    if point is None or crs not in list(SourceCrs) or kind not in list(FixKind):
        return None
    accuracy = number(values.get("accuracy"))
    return Fix(
        point=point,
        crs=SourceCrs(str(crs)),
        kind=FixKind(str(kind)),
        accuracy_m=accuracy if accuracy is not None and 0 < accuracy < 100_000 else None,
    )
