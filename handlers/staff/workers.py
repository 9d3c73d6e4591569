"""/workers: who is on duty, how much each has in hand, and how much they may take at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.issues.tasks.workload import Workload, workloads
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.presses import Press
from backend.notify.words import Words
from backend.registry.duty import set_task_cap
from handlers.common.keyboards import keyboard
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show


@dataclass(frozen=True, slots=True)
class CapPress(Press):
    """Sets how many tasks a worker may have in hand."""

    prefix: ClassVar[str] = "wc1"

    account_id: int
    cap: int


def workers_router() -> Router:
    router = Router(name="staff.workers")
    router.message.register(workers, IN_PRIVATE, Command("workers"))
    router.callback_query.register(cap, Pressed(CapPress))
    return router


async def workers(message: Message, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    found = await workloads(uow, actor=actor)
    return say(message, _text(words, found), _keyboard(found))


async def cap(call: CallbackQuery, press: CapPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The list shows the new number at once."""
    await set_task_cap(uow, actor=actor, account_id=press.account_id, cap=press.cap)
    found = await workloads(uow, actor=actor)
    return [call.answer(words.plain("workers.set", cap=press.cap)), show(call, _text(words, found), _keyboard(found))]


def _text(words: Words, found: list[Workload]) -> str:
    lines = [
        words(
            "workers.on_duty" if one.is_on_duty else "workers.off_duty",
            name=one.name,
            unit=one.unit_name,
            held=one.held,
            cap=one.cap,
        )
        for one in found
    ]
    return "\n".join([words("workers.list" if found else "workers.none"), *lines])


def _keyboard(found: list[Workload]) -> InlineKeyboardMarkup:
    rows = [
        [
            (f"➖ {one.name}"[:30], CapPress(one.account_id, one.cap - 1)),
            (f"➕ {one.name}"[:30], CapPress(one.account_id, one.cap + 1)),
        ]
        for one in found
    ]
    return keyboard(*rows)
