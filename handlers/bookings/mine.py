"""/my_bookings: what one has booked, with all that can be done about it; offers, codes, calendars, how it was."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendDocument, SendPhoto
from aiogram.types import BufferedInputFile, CallbackQuery

from backend.bookings import (
    MyBooking,
    accept_offer,
    add_survey_words,
    answer_survey,
    assure,
    calendar_of,
    cancel_booking,
    change_session,
    feed_token,
    my_bookings,
    one_booking,
    renew_code,
    renew_feed,
    times_of,
)
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.booking_presses import BookButton, BookPress
from backend.notify.both_dates import time_said
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from handlers.bookings import screens
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.links import CHECK_IN, Links
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.qr import qr_picture
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, chat_of, say, show


def my_bookings_router() -> Router:
    router = Router(name="bookings.mine")
    router.message.register(mine, IN_PRIVATE, Command("my_bookings"))
    router.callback_query.register(mine, Pressed(MenuPress, button=MenuButton.MY_BOOKINGS))
    router.callback_query.register(mine, Pressed(BookPress, button=BookButton.MINE))
    router.callback_query.register(code, Pressed(BookPress, button=BookButton.CODE))
    router.callback_query.register(feed, Pressed(BookPress, button=BookButton.FEED))
    router.callback_query.register(new_feed, Pressed(BookPress, button=BookButton.NEW_FEED))
    router.callback_query.register(pressed, Pressed(BookPress))
    return router


async def mine(event: Event, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    text, markup = screens.mine_screen(words, await my_bookings(uow, actor=actor))
    return show(event, text, markup)


async def pressed(
    call: CallbackQuery, press: BookPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    act = ACTS.get(press.button)
    if act is None:
        raise BadInput("error.old_button")
    return await act(Pressing(call, press, uow, actor, words, state))


async def code(
    call: CallbackQuery, press: BookPress, uow: UnitOfWork, actor: Actor, words: Words, links: Links
) -> Reply:
    """The picture to show on the day; an earlier one is worth nothing from now on."""
    text = await renew_code(uow, actor=actor, booking_id=_id(press))
    picture = qr_picture(links.deep(CHECK_IN + text), "booking")
    return SendPhoto(chat_id=chat_of(call), photo=picture, caption=words("booking.code"))


async def feed(call: CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words, links: Links) -> Reply:
    """The address that a calendar follows by itself."""
    return _feed(call, words, links, await feed_token(uow, actor=actor))


async def new_feed(call: CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words, links: Links) -> Reply:
    """Another address; the one before shows nothing from now on."""
    return _feed(call, words, links, await renew_feed(uow, actor=actor))


def _feed(call: CallbackQuery, words: Words, links: Links, token: str) -> Reply:
    renew = [screens.press(words, "new_feed", BookPress(BookButton.NEW_FEED))]
    back = [screens.press(words, "mine", BookPress(BookButton.MINE))]
    return show(call, words("booking.feed", link=links.page(f"calendar/{token}.ics")), keyboard(renew, back))


async def _show(on: Pressing[BookPress]) -> Reply:
    return await _one(on, _id(on.press))


async def _one(on: Pressing[BookPress], booking_id: int) -> Reply:
    text, markup = screens.booking_screen(on.words, await one_booking(on.uow, actor=on.actor, booking_id=booking_id))
    return show(on.call, text, markup)


async def _accept(on: Pressing[BookPress]) -> Reply:
    await accept_offer(on.uow, actor=on.actor, booking_id=_id(on.press))
    return [on.answer("booking.accepted"), await _show(on)]


async def _cancel(on: Pressing[BookPress]) -> Reply:
    """Asked once more: a slip of the thumb should not cost the seat."""
    rows = [
        [screens.press(on.words, "sure", BookPress(BookButton.SURE, _id(on.press)))],
        [screens.press(on.words, "keep", BookPress(BookButton.SHOW, _id(on.press)))],
    ]
    return show(on.call, on.words("booking.cancel_sure"), keyboard(*rows))


async def _cancel_now(on: Pressing[BookPress]) -> Reply:
    cancelled = await cancel_booking(on.uow, actor=on.actor, booking_id=_id(on.press))
    key = "booking.cancelled_late" if cancelled.is_late else "booking.cancelled"
    rows = [[screens.press(on.words, "days", BookPress(BookButton.DAYS))]]
    return show(on.call, on.words(key, number=cancelled.number), keyboard(*rows))


async def _change(on: Pressing[BookPress]) -> Reply:
    """The other free times of the same service on the same day."""
    one = await one_booking(on.uow, actor=on.actor, booking_id=_id(on.press))
    if one.session is None or one.session.service_day_id is None:
        raise BadInput("error.old_button")
    times = await times_of(on.uow, service_day_id=one.session.service_day_id, offering_id=one.offering.id)
    buttons = [
        (
            time_said(on.words, time.session.starts_at),
            BookPress(BookButton.CHANGE_TO, one.booking.id, time.session.id),
        )
        for time in times
        if time.free > 0 and time.session.id != one.session.id
    ]
    back = [screens.press(on.words, "keep", BookPress(BookButton.SHOW, one.booking.id))]
    key = "booking.change_to" if buttons else "booking.no_other_time"
    return show(on.call, on.words(key), keyboard(*in_columns(buttons, 3), back))


async def _change_to(on: Pressing[BookPress]) -> Reply:
    if on.press.value is None:
        raise BadInput("error.old_button")
    await change_session(on.uow, actor=on.actor, booking_id=_id(on.press), session_id=on.press.value)
    return [on.answer("booking.changed"), await _show(on)]


async def _file(on: Pressing[BookPress]) -> Reply:
    """The calendar file of one booking, or of all."""
    chosen: list[MyBooking] = (
        await my_bookings(on.uow, actor=on.actor)
        if on.press.target is None
        else [await one_booking(on.uow, actor=on.actor, booking_id=on.press.target)]
    )
    text = calendar_of(chosen, now=on.uow.now, language=on.words.language, is_feed=on.press.target is None)
    document = BufferedInputFile(text, filename="youlin.ics")
    return SendDocument(chat_id=chat_of(on.call), document=document, caption=on.words("booking.file"))


async def _assure(on: Pressing[BookPress]) -> Reply:
    await assure(on.uow, actor=on.actor, booking_id=_id(on.press))
    return show(on.call, on.words("booking.assured"))


async def _rate(on: Pressing[BookPress]) -> Reply:
    """One tap; then words may follow."""
    is_first = await answer_survey(on.uow, actor=on.actor, booking_id=_id(on.press), stars=on.press.value or 0)
    row = [screens.press(on.words, "words", BookPress(BookButton.WORDS, _id(on.press)))]
    return show(on.call, on.words("booking.rated" if is_first else "booking.rated_before"), keyboard(row))


async def _ask_words(on: Pressing[BookPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "booking.survey", _id(on.press))


async def _survey_words(asked: Asked) -> Reply:
    await add_survey_words(asked.uow, actor=asked.actor, booking_id=asked.target, words=asked.text)
    return say(asked.event, asked.words("booking.words_kept"))


def _id(press: BookPress) -> int:
    if press.target is None:
        raise BadInput("error.old_button")
    return press.target


ACTS: Mapping[BookButton, Act[BookPress]] = {
    BookButton.SHOW: _show,
    BookButton.ACCEPT: _accept,
    BookButton.DECLINE: _cancel_now,
    BookButton.CANCEL: _cancel,
    BookButton.SURE: _cancel_now,
    BookButton.CHANGE: _change,
    BookButton.CHANGE_TO: _change_to,
    BookButton.FILE: _file,
    BookButton.ASSURE: _assure,
    BookButton.RATE: _rate,
    BookButton.WORDS: _ask_words,
}

PURPOSES: Mapping[str, Purpose] = {"booking.survey": _survey_words}
