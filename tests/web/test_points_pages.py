"""Staff keep the rules of earning, decide what is odd, look after shops, and settle."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from backend.points.earning.models import EarningRule
from backend.points.errors import DailyLimit
from backend.points.ledger.expiring import lapse_points
from backend.points.market.coupons import take_offer
from backend.points.market.merchants import join_shop
from backend.points.market.models import Merchant, Offer
from backend.points.market.redeeming import confirm_coupon
from backend.points.settlement.settling import draw_settlements
from tests.service.points.scenes import does, has_points, offers, opens_shop, points_of, with_rules
from tests.service.world import World
from tests.web.browsing import Browser, form_to

SELLER = "plumber Guo"


async def test_a_rule_is_edited_and_not_overwritten_unseen(browser: Browser, world: World) -> None:
    await with_rules(world)
    await browser.come_in("staff Chen")
    rule = await does(world, lambda uow: uow.session.scalar(select(EarningRule.id).where(EarningRule.key == "help")))
    path = f"/web/earning/{rule}"
    stale = form_to(await browser.open("/web/earning"), path)

    saved = await browser.send("/web/earning", path, points="12", most_per_day="", name="帮邻居")
    refused = await browser.post(path, stale | {"points": "99"})
    wrong = await browser.send("/web/earning", path, points="1001")

    edited = await does(world, lambda uow: uow.session.get(EarningRule, rule))
    assert (saved.status_code, refused.status_code, wrong.status_code) == (303, 409, 422)
    assert edited is not None
    assert (edited.points, edited.most_per_day, edited.names["zh_Hans"]) == (12, None, "帮邻居")


async def test_a_patrol_on_paper_is_entered_once_and_taken_back(browser: Browser, world: World) -> None:
    await with_rules(world)
    await browser.come_in("staff Chen")
    fields = form_to(await browser.open("/web/earning"), "/web/earning/by-hand") | {
        "person": "Wang Fang",
        "rule": "patrol",
    }

    first = await browser.post("/web/earning/by-hand", fields)
    again = await browser.post("/web/earning/by-hand", fields)
    nobody = await browser.send("/web/earning", "/web/earning/by-hand", person="Nobody", rule="patrol")
    assert await points_of(world, "Wang Fang") == (10, 0)
    review = await browser.open("/web/points-review")
    undo = re.search(r"/web/points-review/\d+/undo", review.text)
    assert undo is not None
    undone = await browser.send("/web/points-review", undo[0])

    assert (first.status_code, again.status_code, nobody.status_code) == (303, 409, 422)
    assert undone.status_code == 303
    assert await points_of(world, "Wang Fang") == (0, 0)


async def test_a_days_cap_is_set_and_holds_for_the_next_coupon(browser: Browser, world: World) -> None:
    await browser.come_in("staff Chen")
    page = "/web/points-limits"

    saved = await browser.send(page, f"{page}/caps", daily_spending="10", card_daily_spending="5")
    crooked = await browser.send(page, f"{page}/caps", daily_spending="10", card_daily_spending="11")
    shop = await opens_shop(world)
    first, second = await offers(world, shop, price=6), await offers(world, shop, "锁边一次", price=6)
    await has_points(world, "Wang Fang", 30)
    await does(world, lambda uow: take_offer(uow, actor=world.actor("Wang Fang"), offer_id=first))

    with pytest.raises(DailyLimit):
        await does(world, lambda uow: take_offer(uow, actor=world.actor("Wang Fang"), offer_id=second))

    assert (saved.status_code, crooked.status_code) == (303, 422)


async def test_lapsing_is_switched_on_by_who_saw_who_loses_and_off_again(browser: Browser, world: World) -> None:
    await browser.come_in("staff Chen")
    await has_points(world, "Wang Fang", 30)
    page = "/web/points-limits"

    before = await browser.open(page)
    blind = await browser.send(page, f"{page}/lapse", years="1")
    started = await browser.send(page, f"{page}/lapse", years="1", seen="yes")
    after = await browser.open(page)
    stopped = await browser.send(page, f"{page}/keep")
    world.clock.set(datetime(2028, 1, 2, tzinfo=UTC))
    lapsed = await does(world, lambda uow: lapse_points(uow, community_id=world.community_id))

    assert "Wang Fang" in before.text
    assert (blind.status_code, started.status_code, stopped.status_code) == (422, 303, 303)
    assert "2027-12-31" in after.text
    assert (lapsed, await points_of(world, "Wang Fang")) == (0, (30, 0))


async def test_a_shop_is_taken_in_with_its_people_and_offers(browser: Browser, world: World) -> None:
    await browser.come_in("staff Chen")
    await browser.send("/web/market", "/web/market/kinds/seed")

    made = await browser.send("/web/market", "/web/market/new", name="王记粮油", place="石油路3号")
    path = made.headers["location"].split("?")[0]
    link = await browser.send(path, f"{path}/invite")
    token = re.search(r"/start shop-([\w-]{22})", link.text)
    assert token is not None
    await does(world, lambda uow: join_shop(uow, actor=world.actor(SELLER), token=token[1]))
    offered = await browser.send(path, f"{path}/offers", title="食用油 5 元券", price="20", value="5", stock="100")
    bad = await browser.send(path, f"{path}/offers", title="x", price="0")
    shown = await browser.open(path)

    assert (made.status_code, offered.status_code, bad.status_code) == (303, 303, 422)
    assert SELLER in shown.text
    offer = await does(world, lambda uow: uow.session.scalar(select(Offer)))
    assert offer is not None
    assert (offer.price, offer.value, offer.stock, offer.is_active) == (20, 500, 100, True)


async def test_a_statement_is_printed_recounted_and_kept_as_a_spreadsheet(browser: Browser, world: World) -> None:
    shop = await opens_shop(world, people=(SELLER,))
    offer = await offers(world, shop)
    await has_points(world, "Wang Fang", 10)
    coupon = await does(world, lambda uow: take_offer(uow, actor=world.actor("Wang Fang"), offer_id=offer))
    await does(world, lambda uow: confirm_coupon(uow, actor=world.actor(SELLER), coupon_id=coupon.id))
    world.clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    await does(world, lambda uow: draw_settlements(uow, community_id=world.community_id))
    await browser.come_in("staff Chen")

    every = await browser.open("/web/settlements")
    path = re.search(r"/web/settlements/\d+", every.text)
    assert path is not None
    one, sheet = await browser.open(path[0]), await browser.open(f"{path[0]}/sheet")

    assert "一致" in one.text
    assert "改裤脚一次" in one.text
    assert sheet.content.startswith(b"PK")
    assert "attachment" in sheet.headers["content-disposition"]


@pytest.mark.parametrize(
    "path", ["/web/earning", "/web/points-limits", "/web/points-review", "/web/market", "/web/settlements"]
)
@pytest.mark.parametrize("name", ["leader Tang", "foreign staff Bai"])
async def test_others_see_nothing_of_it(browser: Browser, world: World, name: str, path: str) -> None:
    shop = await opens_shop(world, "别家不该看到")
    await browser.come_in(name)

    page = await browser.open(path)
    one = await browser.open(f"/web/market/{shop}")

    assert "别家不该看到" not in page.text + one.text
    assert await does(world, lambda uow: uow.session.get(Merchant, shop)) is not None
