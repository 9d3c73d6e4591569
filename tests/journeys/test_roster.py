"""A worker swaps a shift with a colleague and takes days off; whoever plans sees both, and alarms call who is there."""

from __future__ import annotations

from datetime import timedelta

from backend.alerts.roster import on_shift
from backend.alerts.shifts import add_shift
from tests.chat.town import Town


async def plan(town: Town, name: str) -> None:
    """Put somebody on the roster of grid 1, from an hour ago for twelve hours."""
    async with town.app.work.begin() as uow:
        await add_shift(
            uow,
            actor=town.world.actor("staff Chen"),
            org_unit_id=town.world.units["grid-1"].id,
            account_id=town.world.account_id(name),
            starts_at=uow.now - timedelta(hours=1),
            ends_at=uow.now + timedelta(hours=11),
        )


async def who_is_on(town: Town) -> list[str]:
    """The names of those whom an alarm in grid 1 calls first."""
    async with town.app.work.look() as uow:
        return [one.display_name for one in await on_shift(uow, town.world.units["grid-1"].id)]


async def test_a_shift_changes_hands_when_the_colleague_agrees_and_the_office_hears_it(town: Town) -> None:
    await plan(town, "worker Li")
    li, zhao, chen = town.phone("worker Li"), town.phone("worker Zhao"), town.phone("staff Chen")

    await li.sends("/shifts")
    await li.sees("您的值班", "第1网格")
    await li.presses("请人代班")
    await li.sees_edited("请谁代班")
    asked = await li.presses("worker Zhao")
    await zhao.sees("worker Li请您代班", "第1网格")
    before = await who_is_on(town)
    await zhao.presses("我来")
    await zhao.sees_edited("归您了")
    await li.sees("worker Zhao同意代班")
    await chen.sees("换班：worker Zhao替worker Li")

    assert "已经问对方" in asked["text"]
    assert before == ["worker Li"]
    assert await who_is_on(town) == ["worker Zhao"]


async def test_who_is_away_is_not_called_and_the_office_hears_which_shift_is_open(town: Town) -> None:
    await plan(town, "worker Li")
    li, chen = town.phone("worker Li"), town.phone("staff Chen")
    await li.sends("/shifts")
    await li.sees("您的值班")

    await li.presses("请假 3 天")
    await chen.sees("worker Li请假", "没有人了", "第1网格")
    away = await who_is_on(town)
    await li.presses("我回来了")

    assert away == []
    assert await who_is_on(town) == ["worker Li"]


async def test_a_resident_has_no_shifts_and_nobody_answers_for_somebody_else(town: Town) -> None:
    await town.phone("Wang Fang").sends("/shifts")
    await town.phone("Wang Fang").sees("没有权限")
    await plan(town, "worker Li")
    sun = town.phone("worker Sun")
    await sun.sends("/shifts")
    own = await sun.sees("没有排您的班")

    refused = await sun.presses_forged("d1:pick:1:", own)

    assert "没有找到" in refused["text"]
