"""The world with its devices, on SQLite; tests whose locking or SQL could differ ask for both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.kernel.database import Database
from tests.service.devices.scenes import DEVICE_EVENTS, Yard
from tests.service.world import open_world


@pytest.fixture
async def yard(sqlite_url: str) -> AsyncIterator[Yard]:
    """The small community and an empty yard of devices."""
    database = Database(sqlite_url)
    yield Yard(await open_world(database, hears=DEVICE_EVENTS))
    await database.close()


@pytest.fixture
async def both_yards(database_url: str) -> AsyncIterator[Yard]:
    """The same, once on each database."""
    database = Database(database_url)
    yield Yard(await open_world(database, hears=DEVICE_EVENTS))
    await database.close()
