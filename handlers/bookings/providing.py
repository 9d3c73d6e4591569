"""/provide: apply, open times or a course, see who comes, tick them off; staff decide who may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backend.bookings import (
    TEACHING,
    apply_as_provider,
    attenders,
    cancel_session,
    check_in,
    check_in_by_code,
    days_ahead,
    decide_provider,
    offerings_of,
    one_session,
    open_day,
    providers_of,
    satisfaction_of_provider,
    sessions_of_provider,
)
from backend.bookings.providers import provider_by_id
from backend.bookings.states import BookingState, ProviderState, SessionKind
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.booking_facts import offering_name
from backend.notify.booking_presses import ProviderButton, ProviderPress, Verdict, VerdictPress
from backend.notify.both_dates import short_day_said, time_said, when_said
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.models import Account, OrgUnit
from backend.registry.queries import org_unit
from handlers.bookings.browsing import community_of
from handlers.bookings.plans import hours_in
from handlers.bookings.teaching import course_planned, teach, wishes
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, in_columns, keyboard
from handlers.common.links import CHECK_IN
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say, show

AFTERWARDS = timedelta(days=1)
"""So long a session stays in the provider's list after its end, for who was forgotten."""


def providing_router() -> Router:
    router = Router(name="bookings.providing")
    router.message.register(menu, IN_PRIVATE, Command("provide"))
    router.message.register(scanned, IN_PRIVATE, CommandStart(deep_link=True, magic=F.args.startswith(CHECK_IN)))
    router.callback_query.register(menu, Pressed(MenuPress, button=MenuButton.PROVIDE))
    router.callback_query.register(menu, Pressed(ProviderPress, button=ProviderButton.MENU))
    router.callback_query.register(trades, Pressed(ProviderPress, button=ProviderButton.APPLY, key=None))
    router.callback_query.register(wishes, Pressed(ProviderPress, button=ProviderButton.WISHES))
    router.callback_query.register(pressed, Pressed(ProviderPress))
    router.callback_query.register(decided, Pressed(VerdictPress))
    return router


def _press(words: Words, key: str, press: ProviderPress) -> tuple[str, ProviderPress]:
    return words.plain(f"provider.button.{key}"), press


async def menu(event: Event, uow: UnitOfWork, account: Account, words: Words) -> Reply:
    """What one offers, with its buttons; whoever offers nothing yet may apply."""
    rows: list[Row] = []
    for provider in await providers_of(uow, account.id, ProviderState.APPROVED):
        button = ProviderButton.WISHES if provider.trade == TEACHING else ProviderButton.DAYS
        rows.append([(provider.title[:40], ProviderPress(ProviderButton.SESSIONS, provider.id))])
        rows.append([_press(words, button.value, ProviderPress(button, provider.id))])
    waiting = await providers_of(uow, account.id, ProviderState.APPLIED)
    text = words("provider.menu" if rows else "provider.welcome")
    if waiting:
        text += "\n" + words(
            "provider.waiting", titles=words.plain("list.separator").join(one.title for one in waiting)
        )
    rows.append([_press(words, "apply", ProviderPress(ProviderButton.APPLY))])
    return show(event, text, keyboard(*rows))


async def trades(call: CallbackQuery, uow: UnitOfWork, account: Account, words: Words) -> Reply:
    """What can be offered: the services, or teaching."""
    community = await community_of(uow, account)
    offerings = await offerings_of(uow, community.id, kind=SessionKind.SERVICE)
    buttons = [(offering_name(words, one), ProviderPress(ProviderButton.APPLY, key=one.key)) for one in offerings]
    teach = [_press(words, "course", ProviderPress(ProviderButton.APPLY, key=TEACHING))]
    return show(call, words("provider.which_trade"), keyboard(*in_columns(buttons, 2), teach))


async def scanned(message: Message, command: CommandObject, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The provider's camera opened the code that somebody shows."""
    booking = await check_in_by_code(uow, actor=actor, code=(command.args or "").removeprefix(CHECK_IN))
    return say(message, words("provider.checked_in", number=booking.number))


async def pressed(
    call: CallbackQuery, press: ProviderPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    act = ACTS.get(press.button)
    if act is None:
        raise BadInput("error.old_button")
    return await act(Pressing(call, press, uow, actor, words, state))


async def _apply(on: Pressing[ProviderPress]) -> Reply:
    """The trade is chosen: what is it called, and what should neighbours know?"""
    keys = [TEACHING, *(one.key for one in await offerings_of(on.uow, (await _home(on)).id, kind=SessionKind.SERVICE))]
    if on.press.key not in keys:
        raise BadInput("error.old_button")
    return await ask(on.call, on.state, on.words, "provider.apply", keys.index(on.press.key))


async def _home(on: Pressing[ProviderPress]) -> OrgUnit:
    account = await on.uow.session.get_one(Account, on.actor.account_id)
    return await community_of(on.uow, account)


async def _days(on: Pressing[ProviderPress]) -> Reply:
    """On which of the next days to open times."""
    provider = await provider_by_id(on.uow, _number(on.press.target))
    days = await days_ahead(on.uow, await org_unit(on.uow, provider.community_id), most=6)
    buttons = [
        (short_day_said(on.words, day.day_on), ProviderPress(ProviderButton.HOURS, provider.id, day.id)) for day in days
    ]
    return show(on.call, on.words("provider.which_day"), keyboard(*in_columns(buttons, 2)))


async def _hours(on: Pressing[ProviderPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "provider.hours", _number(on.press.target), on.press.value)


async def _open_day(asked: Asked) -> Reply:
    hours = hours_in(asked.text)
    sessions = await open_day(
        asked.uow, actor=asked.actor, provider_id=asked.target, service_day_id=asked.value or 0, hours=hours
    )
    text = asked.words("provider.opened", when=when_said(asked.words, sessions[0].starts_at), count=len(sessions))
    row = [_press(asked.words, "sessions", ProviderPress(ProviderButton.SESSIONS, asked.target))]
    return say(asked.event, text, keyboard(row))


async def _sessions(on: Pressing[ProviderPress]) -> Reply:
    """The provider's times and courses with who comes, and how people liked it."""
    provider = await provider_by_id(on.uow, _number(on.press.target))
    sessions = await sessions_of_provider(on.uow, provider.id, since=on.uow.now - AFTERWARDS)
    rows: list[Row] = [
        [
            (
                on.words.plain(
                    "provider.label.session",
                    day=short_day_said(on.words, one.starts_at.astimezone(on.words.zone).date()),
                    time=time_said(on.words, one.starts_at),
                    taken=one.taken,
                    capacity=one.capacity,
                ),
                ProviderPress(ProviderButton.SESSION, one.id),
            )
        ]
        for one in sessions[:40]
    ]
    liked = await satisfaction_of_provider(on.uow, provider.id)
    share = on.words("provider.liked", share=round(liked.share * 100)) if liked.share is not None else ""
    rows.append([_press(on.words, "menu", ProviderPress(ProviderButton.MENU))])
    text = on.words("provider.sessions" if sessions else "provider.no_sessions", title=provider.title)
    return show(on.call, "\n".join(filter(None, [text, share])), keyboard(*rows))


async def _session(on: Pressing[ProviderPress]) -> Reply:
    return await _list(on, _number(on.press.target))


async def _list(on: Pressing[ProviderPress], session_id: int) -> Reply:
    """Who comes; a tap ticks somebody off."""
    one = await one_session(on.uow, session_id)
    people = await attenders(on.uow, actor=on.actor, session_id=session_id)
    rows: list[Row] = [
        [
            (
                f"{'✅' if person.came else '⬜'} {person.number} {person.name}",
                ProviderPress(ProviderButton.TICK, person.booking_id, session_id),
            )
        ]
        for person in people
    ]
    if one.session.starts_at > on.uow.now:
        rows.append([_press(on.words, "cancel", ProviderPress(ProviderButton.CANCEL, session_id))])
    rows.append([_press(on.words, "sessions", ProviderPress(ProviderButton.SESSIONS, one.session.provider_id))])
    key = "provider.people" if people else "provider.nobody"
    title = one.session.title or offering_name(on.words, one.offering)
    text = on.words(key, title=title, when=when_said(on.words, one.session.starts_at))
    return show(on.call, text, keyboard(*rows))


async def _tick(on: Pressing[ProviderPress]) -> Reply:
    booking = await check_in(on.uow, actor=on.actor, booking_id=_number(on.press.target))
    assert booking.state in (BookingState.CHECKED_IN, BookingState.DONE)
    return await _list(on, _number(booking.session_id))


async def _cancel(on: Pressing[ProviderPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "provider.cancel", _number(on.press.target))


async def _cancel_because(asked: Asked) -> Reply:
    session = await cancel_session(asked.uow, actor=asked.actor, session_id=asked.target, reason=asked.text)
    row = [_press(asked.words, "sessions", ProviderPress(ProviderButton.SESSIONS, session.provider_id))]
    return say(asked.event, asked.words("provider.cancelled"), keyboard(row))


async def _applied(asked: Asked) -> Reply:
    """First line the name, the rest what neighbours should know."""
    account = await asked.uow.session.get_one(Account, asked.actor.account_id)
    community = await community_of(asked.uow, account)
    services = await offerings_of(asked.uow, community.id, kind=SessionKind.SERVICE)
    trade = [TEACHING, *(one.key for one in services)][asked.target]
    title, _, about = asked.text.partition("\n")
    await apply_as_provider(
        asked.uow, actor=asked.actor, community=community, trade=trade, title=title, about=about.strip()
    )
    return say(asked.event, asked.words("provider.applied"))


async def decided(call: CallbackQuery, press: VerdictPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The office approves or refuses; the notice says which, for all who read it."""
    is_yes = press.verdict is Verdict.APPROVE
    provider = await decide_provider(uow, actor=actor, provider_id=press.provider_id, approve=is_yes)
    return show(call, words(f"provider.decided.{provider.state.value}", title=provider.title))


def _number(value: int | None) -> int:
    if value is None:
        raise BadInput("error.old_button")
    return value


ACTS: Mapping[ProviderButton, Act[ProviderPress]] = {
    ProviderButton.APPLY: _apply,
    ProviderButton.DAYS: _days,
    ProviderButton.HOURS: _hours,
    ProviderButton.SESSIONS: _sessions,
    ProviderButton.SESSION: _session,
    ProviderButton.TICK: _tick,
    ProviderButton.CANCEL: _cancel,
    ProviderButton.TEACH: teach,
}

PURPOSES: Mapping[str, Purpose] = {
    "provider.apply": _applied,
    "provider.hours": _open_day,
    "provider.cancel": _cancel_because,
    "provider.course": course_planned,
}
