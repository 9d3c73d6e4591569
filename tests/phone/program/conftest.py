"""A program with a telephone on SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.phone.program.switchboard import Switchboard, open_switchboard


@pytest.fixture
async def board(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(sqlite_url, tmp_path / "media") as board:
        yield board
