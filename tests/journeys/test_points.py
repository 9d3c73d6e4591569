"""The main scene: help an elder, earn points, pay at the canteen with a code; both sides hold the same receipt."""

from __future__ import annotations

from tests.chat.town import Town
from tests.journeys.points_scenes import market_town, payload_in
from tests.service.points.scenes import books_balance, live_together, offers, opens_shop

COOK = "plumber Guo"


async def test_rice_carried_upstairs_pays_for_lunch(town: Town) -> None:
    await market_town(town)
    await live_together(town.world, "Zhou Min")
    shop = await opens_shop(town.world, "友邻食堂", people=(COOK,), kind="canteen")
    await offers(town.world, shop, "餐券 5 元", price=8, stock=10)
    liu, li, cook = town.phone("Liu Yang"), town.phone("worker Li"), town.phone(COOK)

    await li.sends("/help_neighbour")
    await li.sees("邻里互助")
    await li.presses("替老人求助")
    await li.sees("请输入姓名")
    await li.sends("Zhou")
    await li.sees("是哪一位")
    await li.presses("Zhou Min")
    await li.sees_edited("什么帮助")
    await li.presses("搬东西")
    await li.sees("请说说")
    await li.sends("扛一袋米上六楼")
    await li.sees("收到")

    await liu.sends("/help_neighbour")
    await liu.sees("邻里互助")
    await liu.presses("看看谁需要帮忙")
    await liu.sees_edited("需要帮忙")
    await liu.presses("扛一袋米")
    await liu.sees_edited("Z**", "我来帮")
    await liu.presses("我来帮")
    await liu.sees_edited("Zhou Min", "石油路1号")
    await li.sees("Liu Yang", "会去帮 Zhou Min")
    await town.phone("Zhou Min").sees("Liu Yang", "会来帮")
    await liu.presses("已经帮完了")
    await liu.sees_edited("等对方")
    await town.phone("Zhou Min").sees("Liu Yang", "对吗")
    await li.sees("Liu Yang", "对吗")
    await li.presses("是的，确认")
    await li.sees_edited("双方都确认")
    await town.phone("Zhou Min").sees("互助已完成")
    await liu.sees("+10", "帮助邻居")

    await liu.sends("/market")
    await liu.sees("生活集市")
    await liu.presses("社区食堂")
    await liu.sees_edited("选一家店")
    await liu.presses("友邻食堂")
    await liu.sees_edited("友邻食堂", "餐券 5 元")
    await liu.presses("餐券 5 元")
    code = await liu.sees("餐券 5 元", "扫码")
    await cook.starts(payload_in(code))
    await cook.sees("餐券 5 元", "L**")
    await cook.presses("确认，已给顾客")
    receipt = await cook.sees_edited("收据", "已付", "8", "友邻食堂")
    both = await liu.sees("收据", "还剩 2 分")

    assert str(receipt["text"]) in str(both["text"])
    await liu.sends("/points")
    await liu.sees("2", "餐券 5 元", "-8", "帮助邻居", "+10")
    await books_balance(town.world)
