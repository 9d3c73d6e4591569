"""LoRaWAN devices behind ChirpStack v4: its HTTP integration's `?event=` and its MQTT topics, both in JSON.

Source: ChirpStack's documentation, "Events". Its zero values are left out; `deduplicationId` names a packet that
several gateways heard, and `time` has nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backend.devices.observations import Kind, Observation, Protocol, is_plausible
from backend.ingest.codecs import Uplink
from backend.ingest.errors import Reason
from backend.ingest.push.pushed import Pushed, payload_bytes
from backend.ingest.reading import device_id, mapping, member, moment_of_text, number, read_json, sequence


def read_chirpstack(event: str, body: bytes) -> Pushed:
    """Read one event, `up`, `status` or `join`; all others are known to say nothing about the world.

    Raises Undecodable for what is no such event.
    """
    reader = _READERS.get(event)
    return reader(mapping(read_json(body))) if reader else Pushed(skipped=(Reason.UNKNOWN_MESSAGE,))


def _device(event: Mapping[str, object]) -> str:
    return device_id(member(event, "deviceInfo", "devEui")).lower()


def _up(event: Mapping[str, object]) -> Pushed:
    values = event.get("object")
    uplink = Uplink(
        device=_device(event),
        protocol=Protocol.CHIRPSTACK,
        device_time=moment_of_text(event.get("time")),
        sequence=sequence(event.get("deduplicationId")),
        raw=payload_bytes(event.get("data")),
        values=mapping(values) if values is not None else None,
    )
    return Pushed(uplinks=(uplink,))


def _observed(event: Mapping[str, object], kind: Kind, value: float | None = None) -> Pushed:
    said = Observation(
        device=_device(event),
        protocol=Protocol.CHIRPSTACK,
        kind=kind,
        value=value,
        device_time=moment_of_text(event.get("time")),
        sequence=sequence(event.get("deduplicationId")),
    )
    return Pushed(observations=(said,))


def _status(event: Mapping[str, object]) -> Pushed:
    """The battery where the device tells it; without it the status is at least a sign of life."""
    battery = number(event.get("batteryLevel"))
    if battery is None or event.get("batteryLevelUnavailable") is True or not is_plausible(Kind.BATTERY, battery):
        return _observed(event, Kind.ALIVE)
    return _observed(event, Kind.BATTERY, battery)


def _join(event: Mapping[str, object]) -> Pushed:
    return _observed(event, Kind.ALIVE)


_READERS: Mapping[str, Callable[[Mapping[str, object]], Pushed]] = {"up": _up, "status": _status, "join": _join}
