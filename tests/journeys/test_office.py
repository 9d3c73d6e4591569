"""The office: finding, counting, ordering, passing on; and the clock that calls for it."""

from __future__ import annotations

from backend.kernel.texts import load_texts
from playground.telegram.phones import Phone
from scheduler.runner import ClockRunner
from tests.chat.town import Town
from tests.journeys.scenes import card_in, claims, reports_corridor
from tests.service.world import middle_of


async def test_an_issue_is_found_by_number_and_by_words(town: Town) -> None:
    wang, li, chen = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("staff Chen")
    await reports_corridor(wang, "纸箱堆到三楼")
    await card_in(li, town.group("grid-1"))

    await chen.sends("/find 26-0001")
    await chen.sees("找到 1 件", "楼道堆物")
    await chen.sends("/find 纸箱")
    await chen.sees("找到 1 件", "楼道堆物")
    await chen.presses("26-0001")
    await chen.sees("纸箱堆到三楼", "已派单")
    await chen.sends("/find 没有的东西")

    await chen.sees("没有找到")


async def test_how_things_stand_in_numbers(town: Town) -> None:
    wang, li, chen = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("staff Chen")
    await reports_corridor(wang)
    await card_in(li, town.group("grid-1"))
    town.hours_pass(1)

    await chen.sends("/stats")
    await chen.sees("石油社区", "近 30 天", "上报 1", "第1网格：1 件")
    await chen.presses("7 天")

    await chen.sees_edited("近 7 天", "上报 1")


async def test_a_resident_may_not_look_for_other_peoples_issues(town: Town) -> None:
    wang = town.phone("Wang Fang")

    await wang.sends("/find 纸箱")

    await wang.sees("没有权限")


async def opens(phone: Phone, number: str = "26-0001") -> None:
    """Look an issue up by its number."""
    await phone.sends(f"/find {number}")
    await phone.sees("找到 1 件")
    await phone.presses(number)
    await phone.sees(number, "🧰")


async def test_an_order_to_hurry_is_replied_to(town: Town) -> None:
    wang, li, chen = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("staff Chen")
    await reports_corridor(wang)
    await claims(town, "worker Li", wang)

    await opens(chen)
    await chen.presses("督办")
    await chen.sees("请写督办要求")
    await chen.sends("今天下班前清完")
    await chen.sees("督办已发出")
    await li.sees_edited("已督办", in_chat=town.group("grid-1"))
    await li.sees("staff Chen 督办", "今天下班前清完")
    await li.presses("回复督办")
    await li.sees("办到哪一步了")
    await li.sends("已清一半")
    await li.sees("督办已回复")

    await chen.sees("worker Li 回复了督办", "已清一半")


async def test_a_matter_goes_up_to_the_subdistrict_and_the_answer_comes_back(town: Town) -> None:
    wang, li, chen, luo = (town.phone(name) for name in ("Wang Fang", "worker Li", "staff Chen", "operator Luo"))
    await reports_corridor(wang)
    await card_in(li, town.group("grid-1"))

    await opens(chen)
    await chen.presses("上报上级")
    await chen.sees("26-0001 交给哪里")
    await chen.presses("大石坝街道")
    await chen.sees("需要上级协调什么")
    await chen.sends("请协调消防大队")
    await chen.sees("已上报")
    await luo.sees("石油社区 上报", "请协调消防大队")
    await luo.presses("答复")
    await luo.sees("请写答复")
    await luo.sends("消防大队明天到")
    await luo.sees("已答复")

    await chen.sees("大石坝街道 答复了", "消防大队明天到")


async def test_a_matter_comes_down_from_the_subdistrict_and_the_answer_goes_back(town: Town) -> None:
    li, chen, luo = town.phone("worker Li"), town.phone("staff Chen"), town.phone("operator Luo")
    office = town.group("community")
    longitude, latitude = middle_of(1)

    await luo.sends("热线反映楼道堵塞")
    await luo.sees("哪方面的问题")
    await luo.presses("安全隐患")
    await luo.presses("楼道堆物")
    await luo.sees("在什么地方")
    await luo.sends_location(latitude, longitude)
    await luo.sees("地点记下了")
    await luo.sees("请看一看")
    await luo.presses("提交")
    await luo.sees_edited("已交办", "26-0001")
    await li.sees("26-0001", "上级交办", in_chat=town.group("grid-1"))
    await chen.sees("大石坝街道 交办", "热线反映楼道堵塞", in_chat=office)
    await chen.presses("答复", in_chat=office)
    asked = await chen.sees("请写答复", in_chat=office)
    await chen.sends("已派网格员去看", at=office, reply_to=asked)
    await chen.sees("已答复", in_chat=office)

    await luo.sees("石油社区 答复了", "已派网格员去看")


async def test_what_nobody_takes_climbs_from_the_group_to_the_subdistrict(town: Town) -> None:
    wang, li, tang, chen, luo = (
        town.phone(name) for name in ("Wang Fang", "worker Li", "leader Tang", "staff Chen", "operator Luo")
    )
    group, clock = town.group("grid-1"), ClockRunner(town.app.work, load_texts(), town.app.settings)
    await reports_corridor(wang)
    await card_in(li, group)

    bot = next(iter(town.telegram.bots))

    async def hours_pass(hours: float) -> None:
        town.hours_pass(hours)
        await clock.run_job("look_at_clocks")

    await hours_pass(3.5)
    await li.sees("还没有人认领", in_chat=group)
    await hours_pass(0.6)
    await li.sees("认领已超时", in_chat=group)
    await hours_pass(0.5)
    await tang.sees("认领已超时", "现在没有人办理", in_chat=bot)
    await hours_pass(1.5)
    await chen.sees("认领已超时", in_chat=town.group("community"))
    await hours_pass(6)
    await luo.sees("认领已超时", in_chat=bot)


async def test_a_leader_says_how_much_each_worker_may_have_in_hand(town: Town) -> None:
    wang, tang = town.phone("Wang Fang"), town.phone("leader Tang")
    await reports_corridor(wang)
    await claims(town, "worker Li", wang)

    await tang.sends("/workers")
    shown = await tang.sees("worker Li · 第1网格 · 手上 1 件，最多 5 件")
    assert "worker Sun" not in str(shown["text"]), "another grid's worker has a leader of their own"
    for cap in (4, 3, 2, 1):
        await tang.presses("➖ worker Li")
        await tang.sees_edited(f"worker Li · 第1网格 · 手上 1 件，最多 {cap} 件")
    refused = await tang.presses("➖ worker Li")

    assert "1 到 50" in str(refused["text"])
