"""How the simulated devices and network servers speak to a broker."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import aiomqtt

from playground.devices.overhearing import HEARD, SAID, overhear


async def publish(url: str, topic: str, payload: bytes) -> None:
    """One message, at least once; returns when the broker has it. `url` is `mqtt://user:password@host:port`."""
    where = urlsplit(url)
    async with aiomqtt.Client(
        where.hostname or "127.0.0.1",
        where.port or 1883,
        username=unquote(where.username) if where.username else None,
        password=unquote(where.password) if where.password else None,
    ) as client:
        overhear(SAID, f"{topic} ".encode() + payload)
        await client.publish(topic, payload, qos=1)
        overhear(HEARD, b"PUBACK")
