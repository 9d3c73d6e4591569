"""Neighbours' help: asked, taken by one, confirmed by both sides, paid once."""

from __future__ import annotations

import asyncio

import pytest

from backend.kernel.errors import DomainError
from backend.points.errors import HelpGone, NotAResident, NotForThem, OwnHelp, TooMuchHelp, WordsMissing
from backend.points.events import HelpConfirmed, HelpEnded, HelpTaken, HelpUnconfirmed
from backend.points.help.helping import ask_workers, give_back_help, say_helped, take_help
from backend.points.help.models import HelpKind, HelpStatus
from backend.points.help.reading import glad_helpers, help_card, my_help, offer_help, open_help
from backend.points.help.requests import Asked, ask_help, cancel_help, lapse_help
from tests.service.points.scenes import books_balance, does, live_together, person_id, points_of
from tests.service.world import World

RICE = Asked(kind=HelpKind.CARRY, words="帮我把米扛上六楼")


async def asks(world: World, name: str = "Wang Fang", asked: Asked = RICE) -> int:
    return await does(world, lambda uow: ask_help(uow, actor=world.actor(name), asked=asked))


async def takes(world: World, name: str, request: int) -> None:
    await does(world, lambda uow: take_help(uow, actor=world.actor(name), request_id=request))


async def says(world: World, name: str, request: int) -> HelpStatus:
    return await does(world, lambda uow: say_helped(uow, actor=world.actor(name), request_id=request))


@pytest.mark.parametrize("order", [("Liu Yang", "Wang Fang"), ("Wang Fang", "Liu Yang")])
async def test_points_come_when_both_sides_say_that_it_is_done(neighbours: World, order: tuple[str, str]) -> None:
    request = await asks(neighbours)
    await takes(neighbours, "Liu Yang", request)

    assert await says(neighbours, order[0], request) is HelpStatus.DONE
    assert await points_of(neighbours, "Liu Yang") == (0, 0)
    assert await says(neighbours, order[1], request) is HelpStatus.CONFIRMED
    assert await says(neighbours, order[1], request) is HelpStatus.CONFIRMED

    assert await points_of(neighbours, "Liu Yang") == (10, 0)
    assert len(neighbours.events(HelpConfirmed)) == 1
    await books_balance(neighbours)


async def test_of_two_who_take_it_at_once_one_has_it(neighbours_on_both: World) -> None:
    world = neighbours_on_both
    request = await asks(world)

    results = await asyncio.gather(
        *(takes(world, name, request) for name in ("Liu Yang", "Zhou Min")), return_exceptions=True
    )

    assert sorted(type(result) for result in results if result) == [HelpGone]
    assert len(world.events(HelpTaken)) == 1


async def test_a_grid_worker_asks_and_confirms_for_an_elder_without_a_telephone(neighbours: World) -> None:
    await live_together(neighbours, "Zhou Min")
    elder = person_id(neighbours, "Zhou Min")
    request = await asks(neighbours, "worker Li", Asked(kind=HelpKind.CARRY, words="扛米", person_id=elder))
    await takes(neighbours, "Liu Yang", request)
    await says(neighbours, "Liu Yang", request)

    with pytest.raises(NotForThem):
        await says(neighbours, "worker Sun", request)
    assert await says(neighbours, "worker Zhao", request) is HelpStatus.CONFIRMED

    assert await points_of(neighbours, "Liu Yang") == (10, 0)


async def test_the_worker_is_asked_once_when_the_other_side_says_nothing(neighbours: World) -> None:
    request = await asks(neighbours)
    await takes(neighbours, "Liu Yang", request)
    await says(neighbours, "Liu Yang", request)

    assert await does(neighbours, ask_workers) == 0
    neighbours.hours_pass(25)
    assert await does(neighbours, ask_workers) == 1
    assert await does(neighbours, ask_workers) == 0

    assert neighbours.events(HelpUnconfirmed) == [HelpUnconfirmed(request)]


async def test_strangers_see_neither_name_nor_place(neighbours: World) -> None:
    await live_together(neighbours, "Wang Fang")
    request = await asks(neighbours)

    (before,) = await does(neighbours, lambda uow: open_help(uow, actor=neighbours.actor("Liu Yang")))
    await takes(neighbours, "Liu Yang", request)
    (after,) = await does(neighbours, lambda uow: my_help(uow, actor=neighbours.actor("Liu Yang")))

    assert (before.name, before.place, before.words) == ("W**", "", "帮我把米扛上六楼")
    assert (after.name, after.place, after.is_helper) == ("Wang Fang", "石油路1号", True)
    with pytest.raises(NotForThem):
        await does(neighbours, lambda uow: help_card(uow, actor=neighbours.actor("Zhou Min"), request_id=request))


@pytest.mark.parametrize(
    ("name", "refusal"), [("Wang Fang", OwnHelp), ("Liu Yang", OwnHelp), ("stranger", NotAResident)]
)
async def test_who_cannot_help(neighbours: World, name: str, refusal: type[DomainError]) -> None:
    await live_together(neighbours, "Wang Fang", "Liu Yang")
    request = await asks(neighbours)

    with pytest.raises(refusal):
        await takes(neighbours, name, request)


async def test_what_cannot_be_asked(neighbours: World) -> None:
    for_somebody = Asked(kind=HelpKind.CARRY, words="x", person_id=person_id(neighbours, "Zhou Min"))
    with pytest.raises(WordsMissing):
        await asks(neighbours, asked=Asked(kind=HelpKind.CARRY, words=" \n"))
    with pytest.raises(NotAResident):
        await asks(neighbours, "stranger")
    with pytest.raises(NotForThem):
        await asks(neighbours, "Liu Yang", for_somebody)
    for _ in range(3):
        await asks(neighbours)
    with pytest.raises(TooMuchHelp):
        await asks(neighbours)


async def test_what_nobody_takes_lapses_and_what_is_given_back_is_open_again(neighbours: World) -> None:
    lapsing = await asks(neighbours)
    given_back = await asks(neighbours)
    await takes(neighbours, "Liu Yang", given_back)
    neighbours.hours_pass(73)

    await does(neighbours, lambda uow: give_back_help(uow, actor=neighbours.actor("Liu Yang"), request_id=given_back))
    assert await does(neighbours, lapse_help) == 2

    assert {event.request_id for event in neighbours.events(HelpEnded)} == {lapsing, given_back}  # type: ignore[attr-defined]
    with pytest.raises(HelpGone):
        await takes(neighbours, "Zhou Min", lapsing)


async def test_only_who_asked_calls_it_off(neighbours: World) -> None:
    request = await asks(neighbours)

    with pytest.raises(NotForThem):
        await does(neighbours, lambda uow: cancel_help(uow, actor=neighbours.actor("Liu Yang"), request_id=request))
    await does(neighbours, lambda uow: cancel_help(uow, actor=neighbours.actor("Wang Fang"), request_id=request))

    assert await does(neighbours, lambda uow: open_help(uow, actor=neighbours.actor("Liu Yang"))) == []


async def test_who_is_glad_to_help_hears_of_what_they_can_do(neighbours: World) -> None:
    for name, kinds in (("Liu Yang", [HelpKind.CARRY]), ("Zhou Min", [HelpKind.PHONE]), ("Wang Fang", list(HelpKind))):
        await does(neighbours, lambda uow, n=name, k=kinds: offer_help(uow, actor=neighbours.actor(n), kinds=k))

    request = await asks(neighbours)

    assert await does(neighbours, lambda uow: glad_helpers(uow, request)) == [neighbours.account_id("Liu Yang")]
