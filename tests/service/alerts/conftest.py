"""The world in which alerts climb, with all reactions and notices at work."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.kernel.database import Database
from backend.kernel.events import merged
from backend.kernel.texts import load_texts
from backend.notify.table import notifications
from backend.reactions import REACTIONS, speaking_reactions
from tests.service.alerts.scene import Family, settle_family
from tests.service.world import World, open_world

TEXTS = load_texts()
TABLE = merged(REACTIONS, speaking_reactions(TEXTS), notifications(TEXTS, video_base_url="https://meet.example"))


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """On SQLite: for what depends on no lock."""
    database = Database(sqlite_url)
    yield await open_world(database, reactions=TABLE)
    await database.close()


@pytest.fixture
async def any_world(database_url: str) -> AsyncIterator[World]:
    """On both databases: for what two do at once."""
    database = Database(database_url)
    yield await open_world(database, reactions=TABLE)
    await database.close()


@pytest.fixture
async def family(world: World) -> Family:
    return await settle_family(world)
