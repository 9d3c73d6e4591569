"""/points for an elder: family who may see it choose them by name, workers and staff search in their grids."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points_presses import PointsButton, PointsPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.points.looking import look_at_points
from backend.registry.acting import elders_of, wards_of
from backend.registry.contacts_models import ContactScope
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, keyboard
from handlers.common.pressed import Pressed
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.points.lines import balance_lines


def others_router() -> Router:
    router = Router(name="points.others")
    router.callback_query.register(for_whom, Pressed(PointsPress, button=PointsButton.FOR_WHOM))
    router.callback_query.register(other, Pressed(PointsPress, button=PointsButton.OTHER))
    return router


async def buttons_for_others(uow: UnitOfWork, actor: Actor, words: Words) -> list[Row]:
    """One button for each elder of one's own; for workers and staff one to search."""
    elders = await elders_of(uow, actor, ContactScope.POINTS)
    rows: list[Row] = [
        [(words.plain("points.button.of_elder", name=one.name), PointsPress(PointsButton.OTHER, one.id))]
        for one in elders
    ]
    if actor.has_role(*PERMISSIONS[Permission.USE_POINTS_FOR_OTHERS]):
        rows.append([(words.plain("points.button.for_whom"), PointsPress(PointsButton.FOR_WHOM))])
    return rows


async def for_whom(call: CallbackQuery, words: Words, state: FSMContext) -> Reply:
    return await ask(call, state, words, "points.for_whom", 0)


async def _for_whom(asked: Asked) -> Reply:
    permission = Permission.USE_POINTS_FOR_OTHERS
    found = await wards_of(asked.uow, asked.actor, asked.text, permission=permission)
    if not found:
        return say(asked.event, asked.words("people.nobody", name=asked.text[:20]))
    rows: list[Row] = [[(one.name, PointsPress(PointsButton.OTHER, one.id))] for one in found]
    return say(asked.event, asked.words("points.choose_person"), keyboard(*rows))


async def other(call: CallbackQuery, press: PointsPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """What an elder has, and the newest lines."""
    seen = await look_at_points(uow, actor=actor, person_id=press.value)
    head = words("points.balance_of", name=seen.name, available=seen.balance.available)
    back: Row = [(words.plain("points.button.mine"), MenuPress(MenuButton.POINTS))]
    return show(call, balance_lines(words, head, seen.balance, seen.lines), keyboard(back))


PURPOSES: Mapping[str, Purpose] = {"points.for_whom": _for_whom}
