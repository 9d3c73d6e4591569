"""From parcels to stored observations: proofs and payloads are judged with the devices of the whole batch at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.devices import (
    Device,
    PacketFate,
    ReceivedPacket,
    StrangerReason,
    devices_named,
    names_by_secret,
    note_refused_device,
    store_observations,
)
from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.codecs import Uplink, observe
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.parcels import Fate, Parcel
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import UnitOfWork

FATES: Mapping[PacketFate, Fate] = {
    PacketFate.STORED: Fate.STORED,
    PacketFate.DUPLICATE: Fate.DUPLICATE,
    PacketFate.UNKNOWN_DEVICE: Fate.UNKNOWN_DEVICE,
}

Names = Mapping[tuple[Protocol, str], Device]


class Storing:
    """What the batch writer calls: stores a batch in one unit of work, and counts what of it was left out."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, uow: UnitOfWork, parcels: Sequence[Parcel]) -> list[Fate]:
        """The fate of each parcel, in their order."""
        names = await devices_named(
            uow, {(uplink.protocol, uplink.device) for parcel in parcels for uplink in parcel.uplinks}
        )
        owners = await names_by_secret(uow, {parcel.token for parcel in parcels if parcel.token is not None})
        proven = [parcel for parcel in parcels if _is_proven(parcel, owners)]
        packets = [self._packet(parcel, names) for parcel in proven]
        stored = await store_observations(uow, packets)
        fates = {id(parcel): FATES[fate] for parcel, fate in zip(proven, stored.fates, strict=True)}
        for parcel in parcels:
            if id(parcel) not in fates:
                fates[id(parcel)] = await _refuse(uow, parcel)
        return [fates[id(parcel)] for parcel in parcels]

    def _packet(self, parcel: Parcel, names: Names) -> ReceivedPacket:
        unpacked = [one for uplink in parcel.uplinks for one in self._unpacked(uplink, names, parcel)]
        return ReceivedPacket(
            observations=(*parcel.observations, *unpacked),
            received_at=parcel.received_at,
            door=parcel.door.value,
            digest=parcel.digest,
            community_id=parcel.community_id,
        )

    def _unpacked(self, uplink: Uplink, names: Names, parcel: Parcel) -> Sequence[Observation]:
        """What the device's model says with this payload; who cannot be understood is at least alive."""
        device = names.get((uplink.protocol, uplink.device))
        if device is None:
            return [_alive(uplink)]  # and is counted as a stranger
        try:
            decoded = observe(uplink, device.model, depth_m=device.depth_m)
        except Undecodable as error:
            self._count(parcel, error.reason)
            return [_alive(uplink)]
        for reason in decoded.skipped:
            self._count(parcel, reason)
        return decoded.observations or [_alive(uplink)]

    def _count(self, parcel: Parcel, reason: Reason) -> None:
        self._metrics.ingest_refused.labels(parcel.door.value, reason.value).inc()


def _alive(uplink: Uplink) -> Observation:
    return Observation(
        device=uplink.device,
        protocol=uplink.protocol,
        kind=Kind.ALIVE,
        device_time=uplink.device_time,
        sequence=uplink.sequence,
    )


def _is_proven(parcel: Parcel, owners: Mapping[str, tuple[Protocol, str]]) -> bool:
    """Whether the token, where one must be shown, belongs to the device that is spoken of, and to nobody else."""
    if parcel.token is None:
        return True
    owner = owners.get(parcel.token)
    return owner is not None and all((one.protocol, one.device) == owner for one in parcel.observations)


async def _refuse(uow: UnitOfWork, parcel: Parcel) -> Fate:
    for one in parcel.observations[:1]:
        await note_refused_device(
            uow,
            protocol=one.protocol,
            external_id=one.device,
            door=parcel.door.value,
            reason=StrangerReason.WRONG_SECRET,
        )
    return Fate.NOT_PROVEN
