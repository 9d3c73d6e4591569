"""A resident goes on patrol: the proof goes to the grid's worker, the points come when they say that it is so."""

from __future__ import annotations

import pytest

from playground.telegram.phones import Phone
from tests.chat.town import Town
from tests.journeys.points_scenes import market_town
from tests.service.points.scenes import points_of
from tests.service.world import OUTSIDE, middle_of

WORKERS = ("worker Li", "worker Zhao")


@pytest.fixture
async def patrolled(town: Town) -> Town:
    """A community with rules of earning, whose workers of grid 1 are on duty."""
    await market_town(town)
    return town


async def _begins(phone: Phone) -> None:
    await phone.sends("/help_neighbour")
    await phone.presses("我去巡逻了")
    await phone.sees("发一个位置")


async def test_a_round_with_a_place_earns_points_when_the_worker_says_that_it_is_so(patrolled: Town) -> None:
    wang, li, liu = (patrolled.phone(name) for name in ("Wang Fang", WORKERS[0], "Liu Yang"))
    await _begins(wang)

    await wang.sends("三栋到五栋")
    await wang.sees("请发一个位置")
    await wang.sends_location(*OUTSIDE[::-1])
    await wang.sees("不在本社区")
    await wang.sends_location(*middle_of(1)[::-1])
    await wang.sees("已请网格员确认")
    asked = await li.sees("Wang Fang", "参加了巡逻")
    before = await points_of(patrolled.world, "Wang Fang")
    await liu.sends("/points")
    refusal = await liu.presses_forged("pt1:yes:1", await liu.sees("您现在有"))
    await li.presses("是的，给积分")

    await li.sees_edited("已确认这次巡逻")
    await wang.sees("10")
    again = await li.presses_forged("pt1:no:1", asked)
    assert (before, await points_of(patrolled.world, "Wang Fang")) == ((0, 0), (10, 0))
    assert "已确认" not in (refusal["text"] or "")
    assert "处理" in (again["text"] or "")


async def test_a_photo_is_proof_too_and_what_is_refused_brings_nothing(patrolled: Town) -> None:
    wang, chen = patrolled.phone("Wang Fang"), patrolled.phone("staff Chen")
    await _begins(wang)

    await wang.sends_photo(caption="河边走了一圈")
    await wang.sees("已请网格员确认")
    await _begins(wang)
    await wang.sends_photo()
    await wang.sees("还在等网格员确认")
    await wang.sends("/cancel")
    await chen.sees("河边走了一圈")
    await chen.presses("不是", in_chat=patrolled.group("community"))

    await wang.sees("没能确认")
    assert await points_of(patrolled.world, "Wang Fang") == (0, 0)


async def test_whose_work_it_is_earns_nothing_by_it(patrolled: Town) -> None:
    li = patrolled.phone(WORKERS[0])
    await _begins(li)

    await li.sends_location(*middle_of(1)[::-1])

    await li.sees("巡逻是您的工作")
