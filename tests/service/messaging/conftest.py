"""The post office, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.service.messaging.post_office import PostOffice, open_office


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[PostOffice]:
    """A post office on a fresh database; no loop runs until a test opens one."""
    office = open_office(database_url)
    yield office
    await office.work.database.close()
