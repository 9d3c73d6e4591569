"""The world, hearing what the registry records; and an empty installation with the files of the sample."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.events import Event
from backend.kernel.unit_of_work import Work
from backend.registry import events as registry_events
from playground.community import generate, write
from tests.service.world import NOON, World, open_world

REGISTRY_EVENTS = [
    kind for kind in vars(registry_events).values() if isinstance(kind, type) and issubclass(kind, Event)
]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The small community on a fresh database; it hears every event of the registry."""
    database = Database(database_url)
    yield await open_world(database, hears=REGISTRY_EVENTS)
    await database.close()


@pytest.fixture
async def installation(database_url: str) -> AsyncIterator[Work]:
    """A new installation: tables and nothing in them."""
    database = Database(database_url)
    yield Work(database, MovableClock(frozen_at=NOON), Vault([Fernet.generate_key().decode()]))
    await database.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the files of the sample community."""
    folder = tmp_path_factory.mktemp("sample")
    write(generate(), folder)
    return folder
