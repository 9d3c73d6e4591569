"""The canteen: dishes of the day, one portion each, brought by a neighbour who earns for it."""

from __future__ import annotations

import pytest

from backend.kernel.errors import DomainError
from backend.points.canteen.dishes import NewDish, add_dish, dishes_of_today
from backend.points.canteen.meals import cancel_meal, have_it_brought, meals_to_keep, my_meals, reserve_meal
from backend.points.errors import AlreadyReserved, DishInvalid, NotForThem, NotYourShop, OfferGone, SoldOut
from backend.points.help.helping import say_helped, take_help
from backend.points.help.reading import open_help
from tests.service.points.scenes import does, live_together, opens_shop, person_id, points_of
from tests.service.world import World

COOK = "plumber Guo"


async def cooks(world: World, shop: int, dish: NewDish) -> int:
    return await does(world, lambda uow: add_dish(uow, actor=world.actor(COOK), merchant_id=shop, dish=dish))


async def reserves(world: World, dish: int, name: str = "Wang Fang", person: int | None = None) -> int:
    return await does(world, lambda uow: reserve_meal(uow, actor=world.actor(name), dish_id=dish, person_id=person))


async def test_a_meal_is_brought_by_a_neighbour_who_earns_for_it(neighbours: World) -> None:
    await live_together(neighbours, "Zhou Min")
    shop = await opens_shop(neighbours, "食堂", people=(COOK,), kind="canteen")
    dish = await cooks(neighbours, shop, NewDish(name="番茄炒蛋", price=800, portions=5))
    elder, worker = person_id(neighbours, "Zhou Min"), neighbours.actor("worker Li")

    order = await reserves(neighbours, dish, "worker Li", elder)
    request = await does(neighbours, lambda uow: have_it_brought(uow, actor=worker, order_id=order, words="送午饭"))
    again = await does(neighbours, lambda uow: have_it_brought(uow, actor=worker, order_id=order, words="送午饭"))
    helper = neighbours.actor("Liu Yang")
    await does(neighbours, lambda uow: take_help(uow, actor=helper, request_id=request))
    await does(neighbours, lambda uow: say_helped(uow, actor=helper, request_id=request))
    await does(neighbours, lambda uow: say_helped(uow, actor=worker, request_id=request))

    assert request == again
    assert await points_of(neighbours, "Liu Yang") == (8, 0)
    (kept,) = await does(neighbours, lambda uow: meals_to_keep(uow, actor=neighbours.actor(COOK), merchant_id=shop))
    assert (kept.dish, kept.name, kept.is_brought) == ("番茄炒蛋", "Z**", True)


async def test_the_last_portion_and_one_portion_each(neighbours: World) -> None:
    shop = await opens_shop(neighbours, "食堂", people=(COOK,), kind="canteen")
    dish = await cooks(neighbours, shop, NewDish(name="回锅肉", price=1200, portions=1))

    order = await reserves(neighbours, dish)
    with pytest.raises(AlreadyReserved):
        await reserves(neighbours, dish)
    with pytest.raises(SoldOut):
        await reserves(neighbours, dish, "Liu Yang")
    with pytest.raises(NotForThem):
        await does(neighbours, lambda uow: cancel_meal(uow, actor=neighbours.actor("Liu Yang"), order_id=order))
    for _ in range(2):
        await does(neighbours, lambda uow: cancel_meal(uow, actor=neighbours.actor("Wang Fang"), order_id=order))
    await reserves(neighbours, dish, "Liu Yang")

    assert await does(neighbours, lambda uow: my_meals(uow, actor=neighbours.actor("Wang Fang"))) == []


async def test_calling_a_meal_off_also_calls_its_bringer_off(neighbours: World) -> None:
    shop = await opens_shop(neighbours, "食堂", people=(COOK,), kind="canteen")
    order = await reserves(neighbours, await cooks(neighbours, shop, NewDish(name="汤", price=300)))
    wang = neighbours.actor("Wang Fang")
    await does(neighbours, lambda uow: have_it_brought(uow, actor=wang, order_id=order, words="送汤"))

    await does(neighbours, lambda uow: cancel_meal(uow, actor=wang, order_id=order))

    assert await does(neighbours, lambda uow: open_help(uow, actor=neighbours.actor("Liu Yang"))) == []


@pytest.mark.parametrize(
    ("kind", "dish", "refusal"),
    [
        ("laundry", NewDish(name="饭", price=100), DishInvalid),
        ("canteen", NewDish(name="", price=100), DishInvalid),
        ("canteen", NewDish(name="饭", price=-1), DishInvalid),
        ("canteen", NewDish(name="饭", price=10**9), DishInvalid),
        ("canteen", NewDish(name="饭", price=1, portions=-1), DishInvalid),
    ],
)
async def test_what_is_no_dish(neighbours: World, kind: str, dish: NewDish, refusal: type[DomainError]) -> None:
    shop = await opens_shop(neighbours, people=(COOK,), kind=kind)

    with pytest.raises(refusal):
        await cooks(neighbours, shop, dish)


async def test_yesterdays_dish_is_gone_and_strangers_cook_nothing(neighbours: World) -> None:
    shop = await opens_shop(neighbours, "食堂", people=(COOK,), kind="canteen")
    dish = await cooks(neighbours, shop, NewDish(name="面", price=600))
    with pytest.raises(NotYourShop):
        await does(
            neighbours,
            lambda uow: add_dish(
                uow, actor=neighbours.actor("Wang Fang"), merchant_id=shop, dish=NewDish(name="x", price=1)
            ),
        )

    neighbours.hours_pass(24)

    assert await does(neighbours, lambda uow: dishes_of_today(uow, neighbours.community_id)) == []
    with pytest.raises(OfferGone):
        await reserves(neighbours, dish)
