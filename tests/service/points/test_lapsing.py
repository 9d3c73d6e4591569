"""Where a community lets points lapse: by calendar year, the oldest spent first, told before, books balanced."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from backend.kernel.errors import AccessDenied
from backend.points import capture_hold, place_hold
from backend.points.events import PointsLapseSoon
from backend.points.ledger.accounts import account_of_person
from backend.points.ledger.expiring import lapse_points, let_points_lapse, warn_of_lapse
from backend.points.ledger.holds import void_hold
from backend.points.ledger.reading import next_lapse
from tests.service.points.scenes import books_balance, does, has_points, person_id, points_of
from tests.service.world import World


async def switches_on(world: World, name: str = "staff Chen", years: int = 1) -> int:
    return await does(
        world,
        lambda uow: let_points_lapse(uow, actor=world.actor(name), community_id=world.community_id, years=years),
    )


async def lapses(world: World) -> int:
    return await does(world, lambda uow: lapse_points(uow, community_id=world.community_id))


async def test_the_oldest_points_are_spent_first_and_the_rest_lapses(neighbours_on_both: World) -> None:
    world = neighbours_on_both
    await has_points(world, "Wang Fang", 10)
    assert await switches_on(world) == 1
    assert await switches_on(world) == 0
    world.clock.set(datetime(2027, 3, 1, tzinfo=UTC))
    await has_points(world, "Wang Fang", 5)
    key = uuid4()
    until = world.clock.now() + timedelta(hours=1)
    wang = person_id(world, "Wang Fang")
    await does(world, lambda uow: place_hold(uow, hold_id=key, payer=wang, amount=4, expires_at=until, ref="x:1"))
    await does(world, lambda uow: capture_hold(uow, hold_id=key, actor=world.actor("Wang Fang")))

    world.clock.set(datetime(2027, 12, 31, 15, 59, tzinfo=UTC))
    assert await lapses(world) == 0
    world.clock.set(datetime(2027, 12, 31, 16, 1, tzinfo=UTC))
    assert await lapses(world) == 1
    assert await lapses(world) == 0

    assert await points_of(world, "Wang Fang") == (5, 0)
    await books_balance(world)


async def test_what_is_put_aside_lapses_when_it_is_free_again(neighbours: World) -> None:
    await has_points(neighbours, "Wang Fang", 10)
    await switches_on(neighbours)
    neighbours.clock.set(datetime(2028, 1, 1, tzinfo=UTC))
    key, until = uuid4(), neighbours.clock.now() + timedelta(days=3)
    wang = person_id(neighbours, "Wang Fang")
    await does(neighbours, lambda uow: place_hold(uow, hold_id=key, payer=wang, amount=6, expires_at=until, ref="x:1"))

    await lapses(neighbours)
    assert await points_of(neighbours, "Wang Fang") == (6, 6)
    await does(neighbours, lambda uow: void_hold(uow, hold_id=key))
    neighbours.hours_pass(24)
    await lapses(neighbours)

    assert await points_of(neighbours, "Wang Fang") == (0, 0)
    await books_balance(neighbours)


async def test_people_are_told_thirty_and_seven_days_before(neighbours: World) -> None:
    await has_points(neighbours, "Wang Fang", 10)
    await switches_on(neighbours)
    told = []
    for day in (1, 2, 24, 25):
        neighbours.clock.set(datetime(2027, 12, day, 2, tzinfo=UTC))
        told.append(await does(neighbours, lambda uow: warn_of_lapse(uow, community_id=neighbours.community_id)))

    account = await does(neighbours, lambda uow: account_of_person(uow, person_id(neighbours, "Wang Fang")))
    assert told == [1, 0, 1, 0]
    assert neighbours.events(PointsLapseSoon)[0] == PointsLapseSoon(account.id, date(2027, 12, 31), 10)
    assert await does(neighbours, lambda uow: next_lapse(uow, account)) == (date(2027, 12, 31), 10)


async def test_only_staff_let_points_lapse(neighbours: World) -> None:
    with pytest.raises(AccessDenied):
        await switches_on(neighbours, "Wang Fang")
