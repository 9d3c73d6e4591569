"""Service days for people who only have a telephone: what is on next, book the first free time, hear, give up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from backend.bookings import (
    Listed,
    MyBooking,
    book,
    cancel_booking,
    days_ahead,
    my_bookings,
    myself,
    services_on,
    times_of,
)
from backend.bookings.errors import AgeUnfit, HouseholdQuota, SessionOver
from backend.bookings.models import Offering, ServiceDay
from backend.bookings.states import BookedThrough
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.both_dates import day_said, when_said
from backend.notify.words import Words
from backend.phone.callers import Caller
from backend.points import balance_of
from backend.points.errors import NotAResident

MOST_OFFERED = 6
"""More services than that nobody keeps in mind; the rest is booked by a grid worker."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller is told: a key of the catalogue with what fills it."""

    words: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offered:
    """The next service day with something free; `services` are numbered from one, as the caller hears them."""

    day: ServiceDay
    services: Sequence[tuple[Offering, Listed]]


UNKNOWN = Told("phone.book.unknown")
NOTHING_ON = Told("phone.book.nothing")
NO_BOOKINGS = Told("phone.book.none_mine")


def words_for(texts: Texts, caller: Caller) -> Words:
    """How moments are said to this caller: by the clock of their community."""
    zone = ZoneInfo(caller.community.time_zone) if caller.community else ZoneInfo("Asia/Shanghai")
    return Words(texts, caller.language, zone=zone)


async def next_services(uow: UnitOfWork, caller: Caller) -> Offered | None:
    """The next day that has free times, with the first of each service; None when there is none."""
    if caller.community is None:
        return None
    for day in await days_ahead(uow, caller.community):
        services = []
        for one in await services_on(uow, day.id):
            times = await times_of(uow, service_day_id=day.id, offering_id=one.offering.id)
            if (first := next((time for time in times if time.free > 0), None)) is not None:
                services.append((one.offering, first))
        if services:
            return Offered(day, services[:MOST_OFFERED])
    return None


def offered_lines(words: Words, offered: Offered, key: str) -> list[str]:
    """The day in both calendars, then each service with its first free time and its number."""
    lines = [words.plain("phone.book.day", day=day_said(words, offered.day.day_on))]
    for number, (offering, first) in enumerate(offered.services, start=1):
        clock = f"{first.session.starts_at.astimezone(words.zone):%H:%M}"
        lines.append(words.plain(key, number=number, what=_name(words, offering), time=clock))
    return lines


async def take_first(
    uow: UnitOfWork, words: Words, caller: Caller, *, day_id: int, offering_id: int, through: BookedThrough
) -> Told:
    """Book the first free time of a service for the caller; the same again tells of the same booking."""
    if caller.person is None:
        return UNKNOWN
    times = await times_of(uow, service_day_id=day_id, offering_id=offering_id)
    first = next((time for time in times if time.free > 0), None)
    if first is None:
        return Told("phone.book.full")
    if not await _can_pay(uow, caller.person.id, first.session.points):
        return Told("phone.book.points", {"points": first.session.points})
    try:
        beneficiary = await myself(uow, caller.actor)
        booked = await book(
            uow, actor=caller.actor, session_id=first.session.id, beneficiary=beneficiary, through=through
        )
    except (AgeUnfit, HouseholdQuota, SessionOver) as refused:  # raised by the gate, before anything is written
        return Told(refused.key, refused.params)
    mine = next(one for one in await my_bookings(uow, actor=caller.actor) if one.booking.id == booked.booking.id)
    return Told("phone.book.done", _said(words, mine))


async def own_bookings(uow: UnitOfWork, caller: Caller) -> list[MyBooking]:
    """What the caller has booked or waits for."""
    if caller.person is None:
        return []
    return (await my_bookings(uow, actor=caller.actor))[:MOST_OFFERED]


def booking_lines(words: Words, mine: Sequence[MyBooking], key: str) -> list[str]:
    """Each booking; `place` is the key to press, `number` the booking's own."""
    return [words.plain(key, place=place, **_said(words, one)) for place, one in enumerate(mine, start=1)]


async def give_up(uow: UnitOfWork, words: Words, caller: Caller, *, number: int) -> Told:
    """Give up the caller's own booking of this number; the seat goes to the next at once."""
    mine = next((one for one in await own_bookings(uow, caller) if one.booking.number == number), None)
    if mine is None:
        return Told("phone.book.not_yours", {"number": number})
    await cancel_booking(uow, actor=caller.actor, booking_id=mine.booking.id)
    return Told("phone.book.given_up", _said(words, mine))


async def points_told(uow: UnitOfWork, caller: Caller) -> Told:
    """How many points the caller can spend."""
    if caller.person is None:
        return Told("phone.points.unknown")
    try:
        balance = await balance_of(uow, caller.person.id)
    except NotAResident:
        return Told("phone.points.unknown")
    return Told("phone.points.balance", {"points": balance.available})


async def _can_pay(uow: UnitOfWork, person_id: int, points: int) -> bool:
    if points == 0:
        return True
    try:
        return (await balance_of(uow, person_id)).available >= points
    except NotAResident:
        return False


def _name(words: Words, offering: Offering) -> str:
    """Without the picture that stands before it in chat: a voice would read it aloud."""
    return offering.english if words.language == Language.ENGLISH else offering.chinese


def _said(words: Words, one: MyBooking) -> dict[str, object]:
    session = one.session
    return {
        "number": one.booking.number,
        "what": (session.title if session else "") or _name(words, one.offering),
        "when": when_said(words, session.starts_at) if session else words.plain("booking.when_waiting"),
        "where": (session.place if session else "") or words.plain("booking.place_unknown"),
    }
