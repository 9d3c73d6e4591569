"""The TCP doors: watches keep a line open, say things, and wait for an answer that they get once it is stored.

As the vendor asks, no keep-alive probes are sent, which would drain the battery, and a line on which a known watch
speaks is not closed by us.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from time import monotonic

import structlog

from backend.devices.kinds import CommandKind
from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.batching import BatchWriter, NotStored
from backend.ingest.doors.fairness import ByTurns
from backend.ingest.doors.limits import Flow, Places, TcpLimits
from backend.ingest.doors.present import Line, Present
from backend.ingest.doors.tongues import Said, Tongue, obeys
from backend.ingest.parcels import Fate, Parcel
from backend.kernel.clock import Clock
from backend.kernel.database import DatabaseAway
from backend.kernel.metrics import Metrics

USUAL = TcpLimits()
CHUNK = 8_192
MOST_UNSENT = 65_536
"""Bytes that a device has not taken from us yet; more than that and it listens no longer."""

FindDevice = Callable[[Protocol, str], Awaitable[int | None]]
"""The id of an enrolled device, None for a stranger. Raises DatabaseAway."""

log = structlog.get_logger(__name__)


class _Farewell(Exception):
    """The line is to be closed; the reason is counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class TcpDoor:
    """One language on one port. `answered` hears which commands a device obeyed, `contested` whose id two lines use."""

    tongue: Callable[[], Tongue]
    writer: BatchWriter
    clock: Clock
    metrics: Metrics
    find: FindDevice
    present: Present
    answered: Callable[[int, Sequence[CommandKind]], Awaitable[None]]
    contested: Callable[[Protocol, str], Awaitable[None]]
    limits: TcpLimits = USUAL

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen while the block lasts; gives the port, a free one for 0. Raises OSError when it is taken."""
        rooms = _Rooms(self)
        server = await asyncio.start_server(rooms.serve, host, port, limit=2 * CHUNK)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            await rooms.close()


class _Rooms:
    """The connections of one listening door."""

    def __init__(self, door: TcpDoor) -> None:
        self._door = door
        self._places = Places(door.limits)
        self._by_turns = ByTurns(door.writer.has_alarms)
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        address = str((writer.get_extra_info("peername") or ("?",))[0])
        tongue = self._door.tongue()
        if not self._places.take(address):
            self._count(tongue, "too_many_connections")
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        line = Line(address, _bounded_write(writer), writer.transport.abort, tongue.order)
        with self._door.metrics.ingest_connections.labels(tongue.door.value).track_inprogress():
            try:
                await _Conversation(self._door, tongue, line, reader, self._by_turns).run()
            except _Farewell as farewell:
                self._count(tongue, farewell.reason)
            except (ConnectionError, OSError):
                self._count(tongue, "broken_line")
            finally:
                self._door.present.leave(line)
                self._places.give_back(address)
                await _close(writer)
                del self._open[task]

    async def close(self) -> None:
        """End them all and wait until they have."""
        for writer in self._open.values():
            writer.transport.abort()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _count(self, tongue: Tongue, reason: str) -> None:
        self._door.metrics.ingest_refused.labels(tongue.door.value, reason).inc()


class _Conversation:
    """One line from its first byte to its last."""

    def __init__(
        self, door: TcpDoor, tongue: Tongue, line: Line, reader: asyncio.StreamReader, by_turns: ByTurns
    ) -> None:
        self._door = door
        self._by_turns = by_turns
        self._tongue = tongue
        self._line = line
        self._reader = reader
        self._flow = Flow(door.limits)
        self._garbage = 0

    async def run(self) -> None:
        """Listen until the device ends it. Raises _Farewell when we do, ConnectionError when the network does."""
        heard_at = monotonic()
        while received := await self._read(heard_at):
            if not self._tongue.looks_alarming(received):
                await self._by_turns.turn()
            said = list(self._tongue.hear(received, self._door.clock.now()))
            self._weigh()
            if said:
                await self._hear(said)
            if said and self._line.external_id:
                heard_at = monotonic()
            if pause := self._flow.pause_after(len(received), monotonic()):
                await asyncio.sleep(min(pause, self._door.limits.idle_seconds))

    async def _read(self, heard_at: float) -> bytes:
        """Some bytes, none at the end. A packet, not a byte, must come in time: dripping does not keep a line open."""
        limits = self._door.limits
        patience = limits.idle_seconds if self._line.external_id else limits.first_packet_seconds
        try:
            async with asyncio.timeout(heard_at + patience - monotonic()):
                return await self._reader.read(CHUNK)
        except TimeoutError:
            raise _Farewell("silent_line" if self._line.external_id else "no_first_packet") from None

    def _weigh(self) -> None:
        fresh, self._garbage = self._tongue.garbage - self._garbage, self._tongue.garbage
        if fresh:
            self._count("garbage_bytes", fresh)
        if self._garbage > self._door.limits.garbage_bytes:
            raise _Farewell("garbage")

    async def _hear(self, packets: Sequence[Said]) -> None:
        """Hand in all that came together, then answer each in its order."""
        for said in packets:
            for reason in said.skipped:
                self._count(reason.value)
            await self._recognise(said)
        fates = await asyncio.gather(*(self._store(said) for said in packets))
        for said, fate in zip(packets, fates, strict=True):
            if fate is Fate.UNKNOWN_DEVICE:
                raise _Farewell("unknown_device")
            if said.reply is not None and fate in ANSWERED:
                self._line.write(said.reply)
        await self._match_answers(packets)

    async def _recognise(self, said: Said) -> None:
        """Know the device from its first packet; a stranger is counted with the next batch and closed out."""
        if said.device is None or said.device == self._line.external_id:
            self._line.heard_at = monotonic()
            return
        try:
            device_id = await self._door.find(self._tongue.protocol, said.device)
        except DatabaseAway:
            raise _Farewell("database_away") from None
        if device_id is None:
            await self._store(replace(said, observations=(_alive(self._tongue.protocol, said.device),)))
            raise _Farewell("unknown_device")
        if self._door.present.heard(self._line, said.device, device_id, monotonic()):
            self._count("contested")
            log.warning("ingest.contested", door=self._tongue.door.value, device_id=device_id)
            await self._door.contested(self._tongue.protocol, said.device)

    async def _store(self, said: Said) -> Fate | None:
        """The fate of what was said; None when nobody may be answered, so that the watch says it again."""
        if not said.observations:
            return Fate.STORED
        parcel = Parcel(
            door=self._tongue.door,
            received_at=self._door.clock.now(),
            observations=said.observations,
            digest=said.digest,
        )
        try:
            return await self._door.writer.hand_in(parcel)
        except NotStored:
            self._count("not_stored")
            return None

    async def _match_answers(self, packets: Sequence[Said]) -> None:
        sent = self._line.sent
        done = [kind for said in packets for kind, order in sent.items() if obeys(order, said)]
        for kind in done:
            sent.pop(kind, None)
        if done:
            await self._door.answered(self._line.device_id, done)

    def _count(self, reason: str, times: int = 1) -> None:
        self._door.metrics.ingest_refused.labels(self._tongue.door.value, reason).inc(times)


ANSWERED = frozenset({Fate.STORED, Fate.DUPLICATE})


def _alive(protocol: Protocol, external_id: str) -> Observation:
    return Observation(device=external_id, protocol=protocol, kind=Kind.ALIVE)


def _bounded_write(writer: asyncio.StreamWriter) -> Callable[[bytes], None]:
    def write(content: bytes) -> None:
        if writer.transport.get_write_buffer_size() > MOST_UNSENT:
            writer.transport.abort()
        elif not writer.transport.is_closing():
            writer.write(content)

    return write


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError, OSError, TimeoutError):
        async with asyncio.timeout(1):
            await writer.wait_closed()
