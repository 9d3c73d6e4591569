"""A resident reports a problem in a private chat."""

from __future__ import annotations

from tests.chat.town import Town
from tests.service.world import middle_of


async def test_a_photo_a_word_and_a_place_become_a_numbered_issue(town: Town) -> None:
    wang = town.phone("Wang Fang")
    longitude, latitude = middle_of(1)

    await wang.sends_photo("楼道堵了")
    await wang.sees("哪方面的问题")
    await wang.presses("安全隐患")
    await wang.presses("楼道堆物")
    await wang.sees("在什么地方")
    await wang.sends_location(latitude, longitude)
    await wang.sees("地点记下了")
    await wang.sees("请看一看", "楼道堵了")
    await wang.presses("提交")

    await wang.sees_edited("已收到", "26-0001")


async def test_the_card_is_claimed_worked_checked_and_the_reporter_rates(town: Town) -> None:
    wang, li, zhao = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("worker Zhao")
    group = town.group("grid-1")
    longitude, latitude = middle_of(1)
    await wang.sends_photo("楼道堵了")
    await wang.presses("安全隐患")
    await wang.presses("楼道堆物")
    await wang.sends_location(latitude, longitude)
    await wang.presses("提交")

    await li.presses("认领", in_chat=group)
    await li.sees_edited("worker Li", in_chat=group)
    await li.presses("出发", in_chat=group)
    await li.presses("到达", in_chat=group)
    await li.presses("提交", in_chat=group)
    asked = await li.sees("佐证", in_chat=group)
    await li.sends_photo("清走了", at=group, reply_to=asked)
    await li.sees("收到", in_chat=group)
    await li.presses("完成提交", in_chat=group)
    await zhao.presses("通过", in_chat=group)

    await wang.sees("解决")


async def test_a_question_in_between_does_not_lose_a_half_written_report(town: Town) -> None:
    wang = town.phone("Wang Fang")
    longitude, latitude = middle_of(1)
    await wang.sends_photo("楼道堵了")
    await wang.presses("安全隐患")
    await wang.presses("楼道堆物")
    await wang.sends_location(latitude, longitude)
    await wang.presses("提交")
    await wang.presses("查看进度")
    shown = await wang.sees("26-0001", "补充说明")
    await wang.sends("路灯坏了")
    await wang.sees("哪方面的问题")

    await wang.presses("补充说明", on=shown)
    await wang.sees("请打字补充")
    await wang.sends("还有一辆旧自行车")
    await wang.sees("已补充")
    await wang.sends("/report")

    await wang.sees("没写完的上报")
