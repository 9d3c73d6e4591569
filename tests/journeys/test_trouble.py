"""What goes wrong in life: blocked, off duty, too much, old buttons, forged data, a restart in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import open_app
from tests.chat.town import Town, open_town, start_roles
from tests.journeys.conftest import all_is_said
from tests.journeys.scenes import card_in, chooses_corridor, reports_corridor, shares_place


async def test_a_resident_who_blocked_the_bot_breaks_nothing_and_may_come_back(town: Town) -> None:
    wang, li, group = town.phone("Wang Fang"), town.phone("worker Li"), town.group("grid-1")
    await reports_corridor(wang)

    await wang.blocks()
    await card_in(li, group)
    await li.presses("认领", in_chat=group)
    await li.sees_edited("已认领", in_chat=group)
    await all_is_said(town)
    await wang.unblocks()
    await wang.sends("/mine")
    await wang.sees("我的上报", "26-0001", "处理中")
    await li.presses("到达", in_chat=group)

    await wang.sees("已到现场")


async def test_off_duty_one_claims_nothing(town: Town) -> None:
    wang, li, group = town.phone("Wang Fang"), town.phone("worker Li"), town.group("grid-1")
    await li.sends("/duty")
    await li.sees("已下岗")
    await reports_corridor(wang)
    await card_in(li, group)

    assert "下班状态" in str((await li.presses("认领", in_chat=group))["text"])
    await li.sends("/duty")
    await li.sees("已上岗")
    await li.presses("认领", in_chat=group)

    await wang.sees("worker Li", "已接手")


async def test_an_old_button_says_so(town: Town) -> None:
    wang = town.phone("Wang Fang")
    await wang.sends("楼道堵了")
    groups = await wang.sees("哪方面的问题")
    await wang.sends("/cancel")
    await wang.sees("已取消")

    pressed = await wang.presses("安全隐患", on=groups)

    assert "过期" in str(pressed["text"])


@pytest.mark.parametrize(
    "data", ["t1:claim:999999", "t1:nonsense", "i1:rate:1:9", "x", "r1:submit", "s1:accept:1", "q1:grant:1"]
)
async def test_forged_data_gets_a_word_and_changes_nothing(town: Town, data: str) -> None:
    wang = town.phone("Wang Fang")
    await wang.sends("楼道堵了")
    groups = await wang.sees("哪方面的问题")

    pressed = await wang.presses_forged(data, groups)

    assert pressed["text"] or wang.new_messages()


async def test_a_strangers_press_on_somebody_elses_card_is_refused(town: Town) -> None:
    wang, li, chen, group = (
        town.phone("Wang Fang"),
        town.phone("worker Li"),
        town.phone("staff Chen"),
        town.group("grid-1"),
    )
    await reports_corridor(wang)
    card = await card_in(li, group)

    assert (await chen.presses("认领", in_chat=group))["text"]

    assert li.now(card)["text"] == card["text"]


async def test_an_edited_message_edits_the_draft(town: Town) -> None:
    wang, li = town.phone("Wang Fang"), town.phone("worker Li")
    written = await wang.sends("楼道赌了")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看", "楼道赌了")

    await wang.edits(written, "楼道堵了")
    await wang.sees("请看一看", "楼道堵了")
    await wang.presses("提交")
    await wang.sees_edited("已收到")

    card = await card_in(li, town.group("grid-1"))
    assert "楼道堵了" in str(card["text"])


async def test_a_restart_in_the_middle_keeps_the_half_written_report(sqlite_url: str, tmp_path: Path) -> None:
    async with open_town(sqlite_url, tmp_path, starts_bot=False) as town:
        wang = town.phone("Wang Fang")
        async with open_app(town.app.settings, clock=town.clock) as before:
            start_roles(before)
            await wang.sends_photo("楼道堵了")
            await wang.sees("哪方面的问题")
            await chooses_corridor(wang)
            await wang.sees("在什么地方")

        async with open_app(town.app.settings, clock=town.clock) as after:
            start_roles(after)
            await shares_place(wang)
            await wang.sees("请看一看", "楼道堵了", "1 份")
            await wang.presses("提交")

            await wang.sees_edited("已收到", "26-0001")
