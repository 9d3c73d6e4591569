"""Service days for people who only have a telephone: what is on, the times, book, wait, hear one's own, give up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backend.bookings import (
    Beneficiary,
    Booked,
    Listed,
    OnDay,
    book,
    days_ahead,
    lock_session,
    my_bookings,
    myself,
    services_on,
    times_of,
    wait,
)
from backend.bookings.models import ServiceDay
from backend.bookings.states import BookedThrough, BookingState
from backend.kernel.errors import DomainError
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.both_dates import time_said
from backend.notify.words import Words
from backend.phone.callers import Caller
from backend.phone.menus.own_bookings import accept, give_up, show_mine, show_one
from backend.phone.menus.picks import FIRST_DAY, MENU, Pick, Step
from backend.phone.menus.points import can_pay
from backend.phone.menus.screens import Option, Screen, booking_facts, day_of, offering_said, part

MOST_DAYS = 3
"""Further ahead nobody books by telephone; a grid worker does it for them."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What every step has at hand. `size`: how many choices are said at once."""

    words: Words
    caller: Caller
    through: BookedThrough
    size: int


def words_for(texts: Texts, caller: Caller) -> Words:
    """How moments are said to this caller: by the clock of their community."""
    zone = ZoneInfo(caller.community.time_zone) if caller.community else ZoneInfo("Asia/Shanghai")
    return Words(texts, caller.language, zone=zone)


async def perform(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    """Do one step and say what comes of it.

    What the rules refuse is said in their words, with the way back: every service called here refuses before it
    writes anything, so nothing is half-done.
    """
    if talk.caller.person is None:
        return Screen((talk.words.plain("phone.book.unknown"),))
    try:
        return await STEPS[pick.step](uow, talk, pick)
    except DomainError as refused:
        return Screen((talk.words.plain(refused.key, **refused.params),), back=_back_from(pick))


def _back_from(pick: Pick) -> Pick:
    is_time = pick.step in (Step.BOOK, Step.WAIT)
    return Pick(Step.TIMES, (pick.number(1), pick.number(2), 0)) if is_time else MENU


async def _show_menu(_uow: UnitOfWork, _talk: Talk, _pick: Pick) -> Screen:
    return Screen((), back=MENU)


async def _show_days(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    """The services of one day, the full ones too: one can wait for them."""
    place, start = pick.number(0), pick.number(1)
    days = await _days(uow, talk.caller)
    if place >= len(days):
        return Screen((talk.words.plain("phone.book.nothing"),), back=MENU)
    day, services = days[place]
    key = "phone.book.day" if place == 0 else "phone.book.later_day"
    options = [await _service(uow, talk, day, one) for one in part(services, start, talk.size)]
    more = None
    if start + talk.size < len(services):
        more = Option(talk.words.plain("phone.book.more_services"), Pick(Step.DAYS, (place, start + talk.size)))
    elif place + 1 < len(days):
        more = Option(talk.words.plain("phone.book.next_day"), Pick(Step.DAYS, (place + 1, 0)))
    return Screen((talk.words.plain(key, day=day_of(talk.words, day)),), tuple(options), more, _before(place, start))


def _before(place: int, start: int) -> Pick:
    if start:
        return Pick(Step.DAYS, (place, 0))
    return Pick(Step.DAYS, (place - 1, 0)) if place else MENU


async def _days(uow: UnitOfWork, caller: Caller) -> list[tuple[ServiceDay, list[OnDay]]]:
    """The next days on which something is served."""
    found: list[tuple[ServiceDay, list[OnDay]]] = []
    for day in await days_ahead(uow, caller.community) if caller.community is not None else ():
        if services := await services_on(uow, day.id):
            found.append((day, services))
        if len(found) == MOST_DAYS:
            break
    return found


async def _service(uow: UnitOfWork, talk: Talk, day: ServiceDay, one: OnDay) -> Option:
    free = _free(await times_of(uow, service_day_id=day.id, offering_id=one.offering.id))
    pick = Pick(Step.TIMES, (day.id, one.offering.id, 0))
    what = offering_said(talk.words, one.offering)
    if not free:
        return Option(talk.words.plain("phone.book.service_full", what=what), pick)
    points = free[0].session.points
    key = "phone.book.service_points" if points else "phone.book.service"
    return Option(
        talk.words.plain(key, what=what, time=time_said(talk.words, free[0].session.starts_at), points=points), pick
    )


async def _show_times(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    """The free times of a service on a day; where it is full, the waiting list."""
    day_id, offering_id, start = pick.number(0), pick.number(1), pick.number(2)
    times = await times_of(uow, service_day_id=day_id, offering_id=offering_id)
    later = await _later(uow, talk, day_id, offering_id)
    if not times:
        return Screen((talk.words.plain("phone.book.gone"),), more=later, back=FIRST_DAY)
    what, free = offering_said(talk.words, times[0].offering), _free(times)
    if not free:
        return await _show_full(uow, talk, times[0], later)
    options = [
        Option(time_said(talk.words, one.session.starts_at), Pick(Step.BOOK, (one.session.id, day_id, offering_id)))
        for one in part(free, start, talk.size)
    ]
    has_more = start + talk.size < len(free)
    further = Option(
        talk.words.plain("phone.book.more_times"), Pick(Step.TIMES, (day_id, offering_id, start + talk.size))
    )
    said = talk.words.plain("phone.book.times", what=what, count=len(free))
    return Screen((said,), tuple(options), further if has_more else later, FIRST_DAY)


async def _show_full(uow: UnitOfWork, talk: Talk, one: Listed, later: Option | None) -> Screen:
    day_id = one.session.service_day_id or 0
    on_day = next((each for each in await services_on(uow, day_id) if each.offering.id == one.offering.id), None)
    said = talk.words.plain(
        "phone.book.full", what=offering_said(talk.words, one.offering), waiting=on_day.waiting if on_day else 0
    )
    pick = Pick(Step.WAIT, (one.session.id, day_id, one.offering.id))
    return Screen((said,), (Option(talk.words.plain("phone.book.wait"), pick),), later, FIRST_DAY)


async def _later(uow: UnitOfWork, talk: Talk, day_id: int, offering_id: int) -> Option | None:
    """The same service on the next day that has it."""
    ids = [(day.id, {one.offering.id for one in services}) for day, services in await _days(uow, talk.caller)]
    place = next((place for place, (each, _) in enumerate(ids) if each == day_id), len(ids))
    following = next((each for each, offered in ids[place + 1 :] if offering_id in offered), None)
    if following is None:
        return None
    return Option(talk.words.plain("phone.book.next_day"), Pick(Step.TIMES, (following, offering_id, 0)))


async def _book(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    """Take one time. The session's row is held first: that a seat is free stands until the commit."""
    session = await lock_session(uow, pick.number(0))
    if session.taken >= session.capacity:
        lost = talk.words.plain("phone.book.just_full")
        times = await _show_times(uow, talk, _back_from(pick))
        return Screen((lost, *times.said), times.options, times.more, times.back)
    if not await can_pay(uow, talk.caller.actor.person_id, session.points):
        return Screen((talk.words.plain("phone.book.points", points=session.points),), back=FIRST_DAY)
    beneficiary = await myself(uow, talk.caller.actor)
    booked = await book(
        uow, actor=talk.caller.actor, session_id=session.id, beneficiary=beneficiary, through=talk.through
    )
    key = "phone.book.done" if booked.is_new else "phone.book.before"
    return Screen((await _told(uow, talk, booked, key),))


async def _wait(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    beneficiary: Beneficiary = await myself(uow, talk.caller.actor)
    session_id = pick.number(0)
    booked = await wait(
        uow, actor=talk.caller.actor, session_id=session_id, beneficiary=beneficiary, through=talk.through
    )
    is_waiting = booked.booking.state is BookingState.WAITLISTED
    return Screen((await _told(uow, talk, booked, "phone.book.waits" if is_waiting else "phone.book.before"),))


async def _told(uow: UnitOfWork, talk: Talk, booked: Booked, key: str) -> str:
    mine = await my_bookings(uow, actor=talk.caller.actor)
    one = next(each for each in mine if each.booking.id == booked.booking.id)
    return talk.words.plain(key, **booking_facts(talk.words, one))


def _free(times: Sequence[Listed]) -> list[Listed]:
    return [one for one in times if one.free > 0]


async def _mine(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    return await show_mine(uow, talk.words, talk.caller, start=pick.number(0), size=talk.size)


async def _one(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    return await show_one(uow, talk.words, talk.caller, booking_id=pick.number(0))


async def _accept(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    return await accept(uow, talk.words, talk.caller, booking_id=pick.number(0))


async def _give_up(uow: UnitOfWork, talk: Talk, pick: Pick) -> Screen:
    return await give_up(uow, talk.words, talk.caller, booking_id=pick.number(0))


STEPS: Mapping[Step, Callable[[UnitOfWork, Talk, Pick], Awaitable[Screen]]] = {
    Step.MENU: _show_menu,
    Step.DAYS: _show_days,
    Step.TIMES: _show_times,
    Step.BOOK: _book,
    Step.WAIT: _wait,
    Step.MINE: _mine,
    Step.ONE: _one,
    Step.ACCEPT: _accept,
    Step.GIVE_UP: _give_up,
}
