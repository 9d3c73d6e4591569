"""Stages for the tests of points."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from backend.kernel.database import Database
from backend.kernel.events import Event
from backend.points import events
from tests.service.points.scenes import with_rules
from tests.service.points.stage import Stage
from tests.service.world import World, open_world

POINTS_EVENTS = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]


async def _neighbours(url: str) -> AsyncIterator[World]:
    database = Database(url)
    try:
        world = await open_world(database, hears=POINTS_EVENTS)
        await with_rules(world)
        yield world
    finally:
        await database.close()


@pytest.fixture
async def neighbours(sqlite_url: str) -> AsyncIterator[World]:
    """The small community with its rules of earning, on SQLite."""
    async for world in _neighbours(sqlite_url):
        yield world


@pytest.fixture
async def neighbours_on_both(database_url: str) -> AsyncIterator[World]:
    """The same on both databases, for what only a database can decide."""
    async for world in _neighbours(database_url):
        yield world


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    """Books without a line, on both databases."""
    opened = Stage(database_url)
    yield opened
    opened.close()
