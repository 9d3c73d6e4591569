"""What stands in for the devices domain where only a door is tested: it keeps what was handed in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.devices.kinds import CommandKind
from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.parcels import Fate, Parcel
from backend.kernel.database import DatabaseAway
from backend.kernel.unit_of_work import UnitOfWork

WATCH_ID, IW_ID = "8800000015", "353456789012345"


class Unstorable(Exception):
    """The fault of ours that poisons a batch."""


@dataclass
class Ledger:
    """Stores parcels in memory, and fails as it is told to."""

    batches: list[list[Parcel]] = field(default_factory=list)
    poison: set[float] = field(default_factory=set)
    stumbles: int = 0
    """So many times it fails whatever comes."""
    is_away: bool = False
    known: dict[tuple[Protocol, str], int] = field(
        default_factory=lambda: {(Protocol.WATCH, WATCH_ID): 7, (Protocol.IW, IW_ID): 8}
    )
    obeyed: list[CommandKind] = field(default_factory=list)
    contests: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    refused: asyncio.Event = field(default_factory=asyncio.Event)

    async def store(self, _uow: UnitOfWork, parcels: Sequence[Parcel]) -> list[Fate]:
        if self.is_away:
            self.refused.set()
            raise DatabaseAway("gone")
        if self.stumbles > 0:
            self.stumbles -= 1
            raise Unstorable
        if any(one.value in self.poison for parcel in parcels for one in parcel.observations):
            raise Unstorable
        self.batches.append(list(parcels))
        self.changed.set()
        return [Fate.STORED for _ in parcels]

    async def find(self, protocol: Protocol, external_id: str) -> int | None:
        if self.is_away:
            raise DatabaseAway("gone")
        return self.known.get((protocol, external_id))

    async def answered(self, _device_id: int, commands: Sequence[CommandKind]) -> None:
        self.obeyed.extend(commands)
        self.changed.set()

    async def contest(self, _protocol: Protocol, external_id: str) -> None:
        self.contests.append(external_id)

    @property
    def observations(self) -> list[Observation]:
        """All that is stored, in its order."""
        return [one for batch in self.batches for parcel in batch for one in parcel.observations]

    def of(self, kind: Kind) -> list[Observation]:
        return [one for one in self.observations if one.kind is kind]
