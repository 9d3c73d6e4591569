"""The batch writer: what all doors receive goes into the database together, and nobody is answered before it stands.

While one batch is written the next gathers, so that batches grow with the load by themselves; a quiet door lingers a
few milliseconds for company, and an alarm for nothing and nobody at all.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter

import structlog

from backend.ingest.parcels import Fate, Parcel
from backend.kernel.database import DatabaseAway
from backend.kernel.faults import fault_point
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import UnitOfWork, Work

MOST_IN_BATCH = 100
"""Parcels of one transaction: enough that the commit costs little of each, few enough that the rest waits little."""
MOST_ALARMS = 20
"""Of alarms in one transaction: what each of them brings about is written with it."""
MOST_WAITING = 4000
"""Parcels that wait; beyond it the doors stop reading. Alarms have a further tenth to themselves."""
LINGER_SECONDS = 0.004
PATIENCE_SECONDS = 0.25
"""So long a batch of anything else lets alarms go first; in a storm of them it is written beside them."""

Store = Callable[[UnitOfWork, Sequence[Parcel]], Awaitable[Sequence[Fate]]]
"""Stores parcels in one unit of work and tells the fate of each, in their order."""

log = structlog.get_logger(__name__)


class NotStored(Exception):
    """The database is away, or too much waits already: the sender must not be answered, so that it sends again."""


@dataclass(slots=True)
class _Waiting:
    parcel: Parcel
    told: asyncio.Future[Fate]
    since: float = field(default_factory=perf_counter)


class _Queue:
    """Parcels of one kind that wait: at most `most` make a batch, after so many seconds for company."""

    def __init__(self, most: int, linger: float) -> None:
        self._most = most
        self._linger = linger
        self._waiting: deque[_Waiting] = deque()
        self._something = asyncio.Event()

    def add(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._something.set()

    async def batch(self) -> list[_Waiting]:
        """Wait for the next ones, in the order in which they came."""
        await self._something.wait()
        if self._linger and len(self._waiting) < self._most:
            await asyncio.sleep(self._linger)
        # Also where its door has gone meanwhile: who fell may have lost the line with it.
        batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        if not self._waiting:
            self._something.clear()
        return batch

    def all(self) -> list[_Waiting]:
        """Everything that waits."""
        return list(self._waiting)


class BatchWriter:
    """One per process. `hand_in` may be called by any number of doors; `run` must run beside them.

    Alarms have a queue and transactions of their own: they wait for no batch of anything else.
    """

    def __init__(self, work: Work, store: Store, metrics: Metrics, *, most_waiting: int = MOST_WAITING) -> None:
        self._work = work
        self._store = store
        self._metrics = metrics
        self._alarms = _Queue(MOST_ALARMS, 0)
        self._plain = _Queue(MOST_IN_BATCH, LINGER_SECONDS)
        self._calm = asyncio.Event()
        self._calm.set()
        self._room = asyncio.Semaphore(most_waiting)
        self._room_for_alarms = asyncio.Semaphore(max(most_waiting // 10, 1))

    async def hand_in(self, parcel: Parcel) -> Fate:
        """Wait until `parcel` is stored, and tell what became of it.

        Waits for room first, which holds up the door that calls. Raises NotStored when nothing of it is kept. Calling
        it again with the same parcel is safe: what is stored already is a duplicate.
        """
        return await (await self._queued(parcel))

    async def hand_in_all(self, parcels: Sequence[Parcel]) -> list[Fate]:
        """`hand_in` for what came together; cheaper than one by one. Raises NotStored if one is not stored."""
        # The alarms first: they are not to wait for room behind the others.
        urgent_first = sorted(range(len(parcels)), key=lambda number: not parcels[number].is_urgent)
        told = {number: await self._queued(parcels[number]) for number in urgent_first}
        return await asyncio.gather(*(told[number] for number in range(len(parcels))))

    async def _queued(self, parcel: Parcel) -> asyncio.Future[Fate]:
        """What will tell of `parcel`, once there is room for it; its place is given back when it has told."""
        is_urgent = parcel.is_urgent
        place = self._place_for(is_urgent=is_urgent)
        await place.acquire()
        waiting = _Waiting(parcel, asyncio.get_running_loop().create_future())
        waiting.told.add_done_callback(lambda _: place.release())
        if is_urgent:
            self._calm.clear()
        (self._alarms if is_urgent else self._plain).add(waiting)
        return waiting.told

    def _place_for(self, *, is_urgent: bool) -> asyncio.Semaphore:
        """An alarm takes an ordinary place while there is one, and else one of those kept for alarms."""
        return self._room_for_alarms if is_urgent and self._room.locked() else self._room

    def has_alarms(self) -> bool:
        """Whether an alarm waits or is being written: others then take as little of the process as they can."""
        return not self._calm.is_set()

    async def run(self) -> None:
        """Write batches for ever; what still waits at the end hears NotStored."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._write_alarms())
                both.create_task(self._write_plain())
        finally:
            _refuse([*self._alarms.all(), *self._plain.all()])

    async def _write_alarms(self) -> None:
        while True:
            await self._write(await self._alarms.batch(), urgent=True)
            if not self._alarms.all():
                self._calm.set()

    async def _write_plain(self) -> None:
        while True:
            batch = await self._plain.batch()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._calm.wait()
            await self._write(batch, urgent=False)

    async def _write(self, batch: Sequence[_Waiting], *, urgent: bool) -> None:
        try:
            await self._write_or_split(batch, urgent=urgent)
        except DatabaseAway:
            log.warning("ingest.not_stored", parcels=len(batch))
            _refuse(batch)
        except BaseException:
            _refuse(batch)
            raise

    async def _write_or_split(self, batch: Sequence[_Waiting], *, urgent: bool, is_again: bool = False) -> None:
        """All in one transaction; where that fails, each half by itself, down to the one that is the cause.

        That one is tried once more: it may have met another transaction, such as the one that makes a month.
        """
        fault_point("ingest_received")
        try:
            async with self._work.begin(urgent=urgent) as uow:
                fates = await self._store(uow, [waiting.parcel for waiting in batch])
        except DatabaseAway:
            raise
        except Exception as error:
            # One packet that nothing can store must not sink everybody's alarms.
            if len(batch) == 1 and not is_again:
                await self._write_or_split(batch, urgent=urgent, is_again=True)
                return
            if len(batch) == 1:
                log.error("ingest.poisonous", door=batch[0].parcel.door.value, exc_info=error)
                self._tell(batch, [Fate.POISONOUS])
                return
            middle = len(batch) // 2
            await self._write_or_split(batch[:middle], urgent=urgent)
            await self._write_or_split(batch[middle:], urgent=urgent)
        else:
            self._tell(batch, fates)

    def _tell(self, batch: Sequence[_Waiting], fates: Sequence[Fate]) -> None:
        fault_point("ingest_stored")
        now = perf_counter()
        doors = [waiting.parcel.door.value for waiting in batch]
        for (door, fate), count in Counter(zip(doors, fates, strict=True)).items():
            self._metrics.ingested.labels(door, fate.value).inc(count)
        seconds = {door: self._metrics.ingest_seconds.labels(door) for door in set(doors)}
        for door, waiting, fate in zip(doors, batch, fates, strict=True):
            seconds[door].observe(now - waiting.since)
            if not waiting.told.done():
                waiting.told.set_result(fate)


def _refuse(batch: Sequence[_Waiting]) -> None:
    for waiting in batch:
        if not waiting.told.done():
            waiting.told.set_exception(NotStored())
