"""Publishes to a broker with QoS 1 and next to no CPU, so that the load does not take the core of what is measured.

MQTT 3.1.1, packets put together by hand: section 3.1 (CONNECT), 3.3 (PUBLISH), 3.4 (PUBACK) of the OASIS standard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

UNANSWERED = 200
"""Messages that the broker has not yet confirmed; more are not sent ahead."""
CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00"
DISCONNECT = b"\xe0\x00"
ANSWER_BYTES = 4
"""Of a CONNACK and of a PUBACK alike."""
LAST_NUMBER = 65_535


async def publish(broker_url: str, messages: Iterable[tuple[str, bytes]]) -> None:
    """Publish these topics and payloads in their order; returns once the broker has confirmed them all."""
    where = urlsplit(broker_url)
    reader, writer = await asyncio.open_connection(where.hostname or "", where.port or 1883)
    writer.write(CONNECT)
    await reader.readexactly(ANSWER_BYTES)
    unanswered = 0
    for number, (topic, payload) in enumerate(messages):
        writer.write(packet(topic, payload, number % LAST_NUMBER + 1))
        unanswered += 1
        if unanswered == UNANSWERED:
            await reader.readexactly(ANSWER_BYTES * UNANSWERED // 2)
            unanswered -= UNANSWERED // 2
    await reader.readexactly(ANSWER_BYTES * unanswered)
    writer.write(DISCONNECT)
    writer.close()
    await writer.wait_closed()


def packet(topic: str, payload: bytes, number: int) -> bytes:
    """A PUBLISH with QoS 1."""
    name = topic.encode()
    content = len(name).to_bytes(2, "big") + name + number.to_bytes(2, "big") + payload
    return b"\x32" + _length(len(content)) + content


def _length(size: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    written = bytearray()
    while True:
        size, low = divmod(size, 128)
        written.append(low | 0x80 if size else low)
        if not size:
            return bytes(written)
