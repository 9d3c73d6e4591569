"""/canteen: today's dishes with price and picture, meals kept and brought, coupons."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendPhoto
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.market import money
from backend.notify.points_presses import CanteenButton, CanteenPress, MarketButton, MarketPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.points.canteen.dishes import canteens_of, dish_of, dishes_of_today
from backend.points.canteen.meals import cancel_meal, have_it_brought, my_meals, reserve_meal
from backend.points.canteen.models import Dish
from backend.registry.models import Account
from backend.registry.queries import home_community
from handlers.common.keyboards import Row, keyboard
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import chat_of, say


def canteen_router() -> Router:
    router = Router(name="canteen.menu")
    router.message.register(canteen, IN_PRIVATE, Command("canteen"))
    router.callback_query.register(canteen, Pressed(MenuPress, button=MenuButton.CANTEEN))
    router.callback_query.register(pressed, Pressed(CanteenPress))
    return router


async def canteen(event: Message | CallbackQuery, uow: UnitOfWork, account: Account, words: Words) -> Reply:
    """What is cooked today; each dish opens with its picture."""
    community = await home_community(uow, account)
    dishes = await dishes_of_today(uow, community.id) if community is not None else []
    shops = await canteens_of(uow, community.id) if community is not None else []
    rows: list[Row] = [[(_label(words, dish), CanteenPress(CanteenButton.DISH, dish.id))] for dish in dishes]
    coupons: list[Row] = [
        [(words.plain("canteen.button.coupons", shop=shop.name), MarketPress(MarketButton.SHOP, shop.id))]
        for shop in shops
    ]
    mine: Row = [(words.plain("canteen.button.mine"), CanteenPress(CanteenButton.MINE))]
    return say(event, words("canteen.today" if dishes else "canteen.nothing"), keyboard(*rows, *coupons, mine))


def _label(words: Words, dish: Dish) -> str:
    left = words.plain("market.stock", stock=dish.portions_left) if dish.portions_left is not None else ""
    parts = (dish.name, words.plain("canteen.price", price=money(dish.price)), left)
    return " · ".join(part for part in parts if part)


async def pressed(
    call: CallbackQuery, press: CanteenPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _dish(on: Pressing[CanteenPress]) -> Reply:
    dish = await dish_of(on.uow, on.press.target)
    text = on.words("canteen.dish", name=dish.name, price=money(dish.price))
    markup = keyboard([(on.words.plain("canteen.button.reserve"), CanteenPress(CanteenButton.RESERVE, dish.id))])
    if dish.file_id is None:
        return say(on.call, text, markup)
    return SendPhoto(chat_id=chat_of(on.call), photo=dish.file_id, caption=text, reply_markup=markup)


async def _reserve(on: Pressing[CanteenPress]) -> Reply:
    order_id = await reserve_meal(on.uow, actor=on.actor, dish_id=on.press.target)
    return say(on.call, on.words("canteen.reserved"), _order_keyboard(on.words, order_id))


def _order_keyboard(words: Words, order_id: int) -> InlineKeyboardMarkup:
    return keyboard(
        [(words.plain("canteen.button.bring"), CanteenPress(CanteenButton.BRING, order_id))],
        [(words.plain("canteen.button.cancel"), CanteenPress(CanteenButton.CANCEL, order_id))],
    )


async def _bring(on: Pressing[CanteenPress]) -> Reply:
    meals = [meal for meal in await my_meals(on.uow, actor=on.actor) if meal.order_id == on.press.target]
    wish = on.words.plain("canteen.bring_words", dish=meals[0].dish if meals else "")
    await have_it_brought(on.uow, actor=on.actor, order_id=on.press.target, words=wish)
    return say(on.call, on.words("canteen.asked_to_bring"))


async def _cancel(on: Pressing[CanteenPress]) -> Reply:
    await cancel_meal(on.uow, actor=on.actor, order_id=on.press.target)
    return say(on.call, on.words("canteen.cancelled"))


async def _mine(on: Pressing[CanteenPress]) -> Reply:
    """What is kept for me."""
    meals = await my_meals(on.uow, actor=on.actor)
    rows: list[Row] = [
        [(f"✖️ {meal.dish} {meal.name}"[:60], CanteenPress(CanteenButton.CANCEL, meal.order_id))] for meal in meals
    ]
    return say(on.call, on.words("canteen.mine" if meals else "canteen.none_mine"), keyboard(*rows))


ACTS: Mapping[CanteenButton, Act[CanteenPress]] = {
    CanteenButton.DISH: _dish,
    CanteenButton.RESERVE: _reserve,
    CanteenButton.BRING: _bring,
    CanteenButton.CANCEL: _cancel,
    CanteenButton.MINE: _mine,
}
