"""Several phones at once: what one does the others see, live."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.telegram import groups, people
from tests.web.playground.stage import Screen, Stage

pytestmark = pytest.mark.browser


async def test_a_card_changes_for_both_workers_when_one_claims_it(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id), (stage.colleague, stage.group.id))
    await screen.write(stage.worker, "卡片")
    await screen.sees(stage.colleague, "污水外溢")

    await screen.press(stage.colleague, "接单")

    await expect(screen.phone(stage.colleague).get_by_role("status")).to_have_text("接单成功")
    for person in (stage.worker, stage.colleague):
        await screen.sees(person, "黄航翔 已接单")
        await expect(screen.phone(person).locator(".inline-button", has_text="到达")).to_be_visible()


async def test_a_button_spins_until_it_is_answered_and_an_alert_wants_a_word(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id))
    await screen.write(stage.worker, "卡片")
    phone = screen.phone(stage.worker)

    await screen.press(stage.worker, "转派")
    await expect(phone.locator(".inline-button", has_text="转派")).to_have_attribute("aria-busy", "true")
    await screen.press(stage.worker, "接单")
    await screen.press(stage.worker, "出发")

    await expect(screen.page.get_by_role("dialog")).to_contain_text("路上注意安全")
    await screen.page.get_by_role("button", name="好", exact=True).click()
    await expect(phone.locator(".inline-button", has_text="出发")).not_to_have_attribute("aria-busy", "true")


async def test_sender_names_and_unread_counts_tell_who_wrote(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id), (stage.colleague, stage.bot.id))
    phone = screen.phone(stage.colleague)
    await phone.get_by_role("button", name="返回").click()
    badge = phone.locator(f'[data-chat="{stage.group.id}"] .badge')
    await expect(badge).to_be_visible()

    await phone.locator(f'[data-chat="{stage.group.id}"]').click()
    await expect(badge).to_have_count(0)
    await screen.write(stage.worker, "大家好")

    await expect((await screen.sees(stage.colleague, "大家好")).locator(".sender")).to_have_text("王怡悦")
    await expect((await screen.sees(stage.worker, "大家好")).locator(".sender")).to_have_count(0)


async def test_an_upgraded_group_goes_on_in_its_new_window(stage: Stage, screen: Screen) -> None:
    plain = stage.make_group("物业联动群", supergroup=False)
    await screen.open((stage.worker, plain.id))
    await screen.write(stage.worker, "升级之前")

    groups.upgrade(stage.world, plain.id, by=stage.worker.id)
    await expect(screen.phone(stage.worker).locator(".service").last).to_have_text("群组已升级为超级群")
    await screen.write(stage.worker, "升级之后")

    await screen.sees(stage.worker, "升级之前")
    await screen.sees(stage.worker, "升级之后")
    await expect(screen.phone(stage.worker).get_by_role("status")).to_have_count(0)


async def test_topics_are_lists_of_their_own(stage: Stage, screen: Screen) -> None:
    groups.set_forum(stage.world, stage.group.id, by=stage.worker.id, enabled=True)
    groups.create_topic(stage.world, stage.group.id, "1栋", by=stage.worker.id)
    await screen.open((stage.worker, stage.group.id), (stage.colleague, stage.group.id))

    await screen.phone(stage.worker).locator(".topic-tabs button", has_text="1栋").click()
    await screen.write(stage.worker, "/card")
    await screen.sees(stage.worker, "污水外溢")
    await screen.phone(stage.colleague).locator(".topic-tabs button", has_text="常规").click()

    await expect(screen.bubbles(stage.colleague)).to_have_count(0)
    await screen.phone(stage.colleague).locator(".topic-tabs button", has_text="全部消息").click()
    await expect((await screen.sees(stage.colleague, "污水外溢")).locator(".topic-mark")).to_have_text("# 1栋")


async def test_a_deleted_message_leaves_every_phone(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id), (stage.colleague, stage.group.id))
    await screen.write(stage.worker, "发错了")
    await screen.sees(stage.colleague, "发错了")

    sent = next(message for message in stage.group.messages.values() if message.text == "发错了")
    people.delete(stage.world, stage.worker, stage.group.id, sent.id)

    await expect(screen.bubbles(stage.colleague).filter(has_text="发错了")).to_have_count(0)


async def test_somebody_removed_from_the_group_sees_it_no_more(stage: Stage, screen: Screen) -> None:
    await screen.open((stage.colleague, stage.group.id))

    groups.remove_member(stage.world, stage.group.id, stage.colleague.id, by=stage.worker.id)

    await expect(screen.phone(stage.colleague).get_by_role("status")).to_have_text("你已不在这个聊天里")
    await expect(screen.phone(stage.colleague).locator(f'[data-chat="{stage.group.id}"]')).to_have_count(0)
