"""A stage with its bot, served on loopback, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from playground.telegram.serve import serve_application
from tests.web.playground.bot import Bot
from tests.web.playground.stage import Screen, Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    async with serve_application(stage.application()) as served, Bot(served):
        yield served


@pytest.fixture
async def screen(page: Page, address: str) -> AsyncIterator[Screen]:
    yield Screen(page, address)
    await page.close()  # before the server goes: the page would rightly complain


@pytest.fixture
async def small_screen(phone_page: Page, address: str) -> AsyncIterator[Screen]:
    yield Screen(phone_page, address)
    await phone_page.close()
