"""The canteen's people put a dish on today's list: a photo with its name and price under it, or only the words."""

from __future__ import annotations

import re

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.market import money
from backend.notify.words import Words
from backend.points.canteen.dishes import NewDish, add_dish
from backend.points.errors import DishInvalid
from handlers.common.aside import aside_notes, step_aside, step_back
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say

_WRITTEN = re.compile(
    r"(?P<name>.{1,40}?)\s+(?P<yuan>\d{1,4})(?:[.。](?P<fen>\d{1,2}))?\s*元?(?:\s+(?P<portions>\d{1,4})\s*份?)?\s*"
)
"""`番茄炒蛋 8`, `番茄炒蛋 8.5 元`, `番茄炒蛋 8 40份`."""


class Cooking(StatesGroup):
    dish = State()


def cooking_router() -> Router:
    router = Router(name="canteen.cooking")
    router.message.register(enough, StateFilter(Cooking.dish), Command("cancel"))
    router.message.register(dish, IN_PRIVATE, StateFilter(Cooking.dish), F.photo)
    router.message.register(dish, IN_PRIVATE, StateFilter(Cooking.dish), F.text & ~F.text.startswith("/"))
    return router


async def ask_dish(call: CallbackQuery, state: FSMContext, words: Words, merchant_id: int) -> Reply:
    """Ask for one dish after another, until it is enough."""
    await step_aside(state, Cooking.dish, merchant=merchant_id)
    return say(call, words("canteen.ask_dish"))


async def dish(message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
    """Keep the dish and wait for the next one."""
    written = read_dish(message.caption or message.text or "")
    photo = message.photo[-1].file_id if message.photo else None
    new = NewDish(name=written.name, price=written.price, portions=written.portions, file_id=photo)
    notes = await aside_notes(state)
    await add_dish(uow, actor=actor, merchant_id=int(notes["merchant"]), dish=new)
    return say(message, words("canteen.dish_kept", name=new.name, price=money(new.price)))


async def enough(message: Message, words: Words, state: FSMContext) -> Reply:
    await step_back(state)
    return say(message, words("canteen.cooked"))


def read_dish(text: str) -> NewDish:
    """What somebody wrote: a name, a price, perhaps how many portions. Raises DishInvalid."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise DishInvalid
    price = int(found["yuan"]) * 100 + int((found["fen"] or "0").ljust(2, "0"))
    return NewDish(
        name=found["name"].strip(), price=price, portions=int(found["portions"]) if found["portions"] else None
    )
