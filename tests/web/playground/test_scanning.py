"""One person shows a code, another scans it: nobody types what a picture says."""

from __future__ import annotations

import io

import pytest
import segno
from playwright.async_api import expect

from playground.telegram import people
from playground.telegram.files import Upload
from tests.web.playground.bot import USERNAME
from tests.web.playground.stage import Screen, Stage

pytestmark = pytest.mark.browser


async def test_a_shop_scans_the_code_on_a_customers_phone(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)
    show_code(stage, f"https://t.me/{USERNAME}?start=q-3kd9")

    await screen.phone(stage.resident).locator(".photo").last.click()
    await screen.page.get_by_role("button", name="用另一部手机扫").click()
    await screen.page.get_by_role("dialog").get_by_role("button", name="王怡悦").click()

    await screen.sees(stage.worker, "我是友邻")
    said = stage.world.private_chat(stage.bot, stage.worker).messages.values()
    assert [message.text for message in said if message.sender is stage.worker] == ["/start q-3kd9"]


async def test_a_picture_without_a_code_says_so(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)
    await screen.attach(stage.resident, "照片")
    await screen.page.locator("[data-sample=sewage]").click()
    await screen.page.get_by_role("button", name="发送", exact=True).last.click()

    await screen.phone(stage.resident).locator(".photo").last.click()
    await screen.page.get_by_role("button", name="用另一部手机扫").click()

    await expect(screen.page.get_by_text("没有找到二维码")).to_be_visible()


def show_code(stage: Stage, address: str) -> None:
    """Let a picture of this code lie in the resident's chat."""
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="png", scale=8)
    upload = Upload("code.png", "image/png", picture.getvalue())
    people.send_photo(stage.world, stage.resident, stage.bot.id, [upload])
