"""Fixtures that every test may ask for: both databases and the browser."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.async_api import Page

from tests.ground.chromium import PHONE, Chromium
from tests.ground.fresh import FreshDatabases
from tests.ground.haste import CompiledOnce, commit_without_waiting, log_briefly
from tests.ground.postgres import PostgresServer
from tests.ground.schema import bring_up_to_date


@pytest.fixture(scope="session", autouse=True)
def haste() -> None:
    """What the tests need not wait for; see `tests.ground.haste`."""
    log_briefly()
    commit_without_waiting()
    CompiledOnce().listen()


# A busy machine is slow now and then; how fast something is, is measured in bench/ and never by a test.
settings.register_profile("youlin", deadline=None)
settings.load_profile("youlin")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run; starts with the first test that needs it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a database with all tables and no rows, to be copied."""
    name = postgres_server.create_database()
    bring_up_to_date(postgres_server.url_of(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "youlin.db"
    bring_up_to_date(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def fresh_databases(postgres_server: PostgresServer, postgres_template: str) -> FreshDatabases:
    """Databases of this run that look new each time."""
    return FreshDatabases(postgres_server, postgres_template)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, fresh_databases: FreshDatabases) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables and no rows."""
    name = fresh_databases.lend()
    yield postgres_server.url_of(name)
    fresh_databases.take_back(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database with all tables."""
    return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'youlin.db')}"


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database without a table, for tests of the migrations."""
    name = postgres_server.create_database()
    yield postgres_server.url_of(name)
    postgres_server.drop_database(name)


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with all tables: the test runs once on SQLite, once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser of this run; mark tests that use it with `browser`."""
    with Chromium() as browser:
        yield browser


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the pages of this test complained of; a test that expects a complaint clears the list."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
async def page(chromium: Chromium, complaints: list[str]) -> AsyncIterator[Page]:
    """An empty page of a desktop's size."""
    async with chromium.page(complaints) as opened:
        yield opened


@pytest.fixture
async def phone_page(chromium: Chromium, complaints: list[str]) -> AsyncIterator[Page]:
    """An empty page of a phone's size, to be used beside `page` as another person's, or alone."""
    async with chromium.page(complaints, viewport=PHONE) as opened:
        yield opened
