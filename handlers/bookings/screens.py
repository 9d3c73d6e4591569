"""What the conversations about bookings show: days, services, times, one booking, one course."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from backend.bookings import Listed, MyBooking, OnDay
from backend.bookings.models import Booking, Meeting, Offering, ServiceDay
from backend.bookings.states import BookingState
from backend.notify.booking_facts import offering_name
from backend.notify.booking_presses import BookButton, BookPress
from backend.notify.both_dates import day_said, short_day_said, time_said, when_said
from backend.notify.words import Words
from handlers.common.keyboards import Row, in_columns, keyboard

MOST_MEETINGS_SHOWN = 12
_HAS_SEAT = (BookingState.CONFIRMED, BookingState.CHECKED_IN)
_ELSEWHERE = {"mine": BookButton.MINE, "courses": BookButton.COURSES, "days": BookButton.DAYS}


def press(words: Words, key: str, to: BookPress) -> tuple[str, BookPress]:
    return words.plain(f"booking.button.{key}"), to


def _elsewhere(words: Words, *keys: str) -> Row:
    return [press(words, key, BookPress(_ELSEWHERE[key])) for key in keys]


def days_screen(words: Words, days: Sequence[ServiceDay]) -> tuple[str, InlineKeyboardMarkup]:
    """The next days with something to book."""
    rows: list[Row] = [[(short_day_said(words, day.day_on), BookPress(BookButton.DAY, day.id))] for day in days]
    rows.append(
        [press(words, "mine", BookPress(BookButton.MINE)), press(words, "courses", BookPress(BookButton.COURSES))]
    )
    return words("booking.which_day" if days else "booking.no_days"), keyboard(*rows)


def services_screen(words: Words, day: ServiceDay, services: Sequence[OnDay]) -> tuple[str, InlineKeyboardMarkup]:
    """The services of a day with their free seats."""
    rows: list[Row] = [
        [(_service_label(words, one), BookPress(BookButton.SERVICE, day.id, one.offering.id))] for one in services
    ]
    rows.append([press(words, "back", BookPress(BookButton.DAYS))])
    key = "booking.which_service" if services else "booking.no_services"
    return words(key, day=day_said(words, day.day_on)), keyboard(*rows)


def not_on_screen(words: Words, offering: Offering) -> tuple[str, InlineKeyboardMarkup]:
    """On none of the days that can be booked now; other services may be."""
    back = press(words, "days", BookPress(BookButton.DAYS))
    return words("booking.not_on", what=offering_name(words, offering)), keyboard([back])


def _service_label(words: Words, one: OnDay) -> str:
    name = offering_name(words, one.offering)
    if one.free:
        return words.plain("booking.label.free", name=name, free=one.free)
    return words.plain("booking.label.full", name=name, waiting=one.waiting)


def times_screen(
    words: Words, times: Sequence[Listed], *, who: str | None, for_name: str = ""
) -> tuple[str, InlineKeyboardMarkup]:
    """The times of one service on one day; when all are full, the waiting list."""
    first = times[0]
    free = [one for one in times if one.free > 0]
    buttons = [
        (
            words.plain("booking.label.time", time=time_said(words, one.session.starts_at), free=one.free),
            BookPress(BookButton.TIME, one.session.id, None, who),
        )
        for one in free
    ]
    rows = list(in_columns(buttons, 3))
    if not free:
        rows.append([press(words, "wait", BookPress(BookButton.WAIT, first.session.id, None, who))])
    if who is None:
        rows.append([press(words, "others", BookPress(BookButton.OTHERS, first.session.id))])
    rows.append([press(words, "back", BookPress(BookButton.DAY, first.session.service_day_id))])
    day = first.session.starts_at.astimezone(words.zone).date()
    text = words(
        "booking.which_time" if free else "booking.all_full",
        what=offering_name(words, first.offering),
        day=day_said(words, day),
        provider=first.provider,
        place=first.session.place or words.plain("booking.place_unknown"),
        points=price_said(words, first.session.points),
    )
    if for_name:
        text = words("booking.for_other", name=for_name) + "\n" + text
    return text, keyboard(*rows)


def price_said(words: Words, points: int) -> str:
    return words.plain("booking.price", points=points) if points else words.plain("booking.free")


def courses_screen(words: Words, courses: Sequence[Listed]) -> tuple[str, InlineKeyboardMarkup]:
    rows: list[Row] = [[(_course_label(words, one), BookPress(BookButton.TIME, one.session.id))] for one in courses]
    rows.append(_elsewhere(words, "days", "mine"))
    return words("booking.which_course" if courses else "booking.no_courses"), keyboard(*rows)


def _course_label(words: Words, one: Listed) -> str:
    return words.plain("booking.label.course", title=one.session.title, free=one.free)[:60]


def course_screen(
    words: Words, one: Listed, meetings: Sequence[Meeting], learners: Sequence[tuple[str, str]]
) -> tuple[str, InlineKeyboardMarkup]:
    """A course: what, who, when, where; one button for each who may learn. `learners`: (key of press, name)."""
    button = BookButton.FOR if one.free > 0 else BookButton.WAIT
    key = "sign_up" if one.free > 0 else "wait_for"
    rows: list[Row] = [
        [(words.plain(f"booking.label.{key}", name=name), BookPress(button, one.session.id, None, who))]
        for who, name in learners
    ]
    rows.append([press(words, "back", BookPress(BookButton.COURSES))])
    text = words(
        "booking.course",
        title=one.session.title,
        provider=one.provider,
        about=one.session.about or "—",
        place=one.session.place or words.plain("booking.place_unknown"),
        free=max(one.free, 0),
        points=price_said(words, one.session.points),
        meetings="\n".join(meeting_lines(words, meetings)),
    )
    return text, keyboard(*rows)


def meeting_lines(words: Words, meetings: Sequence[Meeting]) -> list[str]:
    lines = [when_said(words, meeting.starts_at) for meeting in meetings[:MOST_MEETINGS_SHOWN]]
    return [*lines, "…"] if len(meetings) > MOST_MEETINGS_SHOWN else lines


def mine_screen(words: Words, mine: Sequence[MyBooking]) -> tuple[str, InlineKeyboardMarkup]:
    """One's bookings, each a button."""
    rows: list[Row] = [[(_mine_label(words, one), BookPress(BookButton.SHOW, one.booking.id))] for one in mine]
    if mine:
        rows.append(
            [press(words, "calendar", BookPress(BookButton.FILE)), press(words, "feed", BookPress(BookButton.FEED))]
        )
    rows.append(
        [press(words, "days", BookPress(BookButton.DAYS)), press(words, "courses", BookPress(BookButton.COURSES))]
    )
    return words("booking.mine" if mine else "booking.none"), keyboard(*rows)


def _mine_label(words: Words, one: MyBooking) -> str:
    what = (one.session.title if one.session else "") or offering_name(words, one.offering)
    state = words.plain(f"booking.state.{one.booking.state.value}")
    when = short_day_said(words, one.session.starts_at.astimezone(words.zone).date()) if one.session else ""
    whom = words.plain("booking.label.whom", name=one.for_name) if one.for_name else ""
    return " ".join(part for part in (f"{what}{whom}", when, state) if part)[:60]


def booking_screen(words: Words, one: MyBooking) -> tuple[str, InlineKeyboardMarkup]:
    """One booking with what can be done about it now."""
    booking = one.booking
    text = words(
        "booking.one",
        number=booking.number,
        what=(one.session.title if one.session else "") or offering_name(words, one.offering),
        whom=one.for_name or words.plain("booking.myself"),
        when=when_said(words, one.session.starts_at) if one.session else words.plain("booking.when_waiting"),
        place=(one.session.place if one.session else "") or words.plain("booking.place_unknown"),
        state=words.plain(f"booking.state.{booking.state.value}"),
    )
    if (
        one.session is not None
        and one.session.link
        and booking.state in (BookingState.CONFIRMED, BookingState.CHECKED_IN)
    ):
        text = "\n".join([text, words("booking.link", link=one.session.link)])
    return text, keyboard(*_acts(words, booking, one))


def _acts(words: Words, booking: Booking, one: MyBooking) -> list[Row]:
    if booking.state is BookingState.OFFERED:
        return [
            [
                press(words, "accept", BookPress(BookButton.ACCEPT, booking.id)),
                press(words, "decline", BookPress(BookButton.DECLINE, booking.id)),
            ]
        ]
    rows: list[Row] = []
    if booking.state is BookingState.CONFIRMED:
        rows.append(
            [
                press(words, "code", BookPress(BookButton.CODE, booking.id)),
                press(words, "file", BookPress(BookButton.FILE, booking.id)),
            ]
        )
        if one.session is not None and one.session.service_day_id is not None:
            rows.append([press(words, "change", BookPress(BookButton.CHANGE, booking.id))])
    if booking.state in (BookingState.CONFIRMED, BookingState.WAITLISTED):
        rows.append([press(words, "cancel", BookPress(BookButton.CANCEL, booking.id))])
    rows.append([press(words, "mine", BookPress(BookButton.MINE))])
    return rows
