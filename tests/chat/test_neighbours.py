"""Neighbours' help where the other side says nothing: somebody else confirms."""

from __future__ import annotations

from datetime import timedelta

from backend.points.help.helping import ask_workers, say_helped, take_help
from backend.points.help.models import HelpKind
from backend.points.help.requests import Asked, ask_help
from tests.chat.town import Town
from tests.journeys.points_scenes import market_town
from tests.service.points.scenes import does, points_of


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
