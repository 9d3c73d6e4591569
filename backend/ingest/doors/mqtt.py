"""The MQTT door: a session of its own at the user's broker; a message is acknowledged once it is stored.

What is not acknowledged stays with the broker and comes again with the next connection. Memory stays bounded by the
broker's window of unacknowledged messages; under MQTT 5 we tell the broker the window and the largest message, under
3.1.1 its own configuration must (`max_inflight_messages`, `max_packet_size` in Mosquitto).
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import aiomqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from backend.ingest.batching import BatchWriter, NotStored
from backend.ingest.doors.mqtt_client import AcknowledgingClient, Heard
from backend.ingest.doors.topics import TOPICS, Published, read_published
from backend.ingest.errors import Undecodable
from backend.ingest.parcels import Door, Parcel, digest_of
from backend.ingest.reading import MAX_BODY
from backend.kernel.clock import Clock
from backend.kernel.database import DatabaseAway
from backend.kernel.metrics import Metrics

WINDOW = 500
"""Messages that the broker may send ahead of our acknowledgements."""
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
                    async for messages in client.arriving():
                        for _ in messages:
                            await self._room.acquire()
                        group.create_task(self._take(client, messages))
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

    async def _take(self, client: AcknowledgingClient, messages: Sequence[Heard]) -> None:
        """Store what came together, then acknowledge it. Raises NotStored and DatabaseAway: then it comes again."""
        try:
            parcels = [parcel for message in messages if (parcel := await self._read(message)) is not None]
            await self._door.writer.hand_in_all(parcels)
            client.acknowledge(messages)
            self.has_stored = True
        finally:
            for _ in messages:
                self._room.release()

    async def _read(self, message: Heard) -> Parcel | None:
        """What is to be stored; None, and counted why, for what nobody can read: it would come for ever."""
        if message.is_retained:
            self._count("retained")
            return None
        try:
            published = read_published(message.topic, message.payload)
        except Undecodable as error:
            self._count(error.reason.value)
            return None
        for reason in published.pushed.skipped:
            self._count(reason.value)
        community_id = await self._community(published)
        if published.community_code is not None and community_id is None:
            self._count("unknown_community")
            return None
        if published.pushed.observations or published.pushed.uplinks:
            return self._parcel(published, community_id, message.payload)
        return None

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
