"""One press of a button under a message: what the functions behind the buttons of one kind are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.presses import Press
from backend.notify.words import Words
from handlers.common.replies import Reply

Kind = TypeVar("Kind", bound=Press)


@dataclass(frozen=True)
class Pressing(Generic[Kind]):
    """Who pressed what, where, in which unit of work."""

    call: CallbackQuery
    press: Kind
    uow: UnitOfWork
    actor: Actor
    words: Words
    state: FSMContext

    def answer(self, key: str, **params: object) -> Reply:
        """A short word that only the one who pressed sees."""
        return self.call.answer(self.words.plain(key, **params))


Act = Callable[[Pressing[Kind]], Awaitable[Reply]]
"""What one button does; a table from button to act stands beside each kind of press."""
