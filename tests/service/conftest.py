"""The world in which service tests play, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.issues import events as issue_events
from backend.kernel.database import Database
from backend.kernel.events import Event
from tests.service.world import World, open_world

ISSUE_EVENTS = [kind for kind in vars(issue_events).values() if isinstance(kind, type) and issubclass(kind, Event)]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The small community on a fresh database; it hears every event of the issues domain."""
    database = Database(database_url)
    try:
        yield await open_world(database, hears=ISSUE_EVENTS)
    finally:
        await database.close()
