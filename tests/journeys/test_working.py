"""Those who work: claim, hand over, prove, check, ask, suspend, all from the card in their group."""

from __future__ import annotations

import asyncio

import pytest

from tests.chat.town import Town
from tests.journeys.scenes import card_in, claims, hands_in, reports_corridor


@pytest.fixture
async def reported(town: Town) -> Town:
    """A blocked corridor in the first grid, reported by Wang Fang."""
    await reports_corridor(town.phone("Wang Fang"))
    return town


async def test_of_two_who_claim_at_once_one_hears_who_was_faster(reported: Town) -> None:
    wang, li, zhao = (reported.phone(name) for name in ("Wang Fang", "worker Li", "worker Zhao"))
    group = reported.group("grid-1")
    await card_in(li, group)

    answers = await asyncio.gather(li.presses("认领", in_chat=group), zhao.presses("认领", in_chat=group))

    said = sorted(str(answer["text"]) for answer in answers)
    assert any("已认领" in each for each in said)
    assert any("已经先认领了" in each for each in said)
    await wang.sees("已接手")


async def test_a_task_is_handed_to_a_colleague(reported: Town) -> None:
    wang, li, zhao = (reported.phone(name) for name in ("Wang Fang", "worker Li", "worker Zhao"))
    group = reported.group("grid-1")
    await claims(reported, "worker Li", wang)

    await li.presses("转派", in_chat=group)
    await li.sees("转给谁", in_chat=group)
    await li.presses("worker Zhao", in_chat=group)
    asked = await li.sees("转派的原因", in_chat=group)
    await li.sends("我要去开会", at=group, reply_to=asked)
    await li.sees("已转派", in_chat=group)

    await zhao.sees("派给您的任务", "我要去开会")
    await zhao.sees("已认领 · worker Zhao", in_chat=group)
    await wang.sees("worker Zhao", "已接手")


async def test_a_task_goes_to_the_property_companys_group(reported: Town) -> None:
    wang, li, guo = (reported.phone(name) for name in ("Wang Fang", "worker Li", "plumber Guo"))
    group = reported.group("grid-1")
    await claims(reported, "worker Li", wang)

    await li.presses("转派", in_chat=group)
    await li.sees("转给谁", in_chat=group)
    await li.presses("石油物业", in_chat=group)
    asked = await li.sees("转派的原因", in_chat=group)
    await li.sends("要用升降车", at=group, reply_to=asked)
    await li.sees("已转派", in_chat=group)

    await guo.sees("26-0001", "要用升降车", "认领", in_chat=reported.group("property"))


async def test_a_task_that_comes_back_lies_on_the_desk_with_its_reason(reported: Town) -> None:
    wang, li, chen = (reported.phone(name) for name in ("Wang Fang", "worker Li", "staff Chen"))
    group = reported.group("grid-1")
    await claims(reported, "worker Li", wang)

    await li.presses("退回", in_chat=group)
    asked = await li.sees("为什么退回", in_chat=group)
    await li.sends("这是业主自己家里", at=group, reply_to=asked)
    await li.sees("已退回", in_chat=group)

    await chen.sees("现在没有人办", "这是业主自己家里", "派单", in_chat=reported.group("community"))


async def test_on_the_way_there_and_refused_without_the_photo_that_is_named(reported: Town) -> None:
    wang, li, group = reported.phone("Wang Fang"), reported.phone("worker Li"), reported.group("grid-1")
    await claims(reported, "worker Li", wang)

    assert "路上小心" in str((await li.presses("出发", in_chat=group))["text"])
    await li.presses("到达", in_chat=group)
    await wang.sees("worker Li", "已到现场")
    await li.presses("提交结果", in_chat=group)
    await li.sees("处理后照片", in_chat=group)
    refused = await li.presses("完成提交", in_chat=group)

    assert "还差：处理后照片" in str(refused["text"])


async def test_evidence_is_given_in_private_by_the_link_in_the_group(reported: Town) -> None:
    wang, li, group = reported.phone("Wang Fang"), reported.phone("worker Li"), reported.group("grid-1")
    await claims(reported, "worker Li", wang)

    await li.presses("提交结果", in_chat=group)
    asked = await li.sees("处理后照片", in_chat=group)
    link = next(button["url"] for row in asked["buttons"] for button in row if button["url"])
    await li.starts(link.partition("?start=")[2])
    await li.sees("处理后照片")
    await li.sends_photo()
    await li.sees("收到")
    await li.presses("完成提交")
    await li.sees("请一位同事核查", in_chat=group)

    await wang.sees("正在核查")
    await li.sees_edited("待核查", in_chat=group)


async def test_nobody_checks_their_own_work(reported: Town) -> None:
    wang, li, group = reported.phone("Wang Fang"), reported.phone("worker Li"), reported.group("grid-1")
    await claims(reported, "worker Li", wang)
    await hands_in(reported, "worker Li", wang)

    refused = await li.presses("👍 通过", in_chat=group)

    assert "请别人来核查" in str(refused["text"])


async def test_a_check_fails_the_work_is_done_again_and_passes(reported: Town) -> None:
    wang, li, zhao = (reported.phone(name) for name in ("Wang Fang", "worker Li", "worker Zhao"))
    group = reported.group("grid-1")
    await claims(reported, "worker Li", wang)
    await hands_in(reported, "worker Li", wang)
    reported.hours_pass(0.5)

    await zhao.presses("不通过", in_chat=group)
    asked = await zhao.sees("哪里不合格", in_chat=group)
    await zhao.sends("门后还有一堆", at=group, reply_to=asked)
    await zhao.sees("已退回重做", in_chat=group)
    await li.sees("核查没有通过", "门后还有一堆")
    await hands_in(reported, "worker Li", wang)
    await zhao.presses("👍 通过", in_chat=group)

    await li.sees("核查通过")
    shown = await wang.sees("已办好", "⭐")
    assert not [one for one in zhao.messages(group) if "请一位同事核查" in str(one["text"])], "nobody is asked any more"
    assert shown["media"] is not None, "only the photo that passed the check is shown, with the words below it"


async def test_the_reporter_is_asked_answers_and_the_clock_runs_again(reported: Town) -> None:
    wang, li, group = reported.phone("Wang Fang"), reported.phone("worker Li"), reported.group("grid-1")
    await claims(reported, "worker Li", wang)

    await li.presses("问报事人", in_chat=group)
    asked = await li.sees("想问报事人什么", in_chat=group)
    await li.sends("是哪个单元？", at=group, reply_to=asked)
    await li.sees("已问报事人", in_chat=group)
    await li.sees_edited("暂停计时", in_chat=group)
    reported.hours_pass(5)
    await wang.sees("想请问您", "是哪个单元？")
    await wang.presses("回答")
    await wang.sees("请打字回答")
    await wang.sends("三单元")
    await wang.sees("已转给经办人")

    await li.sees("报事人回答了", "三单元")
    card = await li.sees_edited("三单元", in_chat=group)
    assert "还剩 2 天" in str(card["text"])


async def test_work_is_suspended_with_the_offices_consent_and_taken_up_again(reported: Town) -> None:
    wang, li, chen, tang = (reported.phone(name) for name in ("Wang Fang", "worker Li", "staff Chen", "leader Tang"))
    group, office = reported.group("grid-1"), reported.group("community")
    await claims(reported, "worker Li", wang)

    await li.presses("挂账", in_chat=group)
    asked = await li.sees("为什么暂时解决不了", in_chat=group)
    await li.sends("等配件", at=group, reply_to=asked)
    await li.sees("挂账申请已提交", in_chat=group)
    await tang.sees("worker Li 申请挂账", "等配件")
    await chen.sees("worker Li 申请挂账", "等配件", in_chat=office)
    await chen.presses("同意", in_chat=office)
    await li.sees("staff Chen 同意挂账")
    await tang.sees_edited("staff Chen 同意挂账")
    await wang.sees("暂时办不了", "等配件")
    await chen.presses("恢复办理", in_chat=group)

    await wang.sees("又开始办理了")
    await li.sees("恢复办理，请继续")


async def test_the_place_is_shown_as_a_map_to_whoever_asks(reported: Town) -> None:
    li, group = reported.phone("worker Li"), reported.group("grid-1")
    await card_in(li, group)

    await li.presses("🗺 位置", in_chat=group)

    await li.sees(in_chat=group, where=lambda message: message["location"] is not None)
