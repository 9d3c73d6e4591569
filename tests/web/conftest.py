"""The world of the web tests: the small community, its web app, and browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import FastAPI

from backend.cockpit.app import create_web_app
from backend.cockpit.reactions import REACTIONS
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from tests.service.world import World, open_world
from tests.web.browsing import Browser, browser_at


@pytest.fixture
def world_url(request: pytest.FixtureRequest) -> str:
    """SQLite; a test that uses `database_url` (by the mark `on_both`) runs on PostgreSQL as well."""
    url: str = request.getfixturevalue("database_url" if "database_url" in request.fixturenames else "sqlite_url")
    return url


@pytest.fixture
async def world(world_url: str) -> AsyncIterator[World]:
    database = Database(world_url)
    yield await open_world(database, reactions=REACTIONS)
    await database.close()


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None)


@pytest.fixture
def app(world: World, settings: Settings) -> FastAPI:
    return create_web_app(world.work, load_texts(), settings)


@pytest.fixture
async def new_browser(app: FastAPI, world: World) -> AsyncIterator[Callable[..., Browser]]:
    """Makes browsers; they are closed after the test."""
    made: list[Browser] = []

    def make(**headers: str) -> Browser:
        made.append(browser_at(app, world, **headers))
        return made[-1]

    yield make
    for browser in made:
        await browser.client.aclose()


@pytest.fixture
def browser(new_browser: Callable[..., Browser]) -> Browser:
    return new_browser()
