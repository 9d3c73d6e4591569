"""The page around the phones: language, width, backstage, a broken line, and who may act."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from playwright.async_api import expect

from playground.telegram import people
from playground.telegram.serve import serve_application
from tests.web.playground.stage import Screen, Stage


@pytest.mark.browser
async def test_page_and_telephones_speak_english_when_asked_and_the_page_remembers_it(
    stage: Stage, screen: Screen
) -> None:
    await screen.open((stage.worker, stage.group.id))

    await screen.page.get_by_role("button", name="English").click()
    await expect(screen.phone(stage.worker).get_by_placeholder("Message")).to_be_visible()
    assert stage.worker.language_code == "en"
    await screen.page.reload()

    await expect(screen.page.get_by_role("button", name="Backstage")).to_be_visible()
    await expect(screen.page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.browser
async def test_a_small_screen_shows_one_phone_and_switches_quickly(stage: Stage, small_screen: Screen) -> None:
    screen = small_screen
    await screen.page.set_viewport_size({"width": 360, "height": 740})
    await screen.open((stage.resident, stage.bot.id), (stage.worker, stage.group.id))

    await screen.start(stage.resident)
    await screen.sees(stage.resident, "我是友邻")
    await expect(screen.phone(stage.worker)).to_be_hidden()
    await screen.page.locator(f'.card[data-person="{stage.worker.id}"]').click()
    await screen.write(stage.worker, "收到")
    await screen.sees(stage.worker, "收到")
    await screen.phone(stage.worker).get_by_role("button", name="返回").click()

    await expect(screen.phone(stage.worker).locator(".chat-row").first).to_be_visible()
    assert await screen.page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.browser
async def test_backstage_moves_time_and_orders_faults(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.page.get_by_role("button", name="后台").click()
    panel = screen.page.get_by_role("complementary", name="后台")

    await panel.get_by_role("button", name="+1 天").click()
    await panel.get_by_label("什么故障").select_option("slow")
    await panel.get_by_label("哪个方法").last.fill("sendMessage")
    await panel.get_by_role("button", name="让它发生").click()

    await expect(panel.get_by_text("待发生：1")).to_be_visible()
    await expect(panel.get_by_role("link", name="打开工作人员网页")).to_have_attribute("href", "/staff")
    assert stage.moved == [timedelta(days=1)]


@pytest.mark.browser
async def test_starting_over_empties_chats_and_product(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id))
    await screen.write(stage.worker, "旧消息")
    await screen.sees(stage.worker, "旧消息")

    await screen.page.get_by_role("button", name="后台").click()
    await screen.page.get_by_role("button", name="从头再来").click()
    await screen.page.get_by_role("dialog").get_by_role("button", name="从头再来").click()

    await expect(screen.bubbles(stage.worker)).to_have_count(0)
    assert stage.begun_again == 1


@pytest.mark.browser
async def test_what_happened_while_the_line_was_broken_is_there_afterwards(
    stage: Stage, screen: Screen, complaints: list[str]
) -> None:
    port = int(screen.address.rpartition(":")[2])
    async with serve_application(stage.application()) as other:
        screen.address = other
        port = int(other.rpartition(":")[2])
        await screen.open((stage.worker, stage.group.id))
        await screen.write(stage.worker, "断线之前")
        await screen.sees(stage.worker, "断线之前")
    await expect(screen.page.get_by_text("连接断开")).to_be_visible()

    people.send_text(stage.world, stage.colleague, stage.group.id, "断线期间")
    async with serve_application(stage.application(), port):
        await screen.sees(stage.worker, "断线期间")
        await expect(screen.page.get_by_text("连接断开")).to_be_hidden()

    complaints.clear()  # the browser itself reports the lost connection


@pytest.mark.browser
async def test_a_link_to_the_bot_opens_its_chat_and_starts_it(stage: Stage, screen: Screen) -> None:
    link = f"https://t.me/{stage.bot.username}?start=invite-1"
    await screen.open((stage.worker, stage.group.id))

    await screen.write(stage.worker, f"请加入 {link}")
    await (await screen.sees(stage.worker, "请加入")).locator("a").click()

    await screen.sees(stage.worker, "/start invite-1")
    await screen.sees(stage.worker, "我是友邻")


async def test_pages_of_other_origins_cannot_act(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        refused = await client.post("/playground/start-over", headers={"Origin": "https://elsewhere.example"})
        cleared = await client.post("/playground/api/clear", headers={"Origin": "https://elsewhere.example"})
        own = await client.post("/playground/start-over", headers={"Origin": address})

    assert [refused.status_code, cleared.status_code, own.status_code] == [403, 403, 200]


@pytest.mark.parametrize(
    "body", ['{"advance": 0}', '{"advance": -5}', '{"advance": 1e99}', '{"advance": true}', "[]", "x"]
)
async def test_time_only_moves_forward_and_within_reason(stage: Stage, address: str, body: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        answer = await client.post("/playground/clock", content=body)

    assert (answer.status_code, stage.moved) == (400, [])


async def test_every_answer_carries_the_policy_that_allows_nothing_inline(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, follow_redirects=True) as client:
        answer = await client.get("/")

    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
