"""The dishes of the day: written by the canteen's own people in chat, read by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.canteen.models import LARGEST_PRICE, Dish
from backend.points.errors import DishInvalid
from backend.points.market.merchants import CANTEEN, check_member, merchant_of
from backend.points.market.models import Merchant, MerchantKind
from backend.points.words import clean
from backend.registry.queries import org_unit

LONGEST_NAME = 40
MOST_PORTIONS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDish:
    """`price` in fen; `portions` None where nobody counts; `file_id` of its picture."""

    name: str
    price: int
    portions: int | None = None
    file_id: str | None = None


async def today_of(uow: UnitOfWork, community_id: int) -> date:
    """The community's local day."""
    return uow.now.astimezone(ZoneInfo((await org_unit(uow, community_id)).time_zone)).date()


async def add_dish(uow: UnitOfWork, *, actor: Actor, merchant_id: int, dish: NewDish) -> int:
    """Put a dish on today's list; the same name again changes it. Raises NotYourShop, DishInvalid."""
    await check_member(uow, actor, merchant_id)
    merchant = await merchant_of(uow, merchant_id)
    kind = await uow.session.get_one(MerchantKind, merchant.kind_id)
    name = clean(dish.name, LONGEST_NAME)
    portions_fit = dish.portions is None or 0 <= dish.portions <= MOST_PORTIONS
    if kind.key != CANTEEN or not name or not 0 <= dish.price <= LARGEST_PRICE or not portions_fit:
        raise DishInvalid
    values = {
        "merchant_id": merchant_id,
        "day": await today_of(uow, merchant.community_id),
        "name": name,
        "price": dish.price,
        "file_id": dish.file_id,
        "portions_left": dish.portions,
        "is_active": True,
    }
    changed = {key: values[key] for key in ("price", "portions_left", "is_active")}
    if dish.file_id:
        changed["file_id"] = dish.file_id
    dialect = sqlite if uow.is_sqlite else postgresql
    row = (
        dialect.insert(Dish)
        .values(values)
        .on_conflict_do_update(index_elements=[Dish.merchant_id, Dish.day, Dish.name], set_=changed)
    )
    return int(await uow.session.scalar(row.returning(Dish.id)) or 0)


async def canteens_of(uow: UnitOfWork, community_id: int) -> Sequence[Merchant]:
    """The open canteens of a community."""
    found = (
        select(Merchant)
        .join(MerchantKind, MerchantKind.id == Merchant.kind_id)
        .where(Merchant.community_id == community_id, Merchant.is_active, MerchantKind.key == CANTEEN)
    )
    return (await uow.session.scalars(found.order_by(Merchant.id))).all()


async def dishes_of_today(uow: UnitOfWork, community_id: int) -> Sequence[Dish]:
    """What the canteens of a community cook today."""
    found = (
        select(Dish)
        .join(Merchant, Merchant.id == Dish.merchant_id)
        .where(
            Merchant.community_id == community_id,
            Merchant.is_active,
            Dish.day == await today_of(uow, community_id),
            Dish.is_active,
        )
        .execution_options(populate_existing=True)
    )
    return (await uow.session.scalars(found.order_by(Dish.merchant_id, Dish.id).limit(30))).all()


async def dish_of(uow: UnitOfWork, dish_id: int) -> Dish:
    """The dish of this id as it stands now. Raises NotFound."""
    dish = await uow.session.get(Dish, dish_id, populate_existing=True)
    if dish is None:
        raise NotFound
    return dish
