"""Service days by SMS: each choice gets a number of its own to answer with, so that a later list changes no meaning."""

from __future__ import annotations

from datetime import timedelta

from backend.bookings.states import BookedThrough
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript
from backend.messaging.reply_codes import OpenCode, allot_reply_code
from backend.phone.menus.booking import Talk, perform
from backend.phone.menus.own_bookings import own_bookings
from backend.phone.menus.picks import Pick, Step, read_pick
from backend.phone.menus.screens import Option, Screen
from backend.registry.telephones import telephone_address

ANSWERED_FOR = timedelta(hours=2)
"""Who reads a list may take so long to answer; what has changed by then is said, not done."""
CHOICES_AT_ONCE = 4
THROUGH = BookedThrough.SMS


async def show(uow: UnitOfWork, talk: Talk, pick: Pick) -> str:
    """Do the step and write what comes of it, in few lines: what to answer stands last."""
    return await _written(uow, talk, await perform(uow, talk, pick))


async def take(uow: UnitOfWork, talk: Talk, open_code: OpenCode) -> str:
    """Do what a number of an earlier list means."""
    pick = read_pick(open_code.script.ref)
    return await show(uow, talk, pick) if pick is not None else talk.words.plain("phone.sms.help")


async def give_up_by_number(uow: UnitOfWork, talk: Talk, number: int) -> str:
    """Give up the writer's own booking of this number, the one that is said aloud."""
    mine = next((one for one in await own_bookings(uow, talk.caller) if one.booking.number == number), None)
    if mine is None:
        return talk.words.plain("phone.book.not_yours", number=number)
    return await show(uow, talk, Pick(Step.GIVE_UP, (mine.booking.id,)))


async def _written(uow: UnitOfWork, talk: Talk, screen: Screen) -> str:
    lines = [*screen.said]
    choices = [*screen.options, *([screen.more] if screen.more is not None else [])]
    numbered = [await _numbered(uow, talk, option) for option in choices]
    if any(numbered):
        lines += [line for line in numbered if line]
        lines.append(talk.words.plain("phone.sms.answer_number"))
    return "\n".join(lines)


async def _numbered(uow: UnitOfWork, talk: Talk, option: Option) -> str:
    """Empty when so many numbers are open that none is free: then it is not offered."""
    person = talk.caller.person
    script = CallScript(CallKind.CHOICE, option.pick.written(), person_id=person.id if person else None)
    address = telephone_address(talk.caller.telephone.id)
    code = await allot_reply_code(uow, address=address, script=script, valid_until=uow.now + ANSWERED_FOR)
    return talk.words.plain("phone.sms.choice", number=code, what=option.what) if code is not None else ""
