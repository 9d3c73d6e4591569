"""Points, market and canteen through the telephone: what goes wrong is said plainly, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from backend.kernel.audit import AuditEntry
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.market.cards import issue_card
from backend.points.settlement.settling import draw_settlements
from backend.registry.contacts_models import ContactScope, FamilyContact, RelationKind
from playground.telegram.phones import Phone
from playground.telegram.shapes import MessageView
from tests.chat.town import Town
from tests.journeys.points_scenes import market_town, payload_in
from tests.service.points.scenes import does, has_points, live_together, offers, opens_shop, person_id, points_of
from tests.service.world import OUTSIDE, middle_of

SELLER = "plumber Guo"


@pytest.fixture
async def shopping(town: Town) -> Town:
    """A tailor with one offer, and a customer with points."""
    await market_town(town)
    shop = await opens_shop(town.world, people=(SELLER,))
    await offers(town.world, shop)
    await has_points(town.world, "Wang Fang", 30)
    return town


async def shows_code(phone: Phone) -> MessageView:
    """The way to a code, by buttons."""
    await phone.sends("/market")
    await phone.presses("洗衣缝补")
    await phone.presses("阿婆裁缝铺")
    await phone.presses("改裤脚")
    return await phone.sees("扫码", "改裤脚一次")


async def test_whoever_else_opens_the_code_learns_that_it_is_not_for_them(shopping: Town) -> None:
    wang, liu = shopping.phone("Wang Fang"), shopping.phone("Liu Yang")
    payload = payload_in(await shows_code(wang))

    await liu.starts(payload)
    await liu.sees("给店家扫的码")
    await wang.starts(payload)
    await wang.sees("您自己的码")
    await liu.starts("q-AAAAAAAAAAAAAAAAAAAAAA")

    await liu.sees("这个码无效")
    assert await points_of(shopping.world, "Wang Fang") == (30, 8)


async def test_a_shop_without_network_confirms_later(shopping: Town) -> None:
    wang, seller = shopping.phone("Wang Fang"), shopping.phone(SELLER)
    await shows_code(wang)

    await wang.presses("店家没网")
    await wang.sees_edited("等店家上网确认")
    await seller.sees("等店家上网确认", "改裤脚一次")
    await seller.presses("确认，已给顾客")

    await seller.sees_edited("收据")
    await wang.sees("收据", "还剩 22 分")


async def test_a_replayed_and_a_forged_press_move_nothing_twice(shopping: Town) -> None:
    wang, seller, liu = (shopping.phone(name) for name in ("Wang Fang", SELLER, "Liu Yang"))
    await seller.starts(payload_in(await shows_code(wang)))
    shown = await seller.sees("改裤脚一次", "W**")
    await seller.presses("确认，已给顾客")
    await seller.sees_edited("收据")

    await seller.presses_forged("sh1:yes:1:", shown)
    await liu.sends("/points")
    hello = await liu.sees("您现在有")
    answer = await liu.presses_forged("sh1:yes:1:", hello)

    assert "不是您店里的券" in (answer["text"] or "")
    assert await points_of(shopping.world, "Wang Fang") == (22, 0)


async def test_the_shop_gives_the_points_back(shopping: Town) -> None:
    wang, seller = shopping.phone("Wang Fang"), shopping.phone(SELLER)
    await seller.starts(payload_in(await shows_code(wang)))
    await seller.presses("确认，已给顾客")
    await wang.sees("收据")

    await seller.sends("/shop")
    await seller.presses("最近的券")
    await seller.presses("改裤脚一次")
    await seller.presses("确定退回积分")

    await wang.sees("退款", "已退回")
    assert await points_of(shopping.world, "Wang Fang") == (30, 0)


async def test_who_has_too_little_hears_how_much_is_missing(shopping: Town) -> None:
    liu = shopping.phone("Liu Yang")
    await liu.sends("/market")
    await liu.presses("洗衣缝补")
    await liu.presses("阿婆裁缝铺")

    answer = await liu.presses("改裤脚")

    assert "需要 8 分，能用的有 0 分" in (answer["text"] or "")


async def test_a_shop_shows_on_the_map_where_its_people_said_it_is(shopping: Town) -> None:
    wang, seller = shopping.phone("Wang Fang"), shopping.phone(SELLER)
    await seller.sends("/shop")
    await seller.presses("标出我的店")
    await seller.sees("发一个位置")
    await seller.sends_location(*OUTSIDE[::-1])
    await seller.sees("不在本社区")
    await seller.sends_location(*middle_of(1)[::-1])
    await seller.sees("位置记下了")

    await wang.sends("/market")
    await wang.presses("洗衣缝补")
    await wang.presses("阿婆裁缝铺")
    await wang.presses("怎么走")

    shown = await wang.sees(where=lambda message: message["location"] is not None)
    assert shown["location"] is not None
    assert (shown["location"]["title"], shown["location"]["address"]) == ("阿婆裁缝铺", "石油路1号")


async def test_a_stranger_is_told_how_to_join(shopping: Town) -> None:
    stranger = shopping.phone("stranger")

    await stranger.sends("/points")

    await stranger.sees("登记过的居民")


async def test_the_balance_as_a_picture_and_what_earns(shopping: Town) -> None:
    wang = shopping.phone("Wang Fang")
    await wang.sends("/points")
    await wang.sees("30")

    await wang.presses("看图")
    picture = await wang.sees("最近 30 天")
    await wang.presses("怎么挣积分")
    await wang.sees("帮助邻居", "10")

    assert "photo" in str(picture)


async def test_the_canteen_cooks_and_somebody_brings_it(town: Town) -> None:
    await market_town(town)
    await opens_shop(town.world, "友邻食堂", people=(SELLER,), kind="canteen")
    cook, wang, liu = (town.phone(name) for name in (SELLER, "Wang Fang", "Liu Yang"))
    await liu.sends("/help_neighbour")
    await liu.presses("我愿意帮忙")
    await liu.presses("送餐")

    await cook.sends("/shop")
    await cook.presses("今日菜品")
    await cook.sees("菜名 价格")
    await cook.sends_photo("番茄炒蛋 8.5 40份")
    await cook.sees("番茄炒蛋", "8.5")
    await cook.sends("看不懂的一行")
    await cook.sees("看不懂")
    await cook.sends("/cancel")
    await cook.sees("菜单已经公布")
    await wang.sends("/canteen")
    await wang.presses("番茄炒蛋")
    await wang.presses("给我留一份")
    await wang.sees("留好了")
    await wang.presses("请邻居送来")
    await wang.sees("已经在找邻居")

    await cook.sees("留餐", "番茄炒蛋", "W**")
    await liu.sees("送餐", "番茄炒蛋")


async def test_an_elder_without_a_telephone_pays_by_card(town: Town) -> None:
    await market_town(town)
    await live_together(town.world, "Zhou Min")
    shop = await opens_shop(town.world, people=(SELLER,))
    await offers(town.world, shop)
    await has_points(town.world, "Zhou Min", 20)
    li, seller = town.phone("worker Li"), town.phone(SELLER)
    await li.sends("/card")
    await li.sees("哪位老人")
    await li.sends("Zhou")
    await li.presses("Zhou Min")
    card = await li.sees("打印")
    picture_only = "start=" not in str(card["text"] or "")

    token = await does(town.world, lambda uow: _token_of(uow, town))
    await seller.starts(f"card-{token}")
    await seller.sees("老人积分卡", "Z**")
    await seller.presses("改裤脚")
    await seller.sees_edited("再按一次")
    await seller.presses("确认，已给顾客")

    await seller.sees_edited("收据")
    await li.sees("Zhou Min", "积分卡刚刚用了")
    assert picture_only
    assert await points_of(town.world, "Zhou Min") == (12, 0)


async def _token_of(uow: UnitOfWork, town: Town) -> str:
    """A card made for the test: what is printed on the other one can only be read by a camera."""

    elder = person_id(town.world, "Zhou Min")
    return await issue_card(uow, actor=town.world.actor("worker Li"), person_id=elder)


async def test_the_month_is_confirmed_in_chat(shopping: Town) -> None:
    wang, seller = shopping.phone("Wang Fang"), shopping.phone(SELLER)
    await seller.starts(payload_in(await shows_code(wang)))
    await seller.presses("确认，已给顾客")
    await wang.sees("收据")

    shopping.clock.set(datetime(2026, 6, 1, 1, tzinfo=UTC))
    await does(shopping.world, lambda uow: draw_settlements(uow, community_id=shopping.world.community_id))
    await seller.sees("2026-05", "对账单", "8")
    await seller.presses("看明细")
    await seller.sees(where=lambda message: ".xlsx" in str(message))
    await seller.presses("有异议")
    await seller.sees("哪里不对")
    await seller.sends("少了一笔")

    await seller.sees("社区会联系您")
    await shopping.phone("staff Chen").sees("有异议", "少了一笔", in_chat=shopping.group("community"))


async def test_family_and_the_worker_look_at_an_elders_points_and_strangers_do_not(shopping: Town) -> None:
    li, liu = shopping.phone("worker Li"), shopping.phone("Liu Yang")
    wang = person_id(shopping.world, "Wang Fang")
    await live_together(shopping.world, "Wang Fang")
    await _is_family(shopping, "Liu Yang", of="Wang Fang")

    await li.sends("/points")
    await li.presses("帮老人查积分")
    await li.sees("请输入姓名")
    await li.sends("Wang")
    await li.presses("Wang Fang")
    await li.sees_edited("Wang Fang", "现在有", "30")
    await liu.sends("/points")
    await liu.presses("Wang Fang 的积分")
    await liu.sees_edited("Wang Fang", "30")
    stranger = shopping.phone("worker Sun")
    await stranger.sends("/points")
    refusal = await stranger.presses_forged(f"p1:other:{wang}", await stranger.sees("您现在有"))

    assert "30" not in (refusal["text"] or "")
    looks = select(AuditEntry.account_id).where(AuditEntry.action == "points.look").order_by(AuditEntry.id)
    seen_by = await does(shopping.world, lambda uow: uow.session.scalars(looks))
    assert seen_by.all() == [shopping.world.account_id("worker Li"), shopping.world.account_id("Liu Yang")]


async def _is_family(town: Town, name: str, *, of: str) -> None:
    """The elder agreed that this relative deals with their points."""

    async def agree(uow: UnitOfWork) -> None:
        contact = FamilyContact(
            person_id=person_id(town.world, of),
            name_sealed=uow.vault.seal(name),
            relation=RelationKind.CHILD,
            rank=1,
            scopes=[ContactScope.POINTS.value],
            account_id=town.world.account_id(name),
            community_id=town.world.community_id,
            added_at=uow.now,
            consent_at=uow.now,
        )
        uow.session.add(contact)

    await does(town.world, agree)
