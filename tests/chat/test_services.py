"""The main menu and the catalogue behind it: three taps to everything, or one word."""

from __future__ import annotations

from backend.notify.presses import MenuButton, MenuPress
from handlers.start.catalogue import catalogue
from tests.chat.town import Town


async def test_a_service_is_three_taps_away_and_the_menu_is_short(town: Town) -> None:
    wang = town.phone("Wang Fang")

    await wang.sends("/start")
    greeting = await wang.sees("友邻")
    assert sum(len(row) for row in greeting["buttons"]) <= 7
    assert greeting["buttons"][0][0]["label"] == "📣 我要上报"
    await wang.presses("全部服务")
    await wang.sees_edited("也可以直接打字")
    await wang.presses("友邻汇聚")
    await wang.sees_edited("积分、手艺、店铺")
    await wang.presses("我的积分")

    await wang.sees_edited("分")


async def test_scenes_lead_to_the_same_services(town: Town) -> None:
    wang = town.phone("Wang Fang")
    await wang.sends("/start")
    await wang.presses("全部服务")

    await wang.presses("安全")
    shown = await wang.sees_edited("平安守护")

    labels = {button["label"] for row in shown["buttons"] for button in row}
    assert {"📣 我要上报", "💚 报平安", "👪 家里老人"} <= labels
    await wang.presses("家里老人")
    await wang.sees("家")


async def test_one_word_offers_its_service_and_a_sentence_begins_a_report(town: Town) -> None:
    wang = town.phone("Wang Fang")

    await wang.sends("我想理发")
    await wang.sees("是不是这个")
    await wang.presses("逢十服务")
    await wang.sees_edited("没有")
    await wang.sends("楼道堵了")

    await wang.sees("哪方面的问题")


async def test_every_row_of_the_catalogue_opens_something(town: Town) -> None:
    chen = town.phone("staff Chen")
    await chen.sends("/start")
    menu = await chen.sees("友邻")
    lost = await chen.presses_forged(MenuPress(MenuButton.SERVICES, "b-nowhere").pack(), menu)

    for service in catalogue().services:
        answer = await chen.presses_forged(MenuPress(service.opens).pack(), menu)
        assert answer["text"] != lost["text"], service.opens
