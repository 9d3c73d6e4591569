"""One press of a member of staff on a notice or a found issue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import StaffPress
from backend.notify.words import Words
from handlers.common.replies import Reply


@dataclass(frozen=True)
class Pressing:
    """Who pressed what, where, in which unit of work."""

    call: CallbackQuery
    press: StaffPress
    uow: UnitOfWork
    actor: Actor
    words: Words
    state: FSMContext

    def answer(self, key: str) -> Reply:
        """A short word that only the one who pressed sees."""
        return self.call.answer(self.words.plain(key))


Act = Callable[[Pressing], Awaitable[Reply]]
