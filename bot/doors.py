"""The doors of devices in this process: one batch writer, and what is open of TCP, HTTP and MQTT round it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import structlog
from fastapi import APIRouter

from backend.cockpit.origins import origin_of
from backend.devices import StrangerReason, find_device, find_device_by_secret, note_refused_device
from backend.devices.events import CommandQueued
from backend.devices.observations import Protocol
from backend.ingest.batching import BatchWriter
from backend.ingest.doors.http import HttpDoor, ingest_router
from backend.ingest.doors.limits import TcpLimits
from backend.ingest.doors.mqtt import Broker, MqttDoor
from backend.ingest.doors.orders import Courier
from backend.ingest.doors.present import Present
from backend.ingest.doors.tcp import TcpDoor
from backend.ingest.doors.tongues import IwTongue, Tongue, WatchTongue
from backend.ingest.storing import Storing
from backend.ingest.usage import SourceUsage
from backend.kernel.background import Nursery
from backend.kernel.database import DatabaseAway
from backend.kernel.errors import NotFound
from backend.kernel.events import Event, ReactionTable
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.kernel.wakeup import WakeUp
from backend.registry.queries import org_unit_by_code

log = structlog.get_logger(__name__)


def rung_by_commands(bell: WakeUp) -> ReactionTable:
    """The reaction that wakes the courier of this process; the sweep of others finds the command by itself."""

    async def ring(uow: UnitOfWork, _event: Event) -> None:
        uow.after_commit(bell.ring)

    return {CommandQueued: (ring,)}


class Doors:
    """Made in every process; only what a role asks for is opened."""

    def __init__(self, work: Work, metrics: Metrics, nursery: Nursery, settings: Settings, bell: WakeUp) -> None:
        self._work = work
        self._metrics = metrics
        self._nursery = nursery
        self._settings = settings
        self._writer = BatchWriter(work, Storing(metrics), metrics)
        self._watches, self._iw_watches = Present(), Present()
        self._courier = Courier(work, (self._watches, self._iw_watches), bell)
        self._is_writing = False
        self.watch_port: int | None = None
        self.iw_port: int | None = None

    def router(self) -> APIRouter:
        """The routes below `/ingest`, for the web server of this process."""
        self._write()
        usage = SourceUsage(self._work)
        self._nursery.start(usage.run(), name="ingest.usage")
        self._nursery.before_close(usage.write)
        door = HttpDoor(
            work=self._work,
            writer=self._writer,
            metrics=self._metrics,
            origin_of=origin_of,
            find_by_token=_native_device,
            usage=usage,
        )
        return ingest_router(door)

    async def open(self) -> None:
        """Open the TCP doors whose ports are set, and listen to the broker that is set. Raises OSError: port taken."""
        self._write()
        settings = self._settings
        stack = AsyncExitStack()
        self._nursery.before_close(stack.aclose)
        if settings.watch_port is not None:
            self.watch_port = await self._listen(stack, WatchTongue, settings.watch_port, self._watches)
        if settings.iw_port is not None:
            self.iw_port = await self._listen(stack, IwTongue, settings.iw_port, self._iw_watches)
        if self.watch_port is not None or self.iw_port is not None:
            self._nursery.start(self._courier.run(), name="ingest.courier")
        if settings.mqtt_url is not None:
            self._nursery.start(self._mqtt(settings.mqtt_url).run(), name="ingest.mqtt")

    def _write(self) -> None:
        if not self._is_writing:
            self._is_writing = True
            self._nursery.start(self._writer.run(), name="ingest.writer")

    async def _listen(self, stack: AsyncExitStack, tongue: Callable[[], Tongue], port: int, present: Present) -> int:
        door = TcpDoor(
            tongue=tongue,
            writer=self._writer,
            clock=self._work.clock,
            metrics=self._metrics,
            find=self._find,
            present=present,
            answered=self._courier.answered,
            contested=self._contested,
            limits=TcpLimits(
                connections=self._settings.device_connections,
                connections_per_address=self._settings.device_connections_per_address,
            ),
        )
        taken = await stack.enter_async_context(door.listening(self._settings.device_host, port))
        log.info("ingest.listening", door=tongue().door.value, port=taken)
        return taken

    def _mqtt(self, url: str) -> MqttDoor:
        settings = self._settings
        password = settings.mqtt_password
        return MqttDoor(
            broker=Broker(
                url=url,
                client_id=settings.mqtt_client_id or f"youlin-{socket.gethostname()[:40]}",
                password=password.get_secret_value() if password else None,
                ca_file=str(settings.mqtt_ca_file) if settings.mqtt_ca_file else None,
                group=settings.mqtt_group,
                is_version_5=settings.mqtt_version == "5",
            ),
            writer=self._writer,
            clock=self._work.clock,
            metrics=self._metrics,
            find_community=self._find_community,
        )

    async def _find(self, protocol: Protocol, external_id: str) -> int | None:
        async with self._work.look() as uow:
            device = await find_device(uow, protocol, external_id)
        return device.id if device else None

    async def _contested(self, protocol: Protocol, external_id: str) -> None:
        door = protocol.value
        with suppress(DatabaseAway):  # it is logged and counted as well
            async with self._work.begin() as uow:
                await note_refused_device(
                    uow, protocol=protocol, external_id=external_id, door=door, reason=StrangerReason.DOUBLED
                )

    async def _find_community(self, code: str) -> int | None:
        async with self._work.look() as uow:
            try:
                return (await org_unit_by_code(uow, code)).id
            except NotFound:
                return None


async def _native_device(uow: UnitOfWork, token: str) -> str | None:
    device = await find_device_by_secret(uow, token)
    return device.external_id if device is not None and device.protocol is Protocol.NATIVE else None
