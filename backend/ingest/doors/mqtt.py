"""The MQTT door: a session of its own at the user's broker; a message is acknowledged once it is stored.

What is not acknowledged stays with the broker and comes again with the next connection. Memory stays bounded by the
broker's window of unacknowledged messages; under MQTT 5 we tell the broker the window and the largest message, under
3.1.1 its own configuration must (`max_inflight_messages`, `max_packet_size` in Mosquitto).
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import aiomqtt
import structlog
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from backend.ingest.batching import BatchWriter, NotStored
from backend.ingest.doors.topics import TOPICS, Published, read_published
from backend.ingest.errors import Undecodable
from backend.ingest.parcels import Door, Parcel, digest_of
from backend.ingest.reading import MAX_BODY
from backend.kernel.clock import Clock
from backend.kernel.database import DatabaseAway
from backend.kernel.metrics import Metrics

WINDOW = 500
"""Messages that the broker may send ahead of our acknowledgements."""
MOST_QUEUED = 10_000
"""Messages of QoS 0, which no window holds back; more are thrown away, as QoS 0 allows."""
MOST_READ_TOGETHER = 50
"""Packets read before others get their turn of the event loop."""
SESSION_SECONDS = 7 * 24 * 3600
"""How long the broker keeps messages for us while we are away."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0

FindCommunity = Callable[[str], Awaitable[int | None]]
"""The id of the community of this code. Raises DatabaseAway."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Where the broker is and who we are there. `url` is `mqtt://user@host:1883`, or `mqtts://` for TLS.

    `client_id` names our session: two processes must not share it. With `group` they share the messages instead.
    """

    url: str
    client_id: str
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    group: str | None = None
    is_version_5: bool = True

    def connection(self) -> AcknowledgingClient:
        """A new connection that takes the old session up; not yet open."""
        where = urlsplit(self.url)
        is_safe = where.scheme == "mqtts"
        return AcknowledgingClient(
            where.hostname or "localhost",
            where.port or (8883 if is_safe else 1883),
            identifier=self.client_id,
            username=unquote(where.username) if where.username else None,
            password=self.password or (unquote(where.password) if where.password else None),
            tls_context=ssl.create_default_context(cafile=self.ca_file) if is_safe else None,
            max_queued_incoming_messages=MOST_QUEUED,
            **(_version_5() if self.is_version_5 else {"clean_session": False}),
        )

    def filters(self) -> list[str]:
        """What to subscribe to, shared where a group is set."""
        prefix = f"$share/{self.group}/" if self.group else ""
        return [prefix + topic.filter for topic in TOPICS]


def _version_5() -> dict[str, object]:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_SECONDS
    properties.ReceiveMaximum = WINDOW
    properties.MaximumPacketSize = MAX_BODY
    return {"protocol": aiomqtt.ProtocolVersion.V5, "clean_start": False, "properties": properties}


class AcknowledgingClient(aiomqtt.Client):
    """aiomqtt, which acknowledges as soon as it has read, with paho's way of doing it later."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._client.manual_ack_set(True)  # noqa: FBT003 - paho's own signature

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """Tell the broker that it may forget `message`."""
        self._client.ack(message.mid, message.qos)

    async def arriving(self) -> AsyncIterator[aiomqtt.Message]:
        """The messages for ever; those that are here already without a turn of the event loop for each."""
        async for message in self.messages:
            yield message
            while not self._queue.empty():
                yield self._queue.get_nowait()

    def _on_socket_open(self, client: PahoClient, userdata: object, sock: Any) -> None:
        super()._on_socket_open(client, userdata, sock)
        self._loop.call_soon_threadsafe(self._loop.add_reader, sock.fileno(), self._read_together)

    def _read_together(self) -> None:
        """In place of aiomqtt's reader, which takes one packet in a turn of the event loop, so that no batch grows."""
        try:
            for _ in range(MOST_READ_TOGETHER):
                known = self._queue.qsize()
                self._client.loop_read()
                if self._queue.qsize() == known and not self._holds_decrypted():
                    break
        except Exception as error:  # noqa: BLE001 - whoever listens hears of it
            if not self._disconnected.done():
                self._disconnected.set_exception(error)

    def _holds_decrypted(self) -> bool:
        """Whether bytes wait inside of TLS, for which the event loop would not call again."""
        sock = self._client.socket()
        return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0


@dataclass(frozen=True, kw_only=True)
class MqttDoor:
    """Run once per process."""

    broker: Broker
    writer: BatchWriter
    clock: Clock
    metrics: Metrics
    find_community: FindCommunity

    async def run(self) -> None:
        """Listen for ever; a broker that is away is asked again, less and less often, with chance in it."""
        pause = FIRST_PAUSE
        while True:
            listening = _Listening(self)
            try:
                await listening.run()
            except aiomqtt.MqttError as error:
                log.warning("ingest.mqtt_away", error=type(error).__name__)
            except (NotStored, DatabaseAway):
                log.warning("ingest.mqtt_not_stored")
            pause = FIRST_PAUSE if listening.has_stored else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - only spreads reconnections


class _Listening:
    """One connection to the broker. `has_stored` tells whether anything went well on it."""

    def __init__(self, door: MqttDoor) -> None:
        self._door = door
        self._room = asyncio.Semaphore(WINDOW)
        self._communities: dict[str, int] = {}
        self.has_stored = False

    async def run(self) -> None:
        """Until the connection breaks or something cannot be stored: unacknowledged messages then come again."""
        try:
            async with self._door.broker.connection() as client, asyncio.TaskGroup() as group:
                await self._subscribe(client)
                with self._door.metrics.ingest_connections.labels(Door.MQTT.value).track_inprogress():
                    async for message in client.arriving():
                        await self._room.acquire()
                        group.create_task(self._take(client, message))
        except* (aiomqtt.MqttError, NotStored, DatabaseAway) as broken:
            raise _first(broken) from None

    async def _subscribe(self, client: AcknowledgingClient) -> None:
        for topic in self._door.broker.filters():
            if self._door.broker.is_version_5:
                # Retained messages tell how things were when nobody listened: they alarm nobody.
                kept_away = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
                await client.subscribe(topic, options=kept_away)
            else:
                await client.subscribe(topic, qos=1)
        log.info("ingest.mqtt_listening")

    async def _take(self, client: AcknowledgingClient, message: aiomqtt.Message) -> None:
        try:
            await self._store(message)
            client.acknowledge(message)
            self.has_stored = True
        finally:
            self._room.release()

    async def _store(self, message: aiomqtt.Message) -> None:
        """Store, or count why not: a message that nobody can read would come for ever. Raises NotStored."""
        payload = bytes(message.payload) if isinstance(message.payload, bytes | bytearray) else b""
        if message.retain:
            self._count("retained")
            return
        try:
            published = read_published(str(message.topic), payload)
        except Undecodable as error:
            self._count(error.reason.value)
            return
        for reason in published.pushed.skipped:
            self._count(reason.value)
        community_id = await self._community(published)
        if published.community_code is not None and community_id is None:
            self._count("unknown_community")
        elif published.pushed.observations or published.pushed.uplinks:
            await self._door.writer.hand_in(self._parcel(published, community_id, payload))

    def _parcel(self, published: Published, community_id: int | None, payload: bytes) -> Parcel:
        return Parcel(
            door=Door.MQTT,
            received_at=self._door.clock.now(),
            observations=published.pushed.observations,
            uplinks=published.pushed.uplinks,
            community_id=community_id,
            token=published.token,
            digest=digest_of(payload),
        )

    async def _community(self, published: Published) -> int | None:
        code = published.community_code
        if code is None:
            return None
        if code not in self._communities and (found := await self._door.find_community(code)) is not None:
            self._communities[code] = found
        return self._communities.get(code)

    def _count(self, reason: str) -> None:
        self._door.metrics.ingest_refused.labels(Door.MQTT.value, reason).inc()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """One error of several that came together; what could not be stored goes before a broken line."""
    flat = [error for error in group.exceptions if not isinstance(error, BaseExceptionGroup)]
    nested = [_first(error) for error in group.exceptions if isinstance(error, BaseExceptionGroup)]
    return min([*flat, *nested], key=lambda error: isinstance(error, aiomqtt.MqttError))
