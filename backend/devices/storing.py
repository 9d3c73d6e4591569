"""Stores what the doors receive: a batch is a handful of statements, however many packets it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.devices.commands import ask_device
from backend.devices.deciding import Deciding
from backend.devices.gateways import wake_gateways
from backend.devices.history import packet_row, write_packets
from backend.devices.observations import Kind, Observation, Protocol
from backend.devices.packet_keys import new_keys
from backend.devices.received import PacketFate, ReceivedPacket, StoredBatch, packet_key
from backend.devices.silence import hear
from backend.devices.states import write_states
from backend.devices.strangers import Stranger, note_strangers
from backend.devices.telling import tell_back, tell_findings
from backend.devices.watched import Watched, circumstances, watched_by_name
from backend.kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Part:
    """What one device said in one packet."""

    number: int
    packet: ReceivedPacket
    device: Watched
    said: tuple[Observation, ...]
    key: int


@dataclass(slots=True)
class _Written:
    """What gathers while the parts are judged."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    deciding: dict[int, tuple[Watched, Deciding]] = field(default_factory=dict)
    alarms: int = 0
    observations: int = 0


async def store_observations(uow: UnitOfWork, batch: Sequence[ReceivedPacket]) -> StoredBatch:
    """Store what is new, judge it by the rules, and record what others must hear; tell the fate of each packet.

    A packet that was stored before changes nothing. Who is not enrolled is counted for staff. The states of the
    devices are locked in the order of their ids, so batches of several processes wait for each other and never cross.
    """
    devices = await watched_by_name(uow, (one.device for packet in batch for one in packet.observations))
    parts = [part for number, packet in enumerate(batch) for part in _parts(number, packet, devices)]
    new = await new_keys(uow, ((part.device.id, part.key) for part in parts))
    fresh = _first_of_each(parts, new)
    written = await _judge(uow, fresh)
    await write_packets(uow, written.rows)
    await write_states(uow, list(written.deciding.values()))
    await wake_gateways(uow, [device for device, _ in written.deciding.values()])
    await note_strangers(uow, _strangers(batch, devices))
    return StoredBatch(_fates(batch, parts, fresh), written.observations, written.alarms)


def _parts(number: int, packet: ReceivedPacket, devices: Mapping[tuple[Protocol, str], Watched]) -> Iterable[_Part]:
    by_device: dict[int, tuple[Watched, list[Observation]]] = {}
    for one in packet.observations:
        device = _known(packet, one, devices)
        if device is not None:
            by_device.setdefault(device.id, (device, []))[1].append(one)
    for device, observations in by_device.values():
        said = tuple(observations)
        yield _Part(number, packet, device, said, packet_key(packet, said))


def _known(packet: ReceivedPacket, one: Observation, devices: Mapping[tuple[Protocol, str], Watched]) -> Watched | None:
    device = devices.get((one.protocol, one.device))
    if device is not None and packet.community_id not in {None, device.community_id}:
        return None  # whoever may speak for one community says nothing of another's
    return device


def _first_of_each(parts: Sequence[_Part], new: set[tuple[int, int]]) -> list[_Part]:
    """The parts to store: what stands twice in one batch is new only once."""
    fresh, left = [], set(new)
    for part in parts:
        if (part.device.id, part.key) in left:
            left.remove((part.device.id, part.key))
            fresh.append(part)
    return fresh


async def _judge(uow: UnitOfWork, parts: Sequence[_Part]) -> _Written:
    written = _Written()
    around = await circumstances(uow, {part.device.id: part.device for part in parts}.values()) if parts else {}
    for part in parts:
        device = part.device
        if device.id not in written.deciding:
            written.deciding[device.id] = (device, Deciding(around[device.id], device.memory(uow)))
        _judge_part(uow, part, written.deciding[device.id][1], written)
    for device, deciding in written.deciding.values():
        for kind in sorted(deciding.asks):
            await ask_device(uow, device, kind)
    return written


def _judge_part(uow: UnitOfWork, part: _Part, deciding: Deciding, written: _Written) -> None:
    device, received_at = part.device, part.packet.received_at
    if any(one.kind is not Kind.ONLINE or one.value for one in part.said):
        device.health, is_back = hear(device.health, received_at, device.interval)
        if is_back:
            tell_back(uow, device, received_at)
    deciding.take_in(part.said, received_at)
    trace_id = f"{device.id}-{part.key & 0xFFFFFFFF:08x}"
    written.alarms += tell_findings(uow, device, deciding, received_at=received_at, trace_id=trace_id)
    written.observations += len(part.said)
    written.rows.append(packet_row(uow, device, part.packet, part.said))


def _strangers(batch: Sequence[ReceivedPacket], devices: Mapping[tuple[Protocol, str], Watched]) -> list[Stranger]:
    return [
        Stranger(one.protocol, one.device, packet.door)
        for packet in batch
        for one in packet.observations
        if _known(packet, one, devices) is None
    ]


def _fates(batch: Sequence[ReceivedPacket], parts: Sequence[_Part], fresh: Sequence[_Part]) -> tuple[PacketFate, ...]:
    known, stored = {part.number for part in parts}, {part.number for part in fresh}
    return tuple(
        PacketFate.STORED
        if number in stored
        else PacketFate.DUPLICATE
        if number in known or not packet.observations
        else PacketFate.UNKNOWN_DEVICE
        for number, packet in enumerate(batch)
    )
