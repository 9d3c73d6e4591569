"""The buttons under a month's statement: it is right, it is wrong, show it to me."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendDocument
from aiogram.types import BufferedInputFile, CallbackQuery

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points_presses import SettlementButton, SettlementPress
from backend.notify.words import Words
from backend.points.settlement.settling import access_settlement, answer_settlement
from backend.points.settlement.workbook import statement_workbook
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.pressed import Pressed
from handlers.common.replies import Reply
from handlers.common.showing import chat_of, say, show


def settling_router() -> Router:
    router = Router(name="market.settling")
    router.callback_query.register(right, Pressed(SettlementPress, button=SettlementButton.RIGHT))
    router.callback_query.register(wrong, Pressed(SettlementPress, button=SettlementButton.WRONG))
    router.callback_query.register(sheet, Pressed(SettlementPress, button=SettlementButton.SHEET))
    return router


async def right(call: CallbackQuery, press: SettlementPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    await answer_settlement(uow, actor=actor, settlement_id=press.settlement_id, is_right=True)
    return show(call, words("settlement.confirmed"))


async def wrong(
    call: CallbackQuery, press: SettlementPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    """Ask what is wrong."""
    await access_settlement(uow, actor=actor, settlement_id=press.settlement_id)
    return await ask(call, state, words, "settlement.objection", press.settlement_id)


async def sheet(call: CallbackQuery, press: SettlementPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """Every line as a spreadsheet."""
    await access_settlement(uow, actor=actor, settlement_id=press.settlement_id)
    name, content = await statement_workbook(uow, words.plain, press.settlement_id, words.zone)
    return SendDocument(chat_id=chat_of(call), document=BufferedInputFile(content, filename=name))


async def _objection(asked: Asked) -> Reply:
    await answer_settlement(asked.uow, actor=asked.actor, settlement_id=asked.target, is_right=False, words=asked.text)
    return say(asked.event, asked.words("settlement.objected"))


PURPOSES: Mapping[str, Purpose] = {"settlement.objection": _objection}
