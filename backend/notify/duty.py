"""Who hears of the roster: the colleague who is asked, who asked, and the office that plans."""

from __future__ import annotations

from datetime import datetime

from backend.alerts.care_models import DutyAbsence, DutyShift, DutySwap, SwapState
from backend.alerts.events import AbsenceNoted, SwapAnswered, SwapAsked
from backend.alerts.shifts import shifts_during
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.buttons import button
from backend.notify.duty_presses import DutyButton, DutyPress
from backend.notify.messages import tell
from backend.notify.people import office_of, person
from backend.notify.words import Voice, Words
from backend.registry import queries
from backend.registry.models import Account


async def hear_swap_asked(uow: UnitOfWork, voice: Voice, event: SwapAsked) -> None:
    """The colleague hears who asks and which shift it is, with a yes and a no."""
    swap = await uow.session.get_one(DutySwap, event.swap_id)
    name = (await uow.session.get_one(Account, swap.from_id)).display_name
    shift, unit = await _shift(uow, swap)

    def say(words: Words) -> Content:
        text = words("shift.asked", name=name, shift=shift_said(words, shift, unit))
        yes = button(words, "shift.button.yes", DutyPress(DutyButton.AGREE, swap.id))
        no = button(words, "shift.button.no", DutyPress(DutyButton.REFUSE, swap.id))
        return Content(text, buttons=((yes, no),))

    await tell(uow, voice, await person(uow, swap.to_id), say, key=f"swap:{swap.id}:asked")


async def hear_swap_answered(uow: UnitOfWork, voice: Voice, event: SwapAnswered) -> None:
    """Who asked hears the answer; the office hears who is there instead."""
    swap = await uow.session.get_one(DutySwap, event.swap_id)
    asker = (await uow.session.get_one(Account, swap.from_id)).display_name
    taker = (await uow.session.get_one(Account, swap.to_id)).display_name
    shift, unit = await _shift(uow, swap)

    def say(words: Words) -> Content:
        return Content(words(f"shift.{swap.state.value}", name=taker, shift=shift_said(words, shift, unit)))

    def report(words: Words) -> Content:
        return Content(words("shift.changed", taker=taker, name=asker, shift=shift_said(words, shift, unit)))

    await tell(uow, voice, await person(uow, swap.from_id), say, key=f"swap:{swap.id}:answered")
    if swap.state is SwapState.AGREED:
        await tell(uow, voice, await office_of(uow, shift.org_unit_id), report, key=f"swap:{swap.id}:changed")


async def hear_absence(uow: UnitOfWork, voice: Voice, event: AbsenceNoted) -> None:
    """The office of each place where they serve hears who is away, and which shifts nobody holds now."""
    absence = await uow.session.get_one(DutyAbsence, event.absence_id)
    name = (await uow.session.get_one(Account, absence.account_id)).display_name
    shifts = await shifts_during(uow, absence)
    units = {shift.org_unit_id: (await queries.org_unit(uow, shift.org_unit_id)).name for shift in shifts}

    def say(words: Words) -> Content:
        lines = [words("shift.away", name=name, starts=_at(words, absence.starts_at), ends=_at(words, absence.ends_at))]
        lines += [words("shift.open", shift=shift_said(words, one, units[one.org_unit_id])) for one in shifts]
        return Content("\n".join(lines))

    for _, unit in await queries.live_grants(uow, absence.account_id):
        hearers = await office_of(uow, unit.id, but=absence.made_by_id)
        await tell(uow, voice, hearers, say, key=f"absence:{absence.id}")


def shift_said(words: Words, shift: DutyShift, unit: str) -> str:
    """Where, and from when until when."""
    return words.plain("shift.one", unit=unit, starts=_at(words, shift.starts_at), ends=_at(words, shift.ends_at))


def _at(words: Words, moment: datetime) -> str:
    return moment.astimezone(words.zone).strftime("%m-%d %H:%M")


async def _shift(uow: UnitOfWork, swap: DutySwap) -> tuple[DutyShift, str]:
    shift = await uow.session.get_one(DutyShift, swap.shift_id)
    return shift, (await queries.org_unit(uow, shift.org_unit_id)).name
