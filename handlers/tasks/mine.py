"""/tasks: what a worker has in hand and what waits to be claimed, each opening its card in private."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.issues.categories.choices import in_language
from backend.issues.views.cards import TaskCard, tasks_in_hand, tasks_to_claim
from backend.kernel.access import Actor
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import MenuButton, MenuPress, TaskButton, TaskPress
from backend.notify.private_card import private_card
from backend.notify.words import Voice, Words
from handlers.common.keyboards import keyboard, markup_of
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say

MOST_SHOWN = 20


def mine_router() -> Router:
    router = Router(name="tasks.mine")
    router.message.register(tasks, IN_PRIVATE, Command("tasks"))
    router.callback_query.register(tasks, Pressed(MenuPress, button=MenuButton.TASKS))
    router.callback_query.register(view, Pressed(TaskPress, button=TaskButton.VIEW))
    return router


async def tasks(event: Message | CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    if actor.account_id is None or not actor.grants:
        raise AccessDenied
    in_hand = await tasks_in_hand(uow, actor.account_id)
    to_claim = await tasks_to_claim(uow, actor)
    text = words("tasks.list", in_hand=len(in_hand), to_claim=len(to_claim))
    return say(event, text, _list([*in_hand, *to_claim][:MOST_SHOWN], words))


def _list(cards: list[TaskCard], words: Words) -> InlineKeyboardMarkup:
    rows = [[(_label(card, words), TaskPress(TaskButton.VIEW, card.task_id))] for card in cards]
    return keyboard(*rows)


def _label(card: TaskCard, words: Words) -> str:
    colour = words.plain(f"grade.{card.colour.value}").split(" ")[0]
    name = in_language(card.category_names, words.language)
    return f"{colour} {card.number} {name} · {card.place}"[:60]


async def view(call: CallbackQuery, press: TaskPress, uow: UnitOfWork, actor: Actor, voice: Voice) -> Reply:
    """The card as it hangs in the group, with the same buttons."""
    content = await private_card(uow, voice, actor=actor, task_id=press.task_id)
    return say(call, content.text, markup_of(content.buttons))
