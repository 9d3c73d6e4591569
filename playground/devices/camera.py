"""A smart camera that posts what it sees as ISAPI `EventNotificationAlert`, alone or with a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from xml.sax.saxutils import escape

from playground.devices.posting import post
from playground.telegram.clock import Clock, MachineClock

BOUNDARY = "boundary"
SPACE = 'version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"'
PICTURE = b"\xff\xd8\xff\xe0not a real picture\xff\xd9"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<EventNotificationAlert><macAddress>&b;</macAddress></EventNotificationAlert>"""


class Camera:
    """`mac` and `channel` name it; `url` is the address of the alarm server that is set in the camera."""

    kind: ClassVar[str] = "camera"
    actions: ClassVar[Mapping[str, tuple[str, ...]]] = {"event": (), "over": (), "heartbeat": ()}

    def __init__(self, mac: str, *, url: str, channel: int = 1, clock: Clock | None = None) -> None:
        self.mac = mac
        self.is_active = False
        self._url = url
        self._channel = channel
        self._clock = clock or MachineClock()
        self._seen = "linedetection"
        self._count = 0

    async def event(self, kind: str = "linedetection", *, with_picture: bool = False) -> None:
        """Something crosses a line, or whatever `kind` names; called again it still lasts."""
        self._count = self._count + 1 if self.is_active and kind == self._seen else 1
        self.is_active, self._seen = True, kind
        body = self._alert(kind, "active")
        if with_picture:
            await post(self._url, _with_picture(body), f"multipart/form-data; boundary={BOUNDARY}")
        else:
            await post(self._url, body, "application/xml")

    async def over(self) -> None:
        """It has gone."""
        self.is_active = False
        await post(self._url, self._alert(self._seen, "inactive"), "application/xml")

    async def heartbeat(self) -> None:
        """Nothing happens, and the camera works."""
        await post(self._url, self._alert("videoloss", "inactive"), "application/xml")

    async def bomb(self) -> None:
        """A camera in wrong hands: a few bytes of XML that would become many."""
        await post(self._url, BOMB, "application/xml")

    def _alert(self, kind: str, state: str) -> bytes:
        fields = {
            "ipAddress": "192.168.1.64",
            "macAddress": self.mac,
            "channelID": str(self._channel),
            "dateTime": self._clock.now().astimezone().isoformat(timespec="seconds"),
            "activePostCount": str(self._count),
            "eventType": kind,
            "eventState": state,
            "eventDescription": f"{kind} alarm",
        }
        inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
        alert = f"<EventNotificationAlert {SPACE}>{inside}</EventNotificationAlert>"
        return f'<?xml version="1.0" encoding="UTF-8"?>{alert}'.encode()


def _with_picture(alert: bytes) -> bytes:
    parts = ((b"application/xml", b"event", alert), (b"image/jpeg", b"picture", PICTURE))
    body = b""
    for media_type, name, content in parts:
        body += b"--" + BOUNDARY.encode() + b'\r\nContent-Disposition: form-data; name="' + name + b'"\r\n'
        body += b"Content-Type: " + media_type + b"\r\n\r\n" + content + b"\r\n"
    return body + b"--" + BOUNDARY.encode() + b"--\r\n"
