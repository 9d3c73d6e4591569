"""Lets the bench listen in on what a device says and hears, without the device knowing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SAID, HEARD = "said", "heard"
Listener = Callable[[str, bytes], None]
_listener: ContextVar[Listener | None] = ContextVar("device_listener", default=None)


@contextmanager
def overheard_by(listener: Listener) -> Iterator[None]:
    """Tell `listener` of everything inside, and of what tasks that begin inside say and hear later."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def overhear(direction: str, content: bytes) -> None:
    """Tell who listens here, if anybody does."""
    listener = _listener.get()
    if listener is not None:
        listener(direction, content)
