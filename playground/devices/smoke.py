"""A smoke alarm with NB-IoT, whose operator's platform (CTWing) pushes what it says to an address of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from playground.devices.posting import post
from playground.telegram.clock import Clock, MachineClock


class SmokeAlarm:
    """`device_id` is the platform's name for it; `url` the push address with its secret."""

    kind: ClassVar[str] = "smoke"
    actions: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "smoke": (),
        "clear": (),
        "battery": ("percent",),
        "alive": (),
        "replay": (),
    }

    def __init__(self, device_id: str, *, url: str, clock: Clock | None = None) -> None:
        self.device_id = device_id
        self.is_smoking = False
        self.percent = 100
        self._url = url
        self._clock = clock or MachineClock()
        self._last = b""

    async def smoke(self) -> None:
        """Something burns."""
        self.is_smoking = True
        await self.alive()

    async def clear(self) -> None:
        """The air is clear again."""
        self.is_smoking = False
        await self.alive()

    async def battery(self, percent: int) -> None:
        """Drain."""
        self.percent = int(percent)
        await self.alive()

    async def alive(self) -> None:
        """The report that such an alarm makes once a day, and at every change."""
        data = {"Alarm_Status": 2 if self.is_smoking else 0, "Battery_Level": self.percent, "RSRP": 114}
        message = {
            "upPacketSN": -1,
            "upDataSN": -1,
            "topic": "v1/up/ad19prof",
            "timestamp": int(self._clock.now().timestamp() * 1000),
            "tenantId": "10461180",
            "serviceId": "",
            "protocol": "lwm2m",
            "productId": "15014772",
            "payload": {"serviceId": "notification", "serviceData": data},
            "messageType": "dataReport",
            "deviceId": self.device_id,
            "IMSI": "undefined",
        }
        self._last = json.dumps(message).encode()
        await self.replay()

    async def replay(self) -> None:
        """The platform pushes the last message once more, as it does when an answer was lost."""
        await post(self._url, self._last)
