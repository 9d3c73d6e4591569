"""The morning of a worker and the evening of a group: quiet, once, and only when there is something to say."""

from __future__ import annotations

import pytest

from backend.registry.models import Account
from tests.service.issues.scenes import STAFF, WORKER, claimed, dispatched, resolved
from tests.service.notify.post import Letter, letters, post_leaves
from tests.service.scheduler.conftest import at, clock_of, time_comes
from tests.service.world import World


def digests(found: list[Letter]) -> dict[str, Letter]:
    """The summaries by who gets them; each gets one."""
    summaries = [letter for letter in found if letter.key.startswith(("morning:", "evening:"))]
    assert len({letter.to for letter in summaries}) == len(summaries)
    return {letter.to: letter for letter in summaries}


async def test_a_worker_is_greeted_with_what_is_in_hand_and_what_could_be_taken(world: World) -> None:
    await claimed(world)
    await dispatched(world, category="noise")
    await post_leaves(world)

    await time_comes(world, clock_of(world, "greet_workers"), at(13, 7, 30))

    greeted = digests(await letters(world))
    assert greeted.keys() == {"worker Li", "worker Zhao", "leader Tang"}
    assert greeted["worker Li"].text == (
        "☀️ <b>worker Li，早上好！</b>\n"
        "🧰 手上的任务：1 件\n"
        "✋ 还没人认领：1 件\n"
        "\n"
        "🟠 <b>26-0001</b> 🔧 楼道堆物 · 石油路1号 · 还剩 1 天 4 小时"
    )
    assert greeted["worker Li"].labels == ["🧰 我的任务"]
    assert greeted["worker Li"].content.silent


async def test_what_is_late_stands_first(world: World) -> None:
    await claimed(world)
    await post_leaves(world)

    await time_comes(world, clock_of(world, "greet_workers"), at(15, 7, 30))

    text = digests(await letters(world))["worker Li"].text
    assert "⏰ 已超时：<b>1 件</b>" in text
    assert text.endswith("已超 19 小时 30 分")


async def test_who_has_nothing_or_is_off_duty_is_left_in_peace(world: World) -> None:
    await claimed(world)
    async with world.work.begin() as uow:
        account = await uow.session.get_one(Account, world.account_id(WORKER))
        account.on_duty = False
    await post_leaves(world)

    await time_comes(world, clock_of(world, "greet_workers"), at(13, 7, 30))

    assert digests(await letters(world)) == {}


@pytest.mark.parametrize("moment", [at(13, 7, 29), at(13, 10, 1), at(13, 22)])
async def test_no_greeting_outside_the_morning(world: World, moment) -> None:
    await claimed(world)
    await post_leaves(world)

    await time_comes(world, clock_of(world, "greet_workers"), moment)

    assert digests(await letters(world)) == {}


async def test_a_morning_is_greeted_once_however_often_the_clock_starts_anew(world: World) -> None:
    await claimed(world)
    await post_leaves(world)

    for minute in (30, 31, 45):
        await time_comes(world, clock_of(world, "greet_workers"), at(13, 7, minute))

    assert digests(await letters(world)).keys() == {"worker Li"}


async def test_the_evening_of_a_grid_sums_up_its_day(world: World) -> None:
    await resolved(world)
    await claimed(world)
    await dispatched(world, category="noise")
    await post_leaves(world)

    await time_comes(world, clock_of(world, "close_day_of_groups"), at(12, 18))

    evening = digests(await letters(world))
    assert evening.keys() == {"group grid-1", "group community"}
    assert evening["group grid-1"].text == (
        "🌙 <b>今日小结</b> · 5月12日\n"
        "✅ 今天办成：1 件，大家辛苦了\n"
        "🧰 还在办：2 件\n"
        "✋ 还没人认领：1 件\n"
        "\n"
        "🟠 <b>26-0002</b> 🔧 楼道堆物 · 石油路1号 · 还剩 1 天 18 小时\n"
        "🟡 <b>26-0003</b> 🔧 噪声扰民 · 石油路1号 · 还剩 1 天 18 小时"
    )
    assert evening["group grid-1"].content.silent


async def test_the_evening_of_an_office_counts_all_grids(world: World) -> None:
    await resolved(world)
    await claimed(world)
    await dispatched(world, unit="grid-2")
    await post_leaves(world)

    await time_comes(world, clock_of(world, "close_day_of_groups"), at(15, 18))

    assert digests(await letters(world))["group community"].text == (
        "🌙 <b>今日小结</b> · 5月15日\n🧰 还在办：2 件\n⏰ 已超时：<b>2 件</b>，请先办\n✋ 还没人认领：1 件"
    )


async def test_a_quiet_day_ends_without_a_word(world: World) -> None:
    await time_comes(world, clock_of(world, "close_day_of_groups"), at(12, 18))

    assert await letters(world) == []


async def test_december_asks_the_office_for_next_years_holidays_once_a_week(world: World) -> None:
    clock = clock_of(world, "warn_of_calendar")
    for day in (26, 27):
        await time_comes(world, clock, at(day, 9, 30, month=11, year=2031))
    assert await letters(world) == []

    for day in range(1, 15):
        await time_comes(world, clock, at(day, 9, 30, month=12, year=2031))

    heard = [letter for letter in await letters(world) if letter.to == "group community"]
    assert len(heard) == 2
    assert "石油社区还没有 2032 年的放假和调休安排" in heard[0].text
    assert STAFF not in {letter.to for letter in await letters(world)}
