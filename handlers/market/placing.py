"""The place of a shop: its people send a location, everybody else gets it as a point to tap."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendVenue
from aiogram.types import CallbackQuery, Message

from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points_presses import MarketButton, MarketPress, ShopButton, ShopPress
from backend.notify.words import Words
from backend.points.market.merchants import check_member, merchant_of
from backend.points.market.placing import place_shop
from handlers.common.aside import aside_notes, step_aside, step_back
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import chat_of, say


class Placing(StatesGroup):
    place = State()


def placing_router() -> Router:
    router = Router(name="market.placing")
    placing = StateFilter(Placing.place)
    router.callback_query.register(ask_place, Pressed(ShopPress, button=ShopButton.PLACE))
    router.callback_query.register(show_place, Pressed(MarketPress, button=MarketButton.PLACE))
    router.message.register(never_mind, placing, Command("cancel"))
    router.message.register(placed, placing, IN_PRIVATE, F.location)
    router.message.register(not_a_place, placing, IN_PRIVATE, F.text & ~F.text.startswith("/"))
    return router


async def ask_place(
    call: CallbackQuery, press: ShopPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    await check_member(uow, actor, press.target)
    await step_aside(state, Placing.place, merchant=press.target)
    return say(call, words("shop.ask_place"))


async def placed(message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
    """Keep it; a place outside the community leaves the question open."""
    location = message.location
    assert location is not None, "the filter has seen it"
    point = Point(latitude=location.latitude, longitude=location.longitude)
    merchant_id = int((await aside_notes(state))["merchant"])
    await place_shop(uow, actor=actor, merchant_id=merchant_id, point=point)
    await step_back(state)
    return say(message, words("shop.placed"))


async def not_a_place(message: Message, words: Words) -> Reply:
    return say(message, words("shop.ask_place"))


async def never_mind(message: Message, words: Words, state: FSMContext) -> Reply:
    await step_back(state)
    return say(message, words("ask.never_mind"))


async def show_place(call: CallbackQuery, press: MarketPress, uow: UnitOfWork) -> Reply:
    """The shop on the map, as far as its people said where it is."""
    shop = await merchant_of(uow, press.target)
    if shop.longitude is None or shop.latitude is None or not shop.is_active:
        raise BadInput("error.old_button")
    return SendVenue(
        chat_id=chat_of(call),
        latitude=shop.latitude,
        longitude=shop.longitude,
        title=shop.name,
        address=shop.place or shop.name,
    )
