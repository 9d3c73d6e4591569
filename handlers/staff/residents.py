"""Staff say who somebody is whom the registry could not tell for sure; names are shown in their private chat only."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from backend.kernel.access import Actor
from backend.kernel.errors import BadInput, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import JoinPress
from backend.notify.words import Words
from backend.registry.joining import candidates_for, decide_resident
from backend.registry.models import Person
from handlers.common.keyboards import keyboard
from handlers.common.pressed import Pressed
from handlers.common.replies import Reply
from handlers.common.showing import is_private, say_privately, show


def residents_router() -> Router:
    router = Router(name="staff.residents")
    router.callback_query.register(chose, Pressed(JoinPress))
    return router


async def chose(call: CallbackQuery, press: JoinPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    if press.person_id is None:
        return await _offer(call, press, uow, actor, words)
    if not is_private(call):
        raise BadInput("error.only_in_private")
    await decide_resident(uow, actor=actor, account_id=press.account_id, person_id=press.person_id)
    return show(call, words("resident.decided"))


async def _offer(call: CallbackQuery, press: JoinPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    candidates = await candidates_for(uow, actor=actor, account_id=press.account_id)
    if not candidates:
        raise NotFound
    rows = [[(_label(words, one), JoinPress(press.account_id, one.id))] for one in candidates]
    return say_privately(call, words, words("resident.who", number=press.account_id), keyboard(*rows))


def _label(words: Words, person: Person) -> str:
    year = person.born_on.year if person.born_on else "?"
    return words.plain("resident.candidate", name=person.name, year=year, last4=person.identity_last4 or "?")
