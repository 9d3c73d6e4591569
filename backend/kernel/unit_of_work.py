"""One unit of work = one transaction = one commit, made by the edge that opened it."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.kernel.clock import Clock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.events import Event, ReactionTable
from backend.kernel.faults import fault_point

Values: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
"""What a statement's blanks are filled with; several rows at once for an insert."""

MOST_EVENTS = 10_000
"""Reactions that record events in a circle end here instead of never."""


def _nobody_waits() -> None:
    """Stand in for the delivery loop's wake-up where none runs in this process: its sweep finds the messages."""


@dataclass
class UnitOfWork:
    """What a service gets: the session, the moment at which all of this happens, the vault, and a place for events.

    `now` is one reading of the clock for the whole transaction, so that rows written together agree.
    """

    session: AsyncSession
    now: datetime
    vault: Vault
    reactions: ReactionTable = field(default_factory=dict)
    is_sqlite: bool = True
    ring_outbox: Callable[[], None] = _nobody_waits
    """Wakes the delivery loop of this process; the outbox hands it to `after_commit`."""
    events: deque[Event] = field(default_factory=deque)
    _connection: AsyncConnection | None = None
    _before_commit: list[Callable[[UnitOfWork], Awaitable[None]]] = field(default_factory=list)
    _after_commit: list[Callable[[], None]] = field(default_factory=list)

    async def run(self, statement: Executable, values: Values = None) -> CursorResult[Any]:
        """Run a statement on tables, beside the session: rows that wait there to be written go on waiting.

        The session would write them first, and so the same row again and again while it changes step by step. Use it
        for what names nothing that still waits.
        """
        self._connection = self._connection or await self.session.connection()
        return await self._connection.execute(statement, values)

    def record(self, event: Event) -> None:
        """Keep a fact; reactions and notifications hear it before the commit, in the same transaction."""
        self.events.append(event)

    def after_commit(self, wake: Callable[[], None]) -> bool:
        """Call `wake` once the commit stands: for wake-ups only, which may be lost unharmed. True the first time."""
        if wake in self._after_commit:
            return False
        self._after_commit.append(wake)
        return True

    def before_commit(self, write: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        """Call `write` once all events are heard: for what a transaction gathers and writes in one go."""
        if write not in self._before_commit:
            self._before_commit.append(write)

    async def settle(self) -> None:
        """Let every recorded event be heard, and those that this brings, until none is left."""
        heard = 0
        while self.events:
            heard += 1
            if heard > MOST_EVENTS:
                raise RuntimeError("reactions record events in a circle")
            event = self.events.popleft()
            await self.session.flush()
            for reaction in self.reactions.get(type(event), ()):
                await reaction(self, event)

    async def finish(self) -> None:
        """Do everything that goes before the commit."""
        await self.settle()
        for write in self._before_commit:
            await write(self)
        await self.session.flush()

    async def commit(self) -> None:
        """Settle the events and commit. Only edges call this, once; services never do."""
        await self.finish()
        fault_point("before_commit")
        await self.session.commit()
        fault_point("after_commit")
        for wake in self._after_commit:
            wake()


@dataclass(frozen=True)
class Work:
    """Opens units of work; made once by the composition root and handed to every edge."""

    database: Database
    clock: Clock
    vault: Vault
    reactions: ReactionTable = field(default_factory=dict)
    ring_outbox: Callable[[], None] = _nobody_waits

    @asynccontextmanager
    async def begin(self, *, urgent: bool = False) -> AsyncIterator[UnitOfWork]:
        """A unit of work that commits when the block ends and rolls back when it raises.

        `urgent`: for alarms on their way, which others let pass (see `Database.writing`). It must be short.
        """
        async with self.database.writing(urgent=urgent) as session:
            unit = self._unit(session)
            yield unit
            await unit.commit()

    @asynccontextmanager
    async def rehearse(self) -> AsyncIterator[UnitOfWork]:
        """An urgent unit of work that does everything but commit: nothing of it stays, and nobody is woken."""
        async with self.database.writing(urgent=True) as session:
            unit = self._unit(session)
            yield unit
            await unit.finish()
            await session.rollback()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work for reading: it is never committed."""
        async with self.database.reading() as session:
            yield self._unit(session)

    def _unit(self, session: AsyncSession) -> UnitOfWork:
        return UnitOfWork(
            session=session,
            now=self.clock.now(),
            vault=self.vault,
            reactions=self.reactions,
            is_sqlite=self.database.is_sqlite,
            ring_outbox=self.ring_outbox,
        )
