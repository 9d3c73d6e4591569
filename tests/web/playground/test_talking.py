"""What one person sends, and what the bot answers, in one chat."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.web.playground.stage import Screen, Stage

pytestmark = pytest.mark.browser


async def test_a_stranger_presses_start_and_talks(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))

    await screen.start(stage.resident)
    await screen.sees(stage.resident, "我是友邻")
    await screen.write(stage.resident, "路上有污水")

    answer = await screen.sees(stage.resident, "收到：路上有污水")
    await expect(answer.locator(".quote")).to_have_text("张涛峰路上有污水")


async def test_marked_text_is_shown_and_never_run(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)

    await screen.write(stage.resident, "花样")

    message = await screen.sees(stage.resident, "<img src=x onerror=alert(1)>")
    await expect(message.locator("code")).to_have_text("码")
    await expect(message.locator("a")).to_have_attribute("href", "https://example.org")
    await expect(message.locator("img")).to_have_count(0)
    await message.get_by_text("秘密").click()
    await expect(message.locator(".spoiler")).to_have_class("spoiler shown")


async def test_ready_made_photos_go_out_alone_and_as_an_album(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)

    await screen.attach(stage.resident, "照片")
    await screen.page.locator("[data-sample=sewage]").click()
    await screen.page.get_by_role("button", name="发送", exact=True).last.click()
    await screen.sees(stage.resident, "收到：照片")
    await screen.attach(stage.resident, "照片")
    for name in ("bikes", "corridor"):
        await screen.page.locator(f"[data-sample={name}]").click()
    await screen.page.get_by_label("说明").fill("2栋楼道")
    await screen.page.get_by_role("button", name="发送 2 张").click()

    album = screen.own(stage.resident, "2栋楼道")
    await expect(album.locator(".album img")).to_have_count(2)
    await album.locator(".photo").first.click()
    await expect(screen.page.locator(".lightbox img")).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.locator(".lightbox")).to_have_count(0)


async def test_an_own_picture_can_be_chosen(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)
    await screen.attach(stage.resident, "照片")

    async with screen.page.expect_file_chooser() as choosing:
        await screen.page.get_by_role("button", name="选自己的照片…").click()
    await (await choosing.value).set_files([{"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}])
    await screen.page.get_by_label("说明").fill("灯坏了")
    await screen.page.get_by_label("说明").press("Enter")

    await expect(screen.own(stage.resident, "灯坏了").locator("img")).to_have_js_property("naturalWidth", 64)


async def test_a_place_is_typed_or_clicked_and_shown_on_a_map(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)

    await screen.attach(stage.resident, "位置")
    await screen.page.get_by_label("纬度").fill("29.5721")
    await screen.page.get_by_label("经度").fill("106.5107")
    await screen.page.get_by_role("button", name="发送位置").click()

    await screen.sees(stage.resident, "收到：位置")
    await screen.bubbles(stage.resident).locator(".place-picture").click()
    await expect(screen.page.get_by_role("dialog")).to_contain_text("29.572100, 106.510700")


async def test_without_leaflet_a_place_is_still_typed_and_drawn(stage: Stage, screen: Screen) -> None:
    bare = {"leaflet": False, "staff_url": None, "samples": []}
    await screen.page.route("**/playground/setting.json", lambda route: route.fulfill(json=bare))
    await screen.open((stage.worker, stage.group.id))

    await screen.attach(stage.worker, "位置")
    await screen.page.get_by_label("纬度").fill("29.5721")
    await expect(screen.page.locator(".map svg.map-picture")).to_be_visible()
    await screen.page.get_by_role("button", name="发送位置").click()

    await expect(screen.bubbles(stage.worker).locator(".place-picture")).to_be_visible()


async def test_a_voice_note_can_be_sent_and_played(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)

    await screen.attach(stage.resident, "语音")
    await screen.page.get_by_role("button", name="发送现成的语音").click()
    await screen.sees(stage.resident, "收到：语音")
    await screen.phone(stage.resident).get_by_role("button", name="播放").click()

    await expect(screen.phone(stage.resident).get_by_role("button", name="暂停")).to_be_visible()


async def test_the_keys_of_the_bot_share_number_and_place(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    await screen.start(stage.resident)
    phone = screen.phone(stage.resident)

    await screen.write(stage.resident, "/report")
    await expect(phone.get_by_placeholder("按下面的键")).to_be_visible()
    await phone.get_by_role("button", name="分享电话").click()
    await screen.page.get_by_role("button", name="分享", exact=True).click()
    await screen.sees(stage.resident, "收到：电话")
    await expect(phone.locator(".key")).to_have_count(0)
    await screen.write(stage.resident, "/report")
    await phone.get_by_role("button", name="发送位置").click()
    await screen.page.get_by_role("dialog").get_by_role("button", name="发送位置").click()

    await screen.sees(stage.resident, "收到：位置")
    await expect(screen.bubbles(stage.resident).filter(has_text="+8614004922298")).to_be_visible()


async def test_own_messages_are_edited_answered_and_deleted(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id))

    await screen.write(stage.worker, "我去看看")
    await screen.choose(stage.worker, "我去看看", "编辑")
    await screen.write(stage.worker, "我现在去")
    edited = await screen.sees(stage.worker, "我现在去")
    await expect(edited).to_contain_text("已编辑")
    await screen.choose(stage.worker, "我现在去", "回复")
    await screen.write(stage.worker, "带上工具")
    await expect((await screen.sees(stage.worker, "带上工具")).locator(".quote")).to_contain_text("我现在去")
    await screen.choose(stage.worker, "带上工具", "删除")
    await screen.page.get_by_role("dialog").get_by_role("button", name="删除").click()

    await expect(screen.bubbles(stage.worker).filter(has_text="带上工具")).to_have_count(0)


async def test_the_command_menu_is_typed_into_and_chosen_from(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.resident, stage.bot.id))
    phone = screen.phone(stage.resident)
    await screen.start(stage.resident)

    await phone.get_by_role("button", name="命令").click()
    await expect(phone.get_by_role("option")).to_have_count(2)
    await phone.locator("textarea").fill("/re")
    await expect(phone.get_by_role("option")).to_have_text(["/report我要上报"])
    await phone.locator("textarea").press("Enter")

    await screen.sees(stage.resident, "请分享您的电话或位置")


async def test_a_message_is_forwarded_into_another_chat(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id))
    await screen.write(stage.worker, "井盖坏了")

    await screen.choose(stage.worker, "井盖坏了", "转发")
    await screen.page.get_by_role("dialog").get_by_role("button", name="友邻").click()

    await screen.sees(stage.worker, "收到：井盖坏了")
    await screen.sees(stage.worker, "转发自 王怡悦")


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "JPEG")
    return buffer.getvalue()
