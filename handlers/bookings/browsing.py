"""/book and /courses: from a day to a service to a time, in three taps; for oneself, one's child or an elder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backend.bookings import (
    Beneficiary,
    book,
    courses_ahead,
    days_ahead,
    meetings_of,
    my_child,
    my_children,
    myself,
    offering_by_id,
    one_session,
    services_on,
    somebody,
    times_of,
    wait,
)
from backend.bookings.days import open_day_of
from backend.bookings.models import ServiceDay
from backend.bookings.states import SessionKind
from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.booking_facts import offering_name
from backend.notify.booking_presses import BookButton, BookPress
from backend.notify.both_dates import when_said
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.acting import elders_of, wards_of
from backend.registry.contacts_models import ContactScope
from backend.registry.models import Account, OrgUnit, Person
from backend.registry.queries import communities, home_community
from handlers.bookings import screens
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, keyboard
from handlers.common.links import DAY
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say, show


def booking_router() -> Router:
    router = Router(name="bookings.browsing")
    router.message.register(scanned, IN_PRIVATE, CommandStart(deep_link=True, magic=F.args.startswith(DAY)))
    router.message.register(days, IN_PRIVATE, Command("book"))
    router.message.register(courses, IN_PRIVATE, Command("courses"))
    router.callback_query.register(days, Pressed(MenuPress, button=MenuButton.BOOK))
    router.callback_query.register(courses, Pressed(MenuPress, button=MenuButton.COURSES))
    router.callback_query.register(days, Pressed(BookPress, button=BookButton.DAYS))
    router.callback_query.register(courses, Pressed(BookPress, button=BookButton.COURSES))
    for button in ACTS:
        router.callback_query.register(pressed, Pressed(BookPress, button=button))
    return router


async def community_of(uow: UnitOfWork, account: Account) -> OrgUnit:
    """The community of somebody's home; whoever has none yet sees that of this installation."""
    home = await home_community(uow, account)
    return home if home is not None else (await communities(uow))[0]


async def days(event: Event, uow: UnitOfWork, account: Account, words: Words) -> Reply:
    """The days that can be booked; with only one of them its services at once."""
    found = await _bookable_days(uow, account)
    if len(found) == 1:
        text, markup = screens.services_screen(words, found[0], await services_on(uow, found[0].id))
    else:
        text, markup = screens.days_screen(words, found)
    return show(event, text, markup)


async def _bookable_days(uow: UnitOfWork, account: Account) -> Sequence[ServiceDay]:
    community = await community_of(uow, account)
    return [day for day in await days_ahead(uow, community) if await services_on(uow, day.id)]


async def scanned(message: Message, command: CommandObject, uow: UnitOfWork, account: Account, words: Words) -> Reply:
    """The code of a poster opens its day; when that day is over or cancelled, the days that are left."""
    number = (command.args or "").removeprefix(DAY)
    found = [day for day in await _bookable_days(uow, account) if str(day.id) == number]
    if not found:
        return await days(message, uow, account, words)
    text, markup = screens.services_screen(words, found[0], await services_on(uow, found[0].id))
    return say(message, text, markup)


async def courses(event: Event, uow: UnitOfWork, account: Account, words: Words) -> Reply:
    community = await community_of(uow, account)
    text, markup = screens.courses_screen(words, await courses_ahead(uow, community.id))
    return show(event, text, markup)


async def pressed(
    call: CallbackQuery, press: BookPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _day(on: Pressing[BookPress]) -> Reply:
    day = await open_day_of(on.uow, _number(on.press.target))
    text, markup = screens.services_screen(on.words, day, await services_on(on.uow, day.id))
    return show(on.call, text, markup)


async def _service(on: Pressing[BookPress]) -> Reply:
    found = await times_of(on.uow, service_day_id=_number(on.press.target), offering_id=_number(on.press.value))
    if not found:
        raise BadInput("booking.error.session_over")
    text, markup = screens.times_screen(on.words, found, who=on.press.who, for_name=await _name_of(on))
    return show(on.call, text, markup)


async def _name_of(on: Pressing[BookPress]) -> str:
    """For whom the time is chosen, so that nobody books for the wrong one; empty for oneself."""
    beneficiary = await _whom(on.uow, on.actor, on.press.who)
    if beneficiary.child_id is not None:
        names = {child.id: name for child, name in await my_children(on.uow, actor=on.actor)}
        return names.get(beneficiary.child_id, "")
    if beneficiary.person_id is None or beneficiary.person_id == on.actor.person_id:
        return ""
    return (await on.uow.session.get_one(Person, beneficiary.person_id)).name


async def _offering(on: Pressing[BookPress]) -> Reply:
    """The next day with this service; a course leads to the courses, and what is not on just now says so."""
    offering = await offering_by_id(on.uow, _number(on.press.target))
    account = await on.uow.session.get_one(Account, on.actor.account_id)
    if offering.kind is SessionKind.COURSE:
        return await courses(on.call, on.uow, account, on.words)
    for day in await _bookable_days(on.uow, account):
        found = await times_of(on.uow, service_day_id=day.id, offering_id=offering.id)
        if found:
            text, markup = screens.times_screen(on.words, found, who=on.press.who)
            return show(on.call, text, markup)
    text, markup = screens.not_on_screen(on.words, offering)
    return show(on.call, text, markup)


async def _time(on: Pressing[BookPress]) -> Reply:
    """A time of a service is booked at once; a course is looked at first."""
    listed = await one_session(on.uow, _number(on.press.target))
    if listed.session.kind is SessionKind.SERVICE:
        return await _book(on)
    meetings = (await meetings_of(on.uow, [listed.session.id])).get(listed.session.id, ())
    text, markup = screens.course_screen(on.words, listed, meetings, await _learners(on))
    return show(on.call, text, markup)


async def _learners(on: Pressing[BookPress]) -> list[tuple[str, str]]:
    children = await my_children(on.uow, actor=on.actor)
    return [("me", on.words.plain("booking.myself")), *((f"c{child.id}", name) for child, name in children)]


async def _book(on: Pressing[BookPress]) -> Reply:
    """Take the seat; the answer is the whole booking with all that can be done about it."""
    beneficiary = await _whom(on.uow, on.actor, on.press.who)
    booked = await book(on.uow, actor=on.actor, session_id=_number(on.press.target), beneficiary=beneficiary)
    listed = await one_session(on.uow, booked.booking.session_id or _number(on.press.target))
    what, name = listed.session.title or offering_name(on.words, listed.offering), await _name_of(on)
    text = on.words(
        "booking.booked" if booked.is_new else "booking.had_already",
        number=booked.booking.number,
        what=on.words.plain("booking.what_for", what=what, name=name) if name else what,
        when=when_said(on.words, listed.session.starts_at),
        place=listed.session.place or on.words.plain("booking.place_unknown"),
        points=screens.price_said(on.words, booked.booking.points),
    )
    row = [screens.press(on.words, "show", BookPress(BookButton.SHOW, booked.booking.id))]
    return show(on.call, text, keyboard(row))


async def _wait(on: Pressing[BookPress]) -> Reply:
    beneficiary = await _whom(on.uow, on.actor, on.press.who)
    waiting = await wait(on.uow, actor=on.actor, session_id=_number(on.press.target), beneficiary=beneficiary)
    row = [screens.press(on.words, "show", BookPress(BookButton.SHOW, waiting.booking.id))]
    return show(on.call, on.words("booking.waiting", number=waiting.booking.number), keyboard(row))


async def _whom(uow: UnitOfWork, actor: Actor, who: str | None) -> Beneficiary:
    """`me`, `c<child>` or `p<person>`, as the button says; the service checks whether the actor may."""
    if who in (None, "", "me"):
        return await myself(uow, actor)
    kind, number = str(who)[:1], str(who)[1:]
    if not number.isascii() or not number.isdigit() or len(number) > 18 or kind not in ("c", "p"):
        raise BadInput("error.old_button")
    if kind == "c":
        return await my_child(uow, actor, int(number))
    return await somebody(uow, actor, int(number))


async def _others(on: Pressing[BookPress]) -> Reply:
    """For whom else: the elders who agreed to it; workers and staff type a name."""
    session_id = _number(on.press.target)
    elders = await elders_of(on.uow, on.actor, ContactScope.BOOK)
    children = await my_children(on.uow, actor=on.actor)
    people = [(f"p{one.id}", one.name) for one in elders] + [(f"c{child.id}", name) for child, name in children]
    if people:
        return show(on.call, on.words("booking.for_whom"), keyboard(*await _for_rows(on.uow, session_id, people)))
    if not on.actor.paths_of(PERMISSIONS[Permission.BOOK_FOR_OTHERS]):
        return on.answer("booking.nobody_else")
    return await ask(on.call, on.state, on.words, "booking.for_whom", session_id)


async def _named(asked: Asked) -> Reply:
    """A worker typed an elder's name."""
    found = await wards_of(asked.uow, asked.actor, asked.text, permission=Permission.BOOK_FOR_OTHERS)
    if not found:
        return say(asked.event, asked.words("booking.nobody_named", name=asked.text[:20]))
    rows = await _for_rows(asked.uow, asked.target, [(f"p{one.id}", one.name) for one in found])
    return say(asked.event, asked.words("booking.for_whom"), keyboard(*rows))


async def _for_rows(uow: UnitOfWork, session_id: int, people: Sequence[tuple[str, str]]) -> list[Row]:
    """One button for each person: it leads to the times of the same service and day, for them."""
    session = (await one_session(uow, session_id)).session
    if session.service_day_id is None:
        return [[(name, BookPress(BookButton.FOR, session_id, None, who))] for who, name in people]
    service = (session.service_day_id, session.offering_id)
    return [[(name, BookPress(BookButton.SERVICE, *service, who))] for who, name in people]


def _number(value: int | None) -> int:
    if value is None:
        raise BadInput("error.old_button")
    return value


ACTS: Mapping[BookButton, Act[BookPress]] = {
    BookButton.DAY: _day,
    BookButton.SERVICE: _service,
    BookButton.OFFERING: _offering,
    BookButton.TIME: _time,
    BookButton.FOR: _book,
    BookButton.WAIT: _wait,
    BookButton.OTHERS: _others,
}

PURPOSES: Mapping[str, Purpose] = {"booking.for_whom": _named}
