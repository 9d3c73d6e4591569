"""/shifts: one's own shifts, asking a colleague to take one over, being away for some days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.alerts.care_models import SwapState
from backend.alerts.shift_swaps import answer_swap, ask_for_swap, colleagues_for, my_shifts
from backend.alerts.shifts import absences_of, end_absence, note_absence
from backend.kernel.access import WORKERS, Actor
from backend.kernel.errors import AccessDenied, BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.duty import shift_said
from backend.notify.duty_presses import DutyButton, DutyPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry import queries
from handlers.common.keyboards import Row, in_columns, keyboard
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, show

AWAY_DAYS = (1, 3, 7, 14)


def shifts_router() -> Router:
    router = Router(name="staff.shifts")
    router.message.register(shifts, IN_PRIVATE, Command("shifts"))
    router.callback_query.register(shifts, Pressed(MenuPress, button=MenuButton.SHIFTS))
    router.callback_query.register(pressed, Pressed(DutyPress))
    return router


async def shifts(event: Event, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The next two weeks of the one who asks, and being away."""
    if actor.account_id is None or not any(grant.role in WORKERS for grant in actor.grants):
        raise AccessDenied
    mine = await my_shifts(uow, actor=actor)
    away = await absences_of(uow, account_ids=[actor.account_id])
    rows: list[Row] = []
    lines = [words("shift.mine" if mine else "shift.none")]
    for shift in mine:
        said = shift_said(words, shift, (await queries.org_unit(uow, shift.org_unit_id)).name)
        lines.append(f"· {said}")
        rows.append([(words.plain("shift.button.swap", shift=said), DutyPress(DutyButton.PICK, shift.id))])
    for absence in away:
        starts, ends = (
            at.astimezone(words.zone).strftime("%m-%d %H:%M") for at in (absence.starts_at, absence.ends_at)
        )
        lines.append(words("shift.away_now", starts=starts, ends=ends))
        rows.append([(words.plain("shift.button.back", ends=ends), DutyPress(DutyButton.BACK, absence.id))])
    days = [(words.plain("shift.button.away", days=each), DutyPress(DutyButton.AWAY, each)) for each in AWAY_DAYS]
    return show(event, "\n".join(lines), keyboard(*rows, *in_columns(days, 2)))


async def pressed(
    call: CallbackQuery, press: DutyPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _list(on: Pressing[DutyPress]) -> Reply:
    return await shifts(on.call, on.uow, on.actor, on.words)


async def _pick(on: Pressing[DutyPress]) -> Reply:
    """Who could take this shift over."""
    people = await colleagues_for(on.uow, actor=on.actor, shift_id=on.press.target)
    if not people:
        return on.answer("shift.no_colleague")
    asks = [(one.display_name, DutyPress(DutyButton.ASK, on.press.target, one.id)) for one in people]
    back = [(on.words.plain("elder.button.back"), DutyPress(DutyButton.LIST))]
    return show(on.call, on.words("shift.whom"), keyboard(*in_columns(asks, 2), back))


async def _ask(on: Pressing[DutyPress]) -> Reply:
    await ask_for_swap(on.uow, actor=on.actor, shift_id=on.press.target, account_id=on.press.value or 0)
    return [on.answer("shift.asking"), await _list(on)]


async def _agree(on: Pressing[DutyPress]) -> Reply:
    return await _answer(on, agrees=True)


async def _refuse(on: Pressing[DutyPress]) -> Reply:
    return await _answer(on, agrees=False)


async def _answer(on: Pressing[DutyPress], *, agrees: bool) -> Reply:
    swap = await answer_swap(on.uow, actor=on.actor, swap_id=on.press.target, agrees=agrees)
    return show(on.call, on.words("shift.taken" if swap.state is SwapState.AGREED else "shift.not_taken"))


async def _away(on: Pressing[DutyPress]) -> Reply:
    """From now on for so many days; whoever plans hears of it."""
    if on.press.target not in AWAY_DAYS or on.actor.account_id is None:
        raise BadInput("error.old_button")
    ends = on.uow.now + timedelta(days=on.press.target)
    await note_absence(on.uow, actor=on.actor, account_id=on.actor.account_id, starts_at=on.uow.now, ends_at=ends)
    return [on.answer("shift.away_noted"), await _list(on)]


async def _back(on: Pressing[DutyPress]) -> Reply:
    await end_absence(on.uow, actor=on.actor, absence_id=on.press.target)
    return [on.answer("shift.back_noted"), await _list(on)]


ACTS: Mapping[DutyButton, Act[DutyPress]] = {
    DutyButton.LIST: _list,
    DutyButton.PICK: _pick,
    DutyButton.ASK: _ask,
    DutyButton.AGREE: _agree,
    DutyButton.REFUSE: _refuse,
    DutyButton.AWAY: _away,
    DutyButton.BACK: _back,
}
