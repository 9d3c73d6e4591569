"""The delivery loop: claims messages, sends each outside any transaction, keeps the book of attempts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex
from time import monotonic
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from backend.kernel.background import Nursery
from backend.kernel.database import DatabaseAway
from backend.kernel.faults import fault_point
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.kernel.wakeup import WakeUp
from backend.messaging.broadcasts import Audience, expand_broadcasts, has_open_broadcast
from backend.messaging.channel import Channel, LeaseLost, Never, Outcome, OutgoingMessage, Unknown
from backend.messaging.claim import ChatPace, Lease, claim_messages, lanes_due
from backend.messaging.contents import ChannelName, Lane
from backend.messaging.ledger import Ledger
from backend.messaging.listen import listen_for_messages
from backend.messaging.policy import POLICIES
from backend.messaging.recovery import release_claims, renew_leases, take_over_orphans

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds. A lease outlives three renewals, and two crashes in a row must be mended within 30 (promise P1)."""

    sweep: float = 0.5
    paced_sweep: float = 0.1
    renewal: float = 3
    lease: float = 10
    expansion: float = 1
    database_pause: float = 1


class DeliveryLoop:
    """One per process; several processes share one database (PostgreSQL).

    Each lane has its own room for calls in flight, so that however many bulk messages wait, an emergency finds a place.
    """

    def __init__(
        self,
        work: Work,
        channels: Mapping[ChannelName, Channel],
        *,
        bell: WakeUp,
        nursery: Nursery,
        name: str,
        audiences: Mapping[str, Audience] | None = None,
        pace: ChatPace | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        self._work = work
        self._channels = channels
        self._bell = bell
        self._nursery = nursery
        self._audiences = audiences or {}
        self._pace = pace
        self._rhythm = rhythm or Rhythm()
        # A process that starts after a crash must not take its forerunner's claims for its own.
        holder = f"{name[:60]}:{token_hex(4)}"
        self._lease = Lease(holder, timedelta(seconds=self._rhythm.lease))
        self._usual = Ledger(work, holder)
        self._emergencies = Ledger(work, holder, urgent=True)
        self._in_flight: dict[int, OutgoingMessage] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._upkeep_at = 0.0
        self._has_recovered = False
        self._is_closing = False

    async def run(self) -> None:
        """Deliver until `close`, which the nursery calls before it ends."""
        self._nursery.before_close(self.close)
        self._nursery.start(self._usual.run(), name="outbox ledger")
        self._nursery.start(self._emergencies.run(), name="outbox ledger of emergencies")
        self._nursery.start(self._expand(), name="broadcast expansion")
        if not self._work.database.is_sqlite:
            self._nursery.start(listen_for_messages(self._work.database, self._bell), name="outbox listener")
        while not self._is_closing:
            try:
                pause = await self._look_round()
            except DatabaseAway as error:
                log.warning("messaging.loop_waits", error=str(error))
                pause = self._rhythm.database_pause
            if pause:
                await self._bell.wait(pause)

    async def close(self, grace: float = 5) -> None:
        """Claim no more, let calls in flight end for so many seconds, give the rest back."""
        self._is_closing = True
        self._bell.ring()
        if self._sending:
            await asyncio.wait(self._sending, timeout=grace)
        try:
            async with self._work.begin() as uow:
                await release_claims(uow, self._lease)
        except (DBAPIError, OSError) as error:
            log.warning("messaging.claims_kept", error=type(error).__name__)  # the next process frees them

    async def _look_round(self) -> float:
        """What crashes left behind, then leases, then new claims; returns how long to wait before the next look."""
        if not self._has_recovered:
            await self._recover(everyone=self._work.database.is_sqlite)
            self._has_recovered = True
        await self._keep_up()
        return await self._claim()

    async def _claim(self) -> float:
        """Claim and start sending; returns how long to wait before looking again, 0 for not at all."""
        rooms = self._rooms()
        if not rooms:
            return self._rhythm.sweep
        async with self._work.look() as uow:
            due = await lanes_due(uow, rooms)
        if not due:
            return self._rhythm.sweep
        # Emergencies are claimed by themselves, so that they leave before anything is read of the others.
        lanes = due[:1] if due[0] is Lane.EMERGENCY else due
        async with self._bookkeeping() as uow:
            rooms = {lane: rooms[lane] for lane in lanes}
            messages = await claim_messages(uow, lease=self._lease, rooms=rooms, pace=self._pace)
        if messages:
            fault_point("delivery_claimed")
        for message in messages:
            self._start(message, self._deliver(message))
        return 0 if messages else self._rhythm.paced_sweep

    def _bookkeeping(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Short, and before others who wait: while the loop waits for its turn no emergency is seen."""
        return self._work.begin(urgent=True)

    def _start(self, message: OutgoingMessage, sending: Coroutine[Any, Any, None]) -> None:
        self._in_flight[message.id] = message
        task = self._nursery.start(sending, name=f"message {message.id}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _rooms(self) -> dict[Lane, int]:
        """Free places by lane; a lane is refilled when half of it is free, which keeps transactions few."""
        taken = Counter(message.lane for message in self._in_flight.values())
        free = {lane: policy.room - taken[lane] for lane, policy in POLICIES.items()}
        return {lane: places for lane, places in free.items() if places * 2 >= POLICIES[lane].room}

    def _ledger(self, message: OutgoingMessage) -> Ledger:
        return self._emergencies if message.lane is Lane.EMERGENCY else self._usual

    async def _deliver(self, message: OutgoingMessage) -> None:
        try:
            message, outcome = await self._call(message)
            fault_point("delivery_after_call")
            await self._ledger(message).end(message, outcome)
            fault_point("delivery_recorded")
        except LeaseLost:
            log.warning("messaging.lease_lost", message=message.id)
        finally:
            self._in_flight.pop(message.id, None)
            self._bell.ring()

    async def _call(self, message: OutgoingMessage) -> tuple[OutgoingMessage, Outcome]:
        channel = self._channels.get(message.to.channel)
        if channel is None:
            return message, Never(f"no channel {message.to.channel.value} in this installation")
        has_begun = False

        async def starting() -> None:
            nonlocal has_begun
            await self._ledger(message).begin(message)
            has_begun = True
            fault_point("delivery_before_call")

        try:
            outcome = await channel.send(message, starting)
        except LeaseLost:
            raise
        except Exception as error:
            # One message that our own code cannot send must not keep all others from leaving.
            log.exception("messaging.channel_failed", message=message.id)
            outcome = Unknown(type(error).__name__) if has_begun else Never(type(error).__name__)
        return replace(message, attempts=message.attempts + has_begun), outcome

    async def _keep_up(self) -> None:
        if monotonic() < self._upkeep_at:
            return
        self._upkeep_at = monotonic() + self._rhythm.renewal
        if self._in_flight:
            async with self._bookkeeping() as uow:
                await renew_leases(uow, self._lease, own=self._in_flight)
        await self._recover(everyone=False)

    async def _recover(self, *, everyone: bool) -> None:
        async with self._bookkeeping() as uow:
            doubtful = await take_over_orphans(uow, self._lease, own=self._in_flight, everyone=everyone)
        if doubtful:
            fault_point("orphans_taken_over")
        for message in doubtful:
            self._start(message, self._reconcile(message))

    async def _reconcile(self, message: OutgoingMessage) -> None:
        channel = self._channels.get(message.to.channel)
        try:
            told = await channel.reconcile(message) if channel is not None else None
            await self._ledger(message).end(message, told or Unknown("the process ended during the call", crashed=True))
        finally:
            self._in_flight.pop(message.id, None)
            self._bell.ring()

    async def _expand(self) -> None:
        """Turn broadcasts into messages, a slice at a time, as fast as the bulk lane takes them."""
        while True:
            try:
                expanded = await self._expand_slice()
            except DatabaseAway as error:
                log.warning("messaging.expansion_waits", error=str(error))
                expanded = 0
            if not expanded:
                await asyncio.sleep(self._rhythm.expansion)

    async def _expand_slice(self) -> int:
        async with self._work.look() as uow:
            if not await has_open_broadcast(uow):
                return 0
        async with self._work.begin() as uow:
            return await expand_broadcasts(uow, self._audiences)
