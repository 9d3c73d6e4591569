"""The daily "I am OK" by button or command, and the button by which a contact shows that they are there."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery

from backend.alerts import Via
from backend.alerts.check_ins import answer_check_in
from backend.alerts.drills import answer_drill
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import CheckInButton, CheckInPress, DrillPress, MenuButton, MenuPress
from backend.notify.words import Words
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say, show


def alerts_caring_router() -> Router:
    router = Router(name="alerts.caring")
    router.message.register(ok, IN_PRIVATE, Command("ok"))
    router.callback_query.register(ok, Pressed(MenuPress, button=MenuButton.OK))
    router.callback_query.register(answered, Pressed(CheckInPress))
    router.callback_query.register(here, Pressed(DrillPress))
    return router


async def ok(event: Event, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """Somebody says unasked that all is well."""
    if actor.person_id is None:
        return say(event, words("check_in.none"))
    answer = await answer_check_in(uow, actor=actor, person_id=actor.person_id, via=Via.CHAT)
    return say(event, words(answer.text_key))


async def answered(call: CallbackQuery, press: CheckInPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    is_fine = press.button is CheckInButton.FINE
    answer = await answer_check_in(uow, actor=actor, person_id=press.person_id, via=Via.CHAT, is_fine=is_fine)
    return [call.answer(words.plain(answer.text_key)), show(call, words(answer.text_key))]


async def here(call: CallbackQuery, press: DrillPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    is_known = await answer_drill(uow, result_id=press.result_id, account_id=actor.account_id)
    text = words("drill.thanks" if is_known else "error.old_button")
    return [call.answer(), show(call, text)]
