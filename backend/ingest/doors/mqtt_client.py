"""Our end of an MQTT connection: aiomqtt, made to acknowledge later and to read many messages in one turn."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

import aiomqtt
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.client import MQTTMessage, MQTTv5
from paho.mqtt.enums import MQTTErrorCode

MOST_QUEUED = 10_000
"""Messages of QoS 0, which no window holds back; more are thrown away, as QoS 0 allows."""
MOST_READ_TOGETHER = 50
"""Packets read before others get their turn of the event loop."""
QOS_BITS, QOS_1, RETAINED_BIT = 0b110, 0b010, 0b001
"""Of the first byte of a PUBLISH."""


class Heard(NamedTuple):
    """A message as it came; `number` is the broker's name for it until it is acknowledged."""

    topic: str
    payload: bytes
    number: int
    qos: int
    is_retained: bool


class AcknowledgingClient(aiomqtt.Client):
    """aiomqtt, which acknowledges as soon as it has read, with paho's way of doing it later."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._client.manual_ack_set(True)  # noqa: FBT003 - paho's own signature
        self._paho_read_publish = self._client._handle_publish
        self._client._handle_publish = self._read_publish  # type: ignore[method-assign]
        self._heard: deque[Heard] = deque()
        self._news = asyncio.Event()

    def acknowledge(self, messages: Iterable[Heard]) -> None:
        """Tell the broker that it may forget `messages`."""
        for message in messages:
            self._client.ack(message.number, message.qos)

    async def arriving(self) -> AsyncIterator[list[Heard]]:
        """What is here, at most MOST_READ_TOGETHER at once, for ever. Raises MqttError when the connection breaks."""
        self._disconnected.add_done_callback(lambda _: self._news.set())
        while True:
            await self._news.wait()
            if not self._heard and self._disconnected.done():
                raise aiomqtt.MqttError("disconnected") from self._disconnected.exception()
            yield [self._heard.popleft() for _ in range(min(len(self._heard), MOST_READ_TOGETHER))]
            if not self._heard and not self._disconnected.done():
                self._news.clear()

    def _hear(self, message: Heard) -> None:
        if len(self._heard) < MOST_QUEUED:
            self._heard.append(message)
            self._news.set()

    def _on_message(self, client: PahoClient, userdata: object, message: MQTTMessage) -> None:
        del client, userdata
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # which nobody listens to
        self._hear(Heard(topic, bytes(message.payload), message.mid, message.qos, message.retain))

    def _read_publish(self) -> MQTTErrorCode:
        """In place of paho's reader of a PUBLISH, which makes a hundred objects of it: most need but these few.

        A message of QoS 1 without properties, MQTT 5 section 3.3; what is otherwise is left to paho.
        """
        header, packet = self._client._in_packet["command"], self._client._in_packet["packet"]
        end_of_topic = 2 + int.from_bytes(packet[:2], "big")
        body = end_of_topic + (3 if self._client.protocol == MQTTv5 else 2)
        if header & QOS_BITS != QOS_1 or len(packet) < body or (body - end_of_topic == 3 and packet[body - 1]):
            return self._paho_read_publish()
        try:
            topic = packet[2:end_of_topic].decode()
        except UnicodeDecodeError:
            return self._paho_read_publish()
        number = int.from_bytes(packet[end_of_topic : end_of_topic + 2], "big")
        self._hear(Heard(topic, bytes(packet[body:]), number, 1, bool(header & RETAINED_BIT)))
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _on_socket_open(self, client: PahoClient, userdata: object, sock: Any) -> None:
        super()._on_socket_open(client, userdata, sock)
        self._loop.call_soon_threadsafe(self._loop.add_reader, sock.fileno(), self._read_together)

    def _read_together(self) -> None:
        """In place of aiomqtt's reader, which takes one packet in a turn of the event loop, so that no batch grows."""
        try:
            for _ in range(MOST_READ_TOGETHER):
                known = len(self._heard)
                self._client.loop_read()
                if len(self._heard) == known and not self._holds_decrypted():
                    break
        except Exception as error:  # noqa: BLE001 - whoever listens hears of it
            if not self._disconnected.done():
                self._disconnected.set_exception(error)

    def _holds_decrypted(self) -> bool:
        """Whether bytes wait inside of TLS, for which the event loop would not call again."""
        sock = self._client.socket()
        return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
