"""Neighbours' help where the other side says nothing: somebody else confirms."""

from __future__ import annotations

from datetime import timedelta

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.help.helping import ask_workers, say_helped, take_help
from backend.points.help.models import HelpKind
from backend.points.help.requests import Asked, ask_help
from backend.registry.models import Account
from tests.chat.town import Town
from tests.journeys.points_scenes import market_town
from tests.service.points.scenes import does, live_together, points_of


async def test_the_office_confirms_in_its_group_where_no_worker_serves(town: Town) -> None:
    await market_town(town)
    wang, liu = town.world.actor("Wang Fang"), town.world.actor("Liu Yang")
    asked = Asked(kind=HelpKind.CARRY, words="扛一袋米")
    request = await does(town.world, lambda uow: ask_help(uow, actor=wang, asked=asked))
    await does(town.world, lambda uow: take_help(uow, actor=liu, request_id=request))
    await does(town.world, lambda uow: say_helped(uow, actor=liu, request_id=request))

    town.clock.advance(timedelta(hours=25))
    await does(town.world, ask_workers)
    office, chen = town.group("community"), town.phone("staff Chen")
    await chen.sees("Liu Yang", in_chat=office)
    await chen.presses("是的，确认", in_chat=office)

    await town.phone("Liu Yang").sees("+10")
    assert await points_of(town.world, "Liu Yang") == (10, 0)


async def test_a_worker_who_is_no_resident_asks_and_looks_for_others_only(town: Town) -> None:
    await market_town(town)
    await live_together(town.world, "Zhou Min")
    await does(town.world, lambda uow: _lives_elsewhere(uow, town.world.account_id("worker Li")))
    li = town.phone("worker Li")

    await li.sends("/help_neighbour")
    shown = await li.sees("替老人求助")
    await li.presses("替老人求助")
    await li.sends("Zhou")
    await li.presses("Zhou Min")
    await li.sees_edited("什么帮助")
    await li.sends("/points")
    await li.presses("帮老人查积分")
    await li.sends("Zhou")
    await li.presses("Zhou Min")

    await li.sees_edited("Zhou Min", "现在有")
    assert "我需要帮忙" not in str(shown)


async def _lives_elsewhere(uow: UnitOfWork, account_id: int) -> None:
    account = await uow.session.get_one(Account, account_id)
    account.person_id = None
