"""A bot's queue of updates: what is waiting, who is polling, which kinds the bot asked for."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from .errors import conflict

OPTIONAL_KINDS = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_BATCH = 100
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    """Updates wait here until the bot confirms them by asking for a higher offset, or its webhook took them."""

    def __init__(self, first_id: int = 700_000_001) -> None:
        self.pending: deque[dict[str, Any]] = deque()
        self.allowed: frozenset[str] | None = None
        self.paused = False
        self.duplicates = 0
        self.reversals = 0
        self._next_id = first_id
        self._changed: set[asyncio.Future[None]] = set()
        self._poll: asyncio.Future[None] | None = None
        self.polled = asyncio.Event()  # set when the bot has asked for the first time
        self.closing = False

    def begin_after(self, epoch: int) -> None:
        """Number the updates from beyond `epoch`; only before the first one."""
        self._next_id += epoch

    def wants(self, kind: str) -> bool:
        """By default a bot hears everything but the kinds that have to be asked for by name."""
        return kind in self.allowed if self.allowed else kind not in OPTIONAL_KINDS

    def allow(self, kinds: list[str] | None) -> None:
        """Remember what the bot asked for; nothing said keeps the last wish, an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def add(self, kind: str, payload: dict[str, Any]) -> None:
        if self.wants(kind):
            self.pending.append({"update_id": self._next_id, kind: payload})
            self._next_id += 1
            self.wake()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        for waiter in self._changed:
            if not waiter.done():
                waiter.set_result(None)

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        self.wake()

    def clear(self) -> None:
        self.pending.clear()

    def confirm(self, offset: int) -> None:
        """Forget what the bot has: everything below `offset`, or all but the last `-offset`."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    def batch(self, limit: int) -> list[dict[str, Any]]:
        """Return what may be delivered now, spoiled as the ordered faults say."""
        if self.paused:
            return []
        updates = [update for update, _ in zip(self.pending, range(limit), strict=False)]
        again = updates[: self.duplicates]
        self.duplicates -= len(again)
        if self.reversals and len(updates) > 1:
            self.reversals -= 1
            updates.reverse()
        return again + updates

    async def changed(self, seconds: float | None) -> None:
        """Wait until something may have changed, at most `seconds`."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changed.add(waiter)
        try:
            await asyncio.wait({waiter}, timeout=seconds)
        finally:
            self._changed.discard(waiter)

    def end_poll(self, reason: str) -> None:
        """End the running getUpdates with 409."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(reason))
            self.wake()

    async def poll(self, *, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Wait for updates; a later call ends this one with 409, as only one consumer may be."""
        self.end_poll(OTHER_POLL)
        self.polled.set()
        loop = asyncio.get_running_loop()
        ticket: asyncio.Future[None] = loop.create_future()
        self._poll = ticket
        deadline = loop.time() + seconds
        while True:
            if ticket.done():
                ticket.result()
            updates = self.batch(limit)
            left = deadline - loop.time()
            if updates or left <= 0 or self.closing:
                ticket.cancel()
                return updates
            await self.changed(left)

    def close(self) -> None:
        """Answer whoever polls at once: the server is going."""
        self.closing = True
        self.wake()
