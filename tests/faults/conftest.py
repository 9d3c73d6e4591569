"""The warm parent of programs, and filled databases to copy."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.conftest import BOTH
from tests.faults.program import Forge, WarmParent, open_forge
from tests.faults.scene import Filled, fill
from tests.ground.postgres import PostgresServer


@pytest.fixture(scope="session")
def warm_parent() -> Iterator[WarmParent]:
    """What forks programs; imports them once."""
    parent = WarmParent()
    yield parent
    parent.close()


@pytest.fixture
async def forge(warm_parent: WarmParent) -> AsyncIterator[Forge]:
    """Makes programs for one test."""
    async with open_forge(warm_parent) as opened:
        yield opened


@pytest.fixture(scope="session")
def filled_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The test world in a SQLite file."""
    file = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("filled") / "youlin.db"))
    world, key = asyncio.run(fill(f"sqlite+aiosqlite:///{file}"))
    return Filled(world, key, file=file)


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: PostgresServer, postgres_template: str) -> Filled:
    """The test world in a PostgreSQL database."""
    name = postgres_server.create_database(template=postgres_template)
    world, key = asyncio.run(fill(postgres_server.url_of(name)))
    return Filled(world, key, server=postgres_server, name=name)


@pytest.fixture(params=BOTH)
def filled(request: pytest.FixtureRequest) -> Filled:
    """The test world, once on SQLite, once on PostgreSQL."""
    found: Filled = request.getfixturevalue(f"filled_{request.param}")
    return found
