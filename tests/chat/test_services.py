"""The main menu and the catalogue behind it: three taps to everything, or one word."""

from __future__ import annotations

from sqlalchemy import select

from backend.bookings import add_offering, seed_offerings
from backend.bookings.states import SessionKind
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.brands import Brand
from backend.notify.presses import MenuButton, MenuPress
from backend.points.market.merchants import ShopEdit, add_merchant, seed_kinds
from backend.points.market.models import MerchantKind
from handlers.start.catalogue import catalogue
from playground.telegram.shapes import MessageView
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


async def test_whoever_walks_the_brands_finds_every_service_within_three_taps(town: Town) -> None:
    async with town.app.work.begin() as uow:
        await seed_offerings(uow, town.world.community_id)
    wang = town.phone("Wang Fang")
    wanted = {said(town, f"menu.{one.opens}") for one in catalogue().of_roles(())} | {"💈 理发", "🎓 成人课程"}

    found: set[str] = set()
    await wang.sends("/start")
    await wang.presses("全部服务")
    for brand in Brand:
        await wang.sees_edited("也可以直接打字")
        await wang.presses(said(town, f"catalogue.brand.{brand}"))
        found |= labels_of(await wang.sees_edited(said(town, f"catalogue.brand.{brand}.about")))
        await wang.presses(said(town, "catalogue.back"))
    await wang.sees_edited("也可以直接打字")
    await wang.presses(said(town, f"catalogue.brand.{Brand.ENJOYMENT}"))
    await wang.presses("💈 理发")

    assert wanted <= found
    await wang.sees_edited("理发", "最近没有安排")


async def test_what_staff_add_and_what_shops_give_is_found_by_its_name(town: Town) -> None:
    chen, wang, community = town.world.actor("staff Chen"), town.phone("Wang Fang"), town.world.units["community"]
    async with town.app.work.begin() as uow:
        names = {"chinese": "修自行车", "english": "Bicycle repair", "emoji": "🚲", "brand": Brand.ENJOYMENT}
        await add_offering(uow, actor=chen, community=community, kind=SessionKind.SERVICE, **names)
        await seed_kinds(uow, actor=CLOCK_ACTOR, community_id=community.id)
        kind = (await uow.session.scalars(select(MerchantKind).limit(1))).one()
        shop = ShopEdit(name="老李豆花店", kind_id=kind.id)
        await add_merchant(uow, actor=chen, community_id=community.id, edit=shop)

    await wang.sends("我想修自行车")
    await wang.sees("是不是这个")
    await wang.presses("🚲 修自行车")
    await wang.sees_edited("修自行车", "最近没有安排")
    await wang.sends("豆花")
    await wang.sees("是不是这个")
    await wang.presses("老李豆花店")
    await wang.sees_edited("老李豆花店")
    await wang.sends("豆花店门口的路灯坏了")

    await wang.sees("哪方面的问题")


def said(town: Town, key: str) -> str:
    return town.app.texts.say("zh_Hans", key)


def labels_of(message: MessageView) -> set[str]:
    return {button["label"] for row in message["buttons"] for button in row}
