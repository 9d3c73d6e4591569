"""Paper cards: a grid worker, staff or family make one for an elder, to be printed and carried."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendPhoto
from aiogram.types import CallbackQuery, Message

from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points_presses import PointsButton, PointsPress
from backend.notify.words import Words
from backend.points.market.cards import issue_card
from backend.points.market.codes import CARD
from backend.registry.acting import wards_of
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, keyboard
from handlers.common.links import Links
from handlers.common.pressed import Pressed
from handlers.common.qr import qr_picture
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import chat_of, say


def cards_router() -> Router:
    router = Router(name="points.cards")
    router.message.register(card, IN_PRIVATE, Command("card"))
    router.callback_query.register(give_card, Pressed(PointsPress, button=PointsButton.CARD))
    return router


async def card(message: Message, actor: Actor, words: Words, state: FSMContext) -> Reply:
    """For whom."""
    if not actor.has_role(*PERMISSIONS[Permission.USE_POINTS_FOR_OTHERS]):
        raise AccessDenied
    return await ask(message, state, words, "card.for_whom", 0)


async def _for_whom(asked: Asked) -> Reply:
    found = await wards_of(asked.uow, asked.actor, asked.text, permission=Permission.USE_POINTS_FOR_OTHERS)
    if not found:
        return say(asked.event, asked.words("people.nobody", name=asked.text[:20]))
    rows: list[Row] = [[(one.name, PointsPress(PointsButton.CARD, one.id))] for one in found]
    return say(asked.event, asked.words("card.choose"), keyboard(*rows))


async def give_card(
    call: CallbackQuery, press: PointsPress, uow: UnitOfWork, actor: Actor, words: Words, links: Links
) -> Reply:
    """The picture to print; an earlier card of this person is worth nothing from now on."""
    token = await issue_card(uow, actor=actor, person_id=press.value)
    picture = qr_picture(links.deep(CARD + token), "card")
    return SendPhoto(chat_id=chat_of(call), photo=picture, caption=words("card.made"))


PURPOSES: Mapping[str, Purpose] = {"card.for_whom": _for_whom}
