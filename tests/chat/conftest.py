"""Fixtures of the tests that talk to the program over the Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chat.town import Town, open_town


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The program on SQLite with its people at their telephones."""
    async with open_town(sqlite_url, tmp_path) as opened:
        yield opened
