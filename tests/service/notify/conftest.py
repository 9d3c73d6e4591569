"""The world with the tables of reactions and notifications at work."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.kernel.database import Database
from backend.kernel.events import merged
from backend.kernel.texts import load_texts
from backend.notify.table import notifications
from backend.notify.words import Voice
from backend.reactions import REACTIONS
from tests.service.world import World, open_world

TEXTS = load_texts()
VIDEO = "https://meet.example"
VOICE = Voice(TEXTS, VIDEO)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The small community, in which everybody is told what is to be told."""
    database = Database(database_url)
    table = merged(REACTIONS, notifications(TEXTS, video_base_url=VIDEO))
    yield await open_world(database, reactions=table)
    await database.close()
