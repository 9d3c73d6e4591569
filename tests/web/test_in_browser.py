"""The pages in a real browser: the link is followed, changes appear by themselves, and nothing breaks our own rules."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Page, expect

from backend.cockpit.entry import open_web_door, web_link
from backend.kernel.background import Nursery
from backend.registry.grants import end_role
from bot.web import QuietServer
from tests.service.devices.scenes import Yard
from tests.service.world import World
from tests.web.test_entrance import grant_of
from tests.web.test_overview import open_issue

pytestmark = pytest.mark.browser


# A test asks for `address` before its page, so that the page is closed while the server still answers.
@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The app on a free port of loopback, in the test's own event loop."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = QuietServer(uvicorn.Config(app, log_config=None, access_log=False))
        nursery = Nursery()
        serving = nursery.start(server.serve(sockets=[door]), name="web")
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        app.state.desk.live.close()
        server.should_exit = True
        async with asyncio.timeout(20):
            await serving


async def come_in(page: Page, address: str, world: World, name: str) -> None:
    """Follow the link from chat and press the button."""
    async with world.work.begin() as uow:
        token = await open_web_door(uow, actor=world.actor(name))
    await page.goto(web_link(address, token))
    await page.get_by_role("button", name="进入").click()
    await expect(page.get_by_role("heading", name="总览")).to_be_visible()


async def test_the_link_of_the_chat_leads_in_and_leaves_no_trace(address: str, page: Page, world: World):
    await come_in(page, address, world, "staff Chen")

    assert page.url == f"{address}/web"
    await page.go_back()
    assert "#" not in page.url


async def test_a_change_is_on_screen_within_a_second(address: str, page: Page, world: World):
    await come_in(page, address, world, "staff Chen")
    await expect(page.locator("[data-live][data-mark]")).to_be_attached()

    issue = await open_issue(world)

    # One second is promised to people; this machine may be busy with other tests.
    await expect(page.get_by_text(issue.number).first).to_be_visible(timeout=5_000)


async def test_a_page_left_open_says_that_the_role_has_ended(
    page: Page, complaints: list[str], address: str, world: World
):
    await come_in(page, address, world, "staff Chen")
    await expect(page.locator("[data-live][data-mark]")).to_be_attached()

    async with world.work.begin() as uow:
        await end_role(uow, actor=world.actor("admin Yin"), grant_id=(await grant_of(world, "staff Chen")).id)

    await expect(page.get_by_text("登录已经结束")).to_be_visible(timeout=15_000)
    complaints[:] = [one for one in complaints if "401" not in one]


async def test_a_day_is_changed_with_a_thumb(address: str, phone_page: Page, world: World):
    page = phone_page
    await come_in(page, address, world, "staff Chen")

    await page.get_by_role("link", name="工作日历").click()
    await page.get_by_role("link", name="2026-08-17").click()
    await page.get_by_label("名称").fill("社区日")
    await page.get_by_role("button", name="保存").click()

    await expect(page.get_by_role("status")).to_have_text("已保存。")
    await expect(page.get_by_role("link", name="2026-08-17, 放假, 社区日")).to_be_attached()


async def test_no_page_is_wider_than_a_small_phone(address: str, phone_page: Page, world: World):
    page = phone_page
    await page.set_viewport_size({"width": 360, "height": 740})
    await open_issue(world, place="石油路一号大院内三单元七楼通道尽头右手边的消防栓旁边")
    await come_in(page, address, world, "admin Yin")
    paths = ["", "/categories", f"/categories/{world.categories['lighting'].id}", "/calendar", "/texts"]
    paths += ["/devices", "/devices/new", "/sources", "/fences", "/device-rules", "/device-rules/heart_rate_high"]

    wide = []
    for path in [*paths, "/texts/notify.accepted", "/roles", "/units", "/outbox", "/audit"]:
        await page.goto(f"{address}/web{path}")
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)

    assert wide == []


async def test_every_field_and_button_has_a_name(address: str, page: Page, world: World):
    await come_in(page, address, world, "admin Yin")
    nameless = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a")].filter(
        (one) => !(one.labels?.length || one.textContent.trim() || one.getAttribute("aria-label"))
    ).map((one) => one.outerHTML)"""

    paths = ["", "/categories", f"/categories/{world.categories['lighting'].id}", "/calendar", "/roles", "/audit"]
    for path in [*paths, "/devices/new", "/sources", "/device-rules/heart_rate_high"]:
        await page.goto(f"{address}/web{path}")
        assert await page.evaluate(nameless) == [], path


async def test_a_press_on_the_small_map_chooses_the_middle_of_an_area(address: str, page: Page, world: World):
    await Yard(world).live_in("Wang Fang", "2")
    person_id = world.actor("Wang Fang").person_id
    await come_in(page, address, world, "staff Chen")
    await page.goto(f"{address}/web/fences/{person_id}")
    before = [float(await page.locator(f"#{name}").input_value()) for name in ("longitude", "latitude")]

    await page.locator("#map").click(position={"x": 40, "y": 40})
    await page.get_by_label("名称").fill("散步")
    after = [float(await page.locator(f"#{name}").input_value()) for name in ("longitude", "latitude")]
    await page.get_by_role("button", name="保存范围").click()

    await expect(page.get_by_role("status")).to_have_text("已保存。")
    assert after[0] < before[0]  # the press was in the west, and in the north
    assert after[1] > before[1]


async def test_the_keyboard_goes_straight_to_the_content(address: str, page: Page, world: World):
    await come_in(page, address, world, "staff Chen")
    await page.goto(f"{address}/web/units")

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    assert await page.evaluate("document.activeElement.id") == "main"
