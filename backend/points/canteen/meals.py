"""Meals kept for somebody: reserved, called off, or brought by a neighbour as a request for help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.canteen.dishes import dish_of, today_of
from backend.points.canteen.models import Dish, MealOrder, MealState
from backend.points.errors import AlreadyReserved, HelpGone, NotForThem, OfferGone, SoldOut
from backend.points.events import MealReserved
from backend.points.help.models import HelpKind
from backend.points.help.requests import Asked, ask_help, cancel_help
from backend.points.market.merchants import check_member, merchant_of
from backend.points.people import acted_for, masked, name_of, path_of

BRING_LIFE = timedelta(hours=4)
"""A meal that nobody brings by then is cold."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """One order as its owner, or the canteen, sees it."""

    order_id: int
    dish: str
    price: int
    name: str
    is_brought: bool


async def reserve_meal(uow: UnitOfWork, *, actor: Actor, dish_id: int, person_id: int | None = None) -> int:
    """Keep a portion of today's dish; the id of the order. One for each person and dish.

    Raises NotFound, OfferGone, SoldOut, AlreadyReserved, NotAResident, NotForThem.
    """
    beneficiary = await acted_for(uow, actor, person_id)
    dish = await dish_of(uow, dish_id)
    merchant = await merchant_of(uow, dish.merchant_id)
    if not (dish.is_active and merchant.is_active) or dish.day != await today_of(uow, merchant.community_id):
        raise OfferGone
    order_id = await _keep(uow, actor, dish_id, beneficiary)
    left = (
        update(Dish)
        .where(Dish.id == dish_id, or_(Dish.portions_left.is_(None), Dish.portions_left > 0))
        .values(portions_left=Dish.portions_left - 1)
        .returning(Dish.id)
        .execution_options(synchronize_session=False)
    )
    if await uow.session.scalar(left) is None:
        raise SoldOut
    on_behalf = beneficiary if beneficiary != actor.person_id else None
    path = await path_of(uow, merchant.community_id)
    audit(uow, actor, "canteen.reserve", f"meal:{order_id}", org_path=path, on_behalf_of=on_behalf)
    uow.record(MealReserved(order_id=order_id))
    return order_id


async def _keep(uow: UnitOfWork, actor: Actor, dish_id: int, person_id: int) -> int:
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(MealOrder).values(
        dish_id=dish_id,
        person_id=person_id,
        ordered_by_id=actor.account_id,
        state=MealState.RESERVED,
        made_at=uow.now,
    )
    made: int | None = await uow.session.scalar(row.on_conflict_do_nothing().returning(MealOrder.id))
    if made is None:
        raise AlreadyReserved
    return made


async def have_it_brought(uow: UnitOfWork, *, actor: Actor, order_id: int, words: str) -> int:
    """Ask a neighbour to bring the meal; the id of the request. Asking again is the same request.

    `words` are what neighbours read. Raises NotFound, NotForThem, OfferGone, TooMuchHelp.
    """
    order = await _own_order(uow, actor, order_id)
    if order.state is not MealState.RESERVED:
        raise OfferGone
    asked = Asked(
        kind=HelpKind.MEAL_DELIVERY,
        words=words,
        person_id=order.person_id,
        life=BRING_LIFE,
        source=f"meal:{order_id}",
    )
    request_id = order.help_request_id or await ask_help(uow, actor=actor, asked=asked)
    order.help_request_id = request_id
    return request_id


async def cancel_meal(uow: UnitOfWork, *, actor: Actor, order_id: int) -> None:
    """Call a meal off, and whoever was asked to bring it. Twice is safe. Raises NotFound, NotForThem."""
    order = await _own_order(uow, actor, order_id)
    ended = (
        update(MealOrder)
        .where(MealOrder.id == order_id, MealOrder.state == MealState.RESERVED)
        .values(state=MealState.CANCELLED)
        .returning(MealOrder.id)
        .execution_options(synchronize_session=False)
    )
    if await uow.session.scalar(ended) is None:
        return
    await uow.session.execute(
        update(Dish)
        .where(Dish.id == order.dish_id, Dish.portions_left.is_not(None))
        .values(portions_left=Dish.portions_left + 1)
        .execution_options(synchronize_session=False)
    )
    if order.help_request_id is not None:
        try:
            await cancel_help(uow, actor=actor, request_id=order.help_request_id)
        except HelpGone:
            return  # it is over already


async def my_meals(uow: UnitOfWork, *, actor: Actor) -> list[Reserved]:
    """What is kept today for the actor, or by the actor for somebody."""
    mine = MealOrder.ordered_by_id == actor.account_id
    if actor.person_id is not None:
        mine = or_(mine, MealOrder.person_id == actor.person_id)
    return await _reserved(uow, mine)


async def meals_to_keep(uow: UnitOfWork, *, actor: Actor, merchant_id: int) -> list[Reserved]:
    """What a canteen keeps for people. Raises NotYourShop."""
    await check_member(uow, actor, merchant_id)
    return await _reserved(uow, Dish.merchant_id == merchant_id)


async def _reserved(uow: UnitOfWork, whose: ColumnElement[bool]) -> list[Reserved]:
    rows = (
        await uow.session.execute(
            select(MealOrder, Dish.name, Dish.price)
            .join(Dish, Dish.id == MealOrder.dish_id)
            .where(
                whose,
                MealOrder.state == MealState.RESERVED,
                MealOrder.made_at > uow.now - timedelta(hours=20),
            )
            .order_by(MealOrder.id)
            .limit(100)
        )
    ).all()
    return [
        Reserved(order.id, dish, price, masked(await name_of(uow, order.person_id)), order.help_request_id is not None)
        for order, dish, price in rows
    ]


async def _own_order(uow: UnitOfWork, actor: Actor, order_id: int) -> MealOrder:
    order = await uow.session.get(MealOrder, order_id, populate_existing=True)
    if order is None:
        raise NotFound
    if order.ordered_by_id != actor.account_id and (actor.person_id is None or order.person_id != actor.person_id):
        raise NotForThem
    return order
