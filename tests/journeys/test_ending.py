"""How it ends for those who reported: stars, words, "not solved", taking back, looking it up."""

from __future__ import annotations

from backend.issues.reports.intake import submit_report
from tests.chat.town import Town
from tests.journeys.scenes import card_in, is_solved, reports_corridor
from tests.service.issues.reporting import a_report


async def test_five_stars_in_one_tap_and_a_second_tap_corrects_them(town: Town) -> None:
    wang, li = town.phone("Wang Fang"), town.phone("worker Li")
    await reports_corridor(wang)
    asked = await is_solved(town, wang)

    assert "5 星" in str((await wang.presses("5⭐", on=asked))["text"])
    await wang.sees("谢谢您的评价")
    await li.sees("⭐⭐⭐⭐⭐", "给您办的事打了分")

    assert "3 星" in str((await wang.presses("3⭐", on=asked))["text"])
    await wang.sees("谢谢您的评价")
    await li.sees("⭐⭐⭐", "给您办的事打了分")


async def test_one_star_is_asked_why_and_the_office_reads_it(town: Town) -> None:
    wang, li, chen = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("staff Chen")
    await reports_corridor(wang)
    asked = await is_solved(town, wang)

    await wang.presses("1⭐", on=asked)
    await wang.sees("哪里不好？")
    await li.sees("⭐", "给您办的事打了分")
    await chen.sees("居民不太满意", in_chat=town.group("community"))
    await wang.sends("等了三天才来")
    await wang.sees("谢谢您说明")


async def test_not_solved_is_asked_for_granted_and_done_again(town: Town) -> None:
    wang, li, chen = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("staff Chen")
    office = town.group("community")
    await reports_corridor(wang)
    asked = await is_solved(town, wang)

    await wang.presses("没解决", on=asked)
    await wang.sees("哪里没有解决")
    await wang.sends("第二天又堆上了")
    await wang.sees("已转给社区工作人员")
    await chen.sees("报事人说没解决", "第二天又堆上了", in_chat=office)
    await chen.presses("同意", in_chat=office)
    await wang.sees("已重新办理")

    await li.sees("26-0001", "第 1 次重开", "认领", in_chat=town.group("grid-1"))


async def test_a_report_is_taken_back_while_nobody_has_it(town: Town) -> None:
    wang, li, group = town.phone("Wang Fang"), town.phone("worker Li"), town.group("grid-1")
    await reports_corridor(wang)
    await card_in(li, group)

    await wang.presses("查看进度")
    await wang.sees("26-0001", "已派单", "撤回这件")
    await wang.presses("撤回这件")
    await wang.sees("为什么撤回")
    await wang.sends("邻居自己搬走了")
    await wang.sees("已撤回")

    card = await li.sees_edited("已取消", in_chat=group)
    assert card["buttons"] == []


async def test_my_reports_are_paged(town: Town) -> None:
    wang, li, group = town.phone("Wang Fang"), town.phone("worker Li"), town.group("grid-1")
    async with town.app.work.begin() as uow:
        for number in range(1, 8):
            noise = a_report(town.world, category="noise", text=f"半夜装修第{number}次")
            await submit_report(uow, actor=town.world.actor("Wang Fang"), report=noise)
    for number in range(1, 8):
        await li.sees(f"26-000{number}", in_chat=group)

    await wang.sends("/mine")
    first = await wang.sees("我的上报", "共 7 件", "26-0007", "较早的")
    assert "26-0001" not in str(first["buttons"])
    await wang.presses("较早的")
    await wang.sees_edited("26-0001", "较新的")
    await wang.presses("26-0001")
    await wang.sees("26-0001", "噪声扰民", "上报")
