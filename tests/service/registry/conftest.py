"""The world, hearing what the registry records."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.kernel.database import Database
from backend.kernel.events import Event
from backend.registry import events as registry_events
from tests.service.world import World, open_world

REGISTRY_EVENTS = [
    kind for kind in vars(registry_events).values() if isinstance(kind, type) and issubclass(kind, Event)
]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The small community on a fresh database; it hears every event of the registry."""
    database = Database(database_url)
    yield await open_world(database, hears=REGISTRY_EVENTS)
    await database.close()
