"""Cameras of Hikvision and its likes, which post ISAPI's `EventNotificationAlert`, alone or beside a picture.

Source: the device network SDK's guide, "EventNotificationAlert". A camera posts again and again while an event lasts,
and `inactive` once it is over; a lost picture that is `inactive` is its heartbeat. Namespaces differ from model to
model. Pictures are not kept.
"""

from __future__ import annotations

from python_multipart.multipart import MultipartParser, parse_options_header

from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.errors import Reason, TooLarge, Undecodable
from backend.ingest.push.pushed import Pushed
from backend.ingest.push.xml import MAX_XML, read_xml
from backend.ingest.reading import device_id, label, moment_of_text

MAX_BODY = 4 * 1024 * 1024
"""An event with a picture of a few megapixels."""
_MAX_PARTS = 20
_ALERT = "eventnotificationalert"
_STATES = {"active": 1.0, "inactive": 0.0}


def read_hikvision(content_type: str, body: bytes) -> Pushed:
    """Read one post. The device is `<mac>/<channel>`, so that each channel of a recorder is a device of its own.

    Raises Undecodable, TooLarge above MAX_BODY.
    """
    if len(body) > MAX_BODY:
        raise TooLarge
    found = read_xml(_alert_of(content_type, body))
    address = found.get(f"{_ALERT}/macaddress") or found.get(f"{_ALERT}/ipaddress")
    channel = found.get(f"{_ALERT}/channelid") or found.get(f"{_ALERT}/dynchannelid") or "1"
    device = device_id(f"{address.lower()}/{channel}" if address else None)
    event, state = found.get(f"{_ALERT}/eventtype", ""), found.get(f"{_ALERT}/eventstate", "").lower()
    value = _STATES.get(state)
    if value is None or label(event) is None:
        raise Undecodable(Reason.WRONG_SHAPE)
    is_heartbeat = event.lower() == "heartbeat" or (event.lower() == "videoloss" and value == 0)
    said = Observation(
        device=device,
        protocol=Protocol.HIKVISION,
        kind=Kind.ALIVE if is_heartbeat else Kind.CAMERA_EVENT,
        value=None if is_heartbeat else value,
        label=None if is_heartbeat else label(event),
        device_time=moment_of_text(found.get(f"{_ALERT}/datetime")),
    )
    return Pushed(observations=(said,))


def _alert_of(content_type: str, body: bytes) -> bytes:
    """The XML, which is the body or its first part that begins as XML does."""
    parts = _Parts()
    try:
        media_type, options = parse_options_header(content_type[:500])
        if not media_type.startswith(b"multipart/"):
            return body
        if not (boundary := options.get(b"boundary")):
            raise Undecodable(Reason.NOT_MULTIPART)
        parser = MultipartParser(boundary, {"on_part_begin": parts.begin, "on_part_data": parts.add})
        parser.write(body)
        parser.finalize()
    except ValueError:
        raise Undecodable(Reason.NOT_MULTIPART) from None
    for part in parts.found:
        if part.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return bytes(part)
    raise Undecodable(Reason.WRONG_SHAPE)


class _Parts:
    """The beginnings of the parts of a body: an XML is short, and nothing else is wanted."""

    def __init__(self) -> None:
        self.found: list[bytearray] = []

    def begin(self) -> None:
        if len(self.found) >= _MAX_PARTS:
            raise TooLarge
        self.found.append(bytearray())

    def add(self, received: bytes, start: int, end: int) -> None:
        room = MAX_XML + 1 - len(self.found[-1])
        self.found[-1] += received[start : min(end, start + room)]
