"""What has just happened on the people's side, for the page and for telephones in tests: a bounded, followed log."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

KEPT = 2_000
LISTENER_ROOM = 500


class Event(NamedTuple):
    """One thing that happened."""

    id: int
    kind: str
    content: dict[str, Any]


Listener = Callable[[Event], None]


class EventLog:
    """Keeps the last events, calls listeners at once and in order."""

    def __init__(self) -> None:
        self._kept: deque[Event] = deque(maxlen=KEPT)
        self._next_id = 1
        self._listeners: list[Listener] = []

    @property
    def last_id(self) -> int:
        return self._next_id - 1

    @property
    def listened_to(self) -> bool:
        """Whether anybody hears; without listeners the page can still resume from what is kept."""
        return bool(self._listeners)

    def tell(self, kind: str, content: dict[str, Any]) -> None:
        event = Event(self._next_id, kind, content)
        self._next_id += 1
        self._kept.append(event)
        for listener in list(self._listeners):
            listener(event)

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Call `listener` with every event while inside."""
        self.add_listener(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def add_listener(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def since(self, last_id: int) -> list[Event] | None:
        """Return what came after `last_id`; None when that is no longer (or was never) known."""
        if last_id > self.last_id or (self._kept and last_id < self._kept[0].id - 1):
            return None
        return [event for event in self._kept if event.id > last_id]

    async def follow(self, last_id: int | None) -> AsyncGenerator[Event, None]:
        """Yield events as they come, first those missed since `last_id`; ends when the reader is too slow."""
        missed = self.since(last_id) if last_id is not None else []
        queue: asyncio.Queue[Event | None] = asyncio.Queue(LISTENER_ROOM + 1)

        def listen(event: Event) -> None:
            if queue.qsize() < LISTENER_ROOM:
                queue.put_nowait(event)
            elif queue.qsize() == LISTENER_ROOM:
                queue.put_nowait(None)

        with self.heard_by(listen):
            for event in [Event(self.last_id, "reset", {})] if missed is None else missed:
                yield event
            while (item := await queue.get()) is not None:
                yield item
