"""NB-IoT devices behind China Telecom's CTWing AEP, and the older OceanConnect envelope that it still passes on.

Source: messages as they were received; the platform's own list of message types was not at hand, so that all but
`dataReport` are counted and left. The platform signs nothing: the door must give each product an address with a secret.
"""

from __future__ import annotations

from collections.abc import Mapping

from backend.devices.observations import Protocol
from backend.ingest.codecs import Uplink
from backend.ingest.errors import Reason
from backend.ingest.push.pushed import Pushed, joined, payload_bytes
from backend.ingest.reading import (
    device_id,
    mapping,
    moment_of_milliseconds,
    moment_of_text,
    read_json,
    records,
    sequence,
)

_OLD_ENVELOPES = {"deviceDataChanged": "service", "deviceDatasChanged": "services"}


def read_ctwing(body: bytes) -> Pushed:
    """Read one pushed message. Raises Undecodable for what is neither of the two envelopes."""
    message = mapping(read_json(body))
    if "notifyType" in message:
        return _read_old(message)
    if message.get("messageType") != "dataReport":
        return Pushed(skipped=(Reason.UNKNOWN_MESSAGE,))
    values, raw = _payload(mapping(message.get("payload")))
    uplink = Uplink(
        device=device_id(message.get("deviceId")),
        protocol=Protocol.CTWING,
        device_time=moment_of_milliseconds(message.get("timestamp")),
        # The platform's packet numbers are -1 throughout; the moment is the same when it pushes again.
        sequence=sequence(message.get("timestamp")),
        values=values,
        raw=raw,
    )
    return Pushed(uplinks=(uplink,))


def _payload(payload: Mapping[str, object]) -> tuple[Mapping[str, object] | None, bytes | None]:
    """Named values, the same one floor deeper, or opaque bytes."""
    if "APPdata" in payload:
        return None, payload_bytes(payload["APPdata"])
    return mapping(payload.get("serviceData", payload)), None


def _read_old(message: Mapping[str, object]) -> Pushed:
    kind = message["notifyType"]
    member = _OLD_ENVELOPES.get(kind) if isinstance(kind, str) else None
    if member is None:
        return Pushed(skipped=(Reason.UNKNOWN_MESSAGE,))
    device = device_id(message.get("deviceId"))
    return joined(_old_service(device, mapping(service)) for service in records(message.get(member)))


def _old_service(device: str, service: Mapping[str, object]) -> Pushed:
    uplink = Uplink(
        device=device,
        protocol=Protocol.CTWING,
        device_time=moment_of_text(service.get("eventTime")),
        sequence=sequence(service.get("eventTime")),
        values=mapping(service.get("data")),
    )
    return Pushed(uplinks=(uplink,))
