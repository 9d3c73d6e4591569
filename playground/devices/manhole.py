"""A manhole cover with a LoRaWAN tilt sensor behind ChirpStack, which passes it on by HTTP or through a broker."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import UTC
from typing import ClassVar

from playground.devices.posting import post
from playground.devices.publishing import publish
from playground.telegram.clock import Clock, MachineClock

SHUT_BELOW_DEGREES = 10


class ManholeCover:
    """Give `url` (the integration's address) or `mqtt_url` (the broker), not both."""

    kind: ClassVar[str] = "manhole"
    actions: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "tilt": ("degrees",),
        "close": (),
        "battery": ("percent",),
        "replay": (),
    }

    def __init__(
        self,
        dev_eui: str,
        *,
        url: str | None = None,
        mqtt_url: str | None = None,
        application: str = "17c82e96-be03-4f38-aef3-f83d48582d97",
        clock: Clock | None = None,
    ) -> None:
        self.dev_eui = dev_eui
        self.degrees = 0.0
        self.percent = 90
        self._url = url
        self._mqtt_url = mqtt_url
        self._application = application
        self._clock = clock or MachineClock()
        self._last = b""

    async def tilt(self, degrees: float = 45.0) -> None:
        """Somebody or something lifts the cover."""
        self.degrees = float(degrees)
        await self._up(self._payload())

    async def close(self) -> None:
        """The cover lies flat again."""
        await self.tilt(0.0)

    async def battery(self, percent: int) -> None:
        """Drain."""
        self.percent = int(percent)
        await self._up(b"\x01\x75" + bytes([self.percent]))

    def _payload(self) -> bytes:
        """The layout of an EM310-TILT: three angles in hundredths of a degree, and which of them passed its limit."""
        angle = int(self.degrees * 100).to_bytes(2, "little", signed=True)
        is_open = abs(self.degrees) >= SHUT_BELOW_DEGREES
        return (
            b"\x01\x75" + bytes([self.percent]) + b"\x03\xcf\x00\x00\x00\x00" + angle + (b"\x04" if is_open else b"\0")
        )

    async def _up(self, payload: bytes) -> None:
        event = {
            "deduplicationId": secrets.token_hex(16),
            "time": self._clock.now().astimezone(UTC).isoformat(),
            "deviceInfo": {"applicationId": self._application, "devEui": self.dev_eui, "deviceName": "manhole"},
            "fPort": 85,
            "data": base64.b64encode(payload).decode("ascii"),
            "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -36, "snr": 10.5}],
        }
        self._last = json.dumps(event).encode()
        await self.replay()

    async def replay(self) -> None:
        """The network server says the last one again."""
        if self._url is not None:
            await post(f"{self._url}?event=up", self._last)
        if self._mqtt_url is not None:
            topic = f"application/{self._application}/device/{self.dev_eui}/event/up"
            await publish(self._mqtt_url, topic, self._last)
