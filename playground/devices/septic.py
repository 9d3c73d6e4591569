"""A level sensor in a septic tank, programmed for Youlin: our own JSON through a broker, or over HTTP."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import ClassVar

from playground.devices.posting import post
from playground.devices.publishing import publish
from playground.telegram.clock import Clock, MachineClock


class SepticTank:
    """Give `url` or `mqtt_url`, not both; over the broker the token travels in the message."""

    kind: ClassVar[str] = "septic"
    actions: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "level": ("metres",),
        "gas": ("percent_lel",),
        "battery": ("percent",),
        "replay": (),
    }

    def __init__(
        self,
        token: str,
        *,
        community: str = "",
        device: str = "",
        url: str | None = None,
        mqtt_url: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.metres = 0.8
        self._token = token
        self._topic = f"youlin/{community}/{device}/up"
        self._url = url
        self._mqtt_url = mqtt_url
        self._clock = clock or MachineClock()
        self._last: dict[str, object] = {}

    async def level(self, metres: float) -> None:
        """The tank fills or was emptied."""
        self.metres = float(metres)
        await self._say(level=self.metres)

    async def gas(self, percent_lel: float) -> None:
        """Methane, in hundredths of what could explode."""
        await self._say(gas=float(percent_lel))

    async def battery(self, percent: float) -> None:
        """Drain."""
        await self._say(battery=float(percent))

    async def _say(self, **values: float) -> None:
        moment = int(self._clock.now().timestamp() * 1000)
        self._last = {"values": values, "ts": moment, "id": secrets.token_hex(8)}
        await self.replay()

    async def replay(self) -> None:
        """Say the last one again."""
        if self._url is not None:
            await post(self._url, json.dumps(self._last).encode(), Authorization=f"Bearer {self._token}")
        if self._mqtt_url is not None:
            await publish(self._mqtt_url, self._topic, json.dumps({**self._last, "token": self._token}).encode())
