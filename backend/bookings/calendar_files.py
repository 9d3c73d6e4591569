"""Bookings as iCalendar (RFC 5545), without anybody's name: one stable UID each, a sequence, cancelled ones too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event

from backend.bookings.own import MyBooking
from backend.bookings.states import LIVE, BookingState

PRODUCT = "-//Youlin//bookings//ZH"
STATUSES = {
    BookingState.OFFERED: "TENTATIVE",
    BookingState.CANCELLED: "CANCELLED",
    BookingState.LAPSED: "CANCELLED",
}
"""What is none of these stands, also when it is over."""


def calendar_of(mine: Iterable[MyBooking], *, now: datetime, language: str, is_feed: bool = True) -> bytes:
    """The file or feed of one person's bookings: every meeting is an event of its own, in UTC.

    RFC 5545 cannot say "every tenth lunar day", so nothing recurs. A single file (`is_feed` false) of a booking that
    was given up has METHOD:CANCEL, at which calendars remove it.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    listed = list(mine)
    is_cancelled = not is_feed and all(one.booking.state not in LIVE for one in listed)
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    for one in listed:
        for number, (starts_at, ends_at) in enumerate(_spans(one), start=1):
            calendar.add_component(_event(one, number, starts_at, ends_at, now, language))
    written: bytes = calendar.to_ical()
    return written


def _spans(one: MyBooking) -> list[tuple[datetime, datetime]]:
    if one.session is None:
        return []
    if one.session.service_day_id is not None or not one.meetings:
        return [(one.session.starts_at, one.session.ends_at)]
    return [(meeting.starts_at, meeting.ends_at) for meeting in one.meetings]


def _event(one: MyBooking, number: int, starts_at: datetime, ends_at: datetime, now: datetime, language: str) -> Event:
    assert one.session is not None
    offering = one.offering
    event = Event()
    event.add("uid", uid_of(one.booking.id, number))
    event.add("sequence", one.booking.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("summary", one.session.title or (offering.english if language == "en" else offering.chinese))
    if one.session.place:
        event.add("location", one.session.place)
    event.add("status", STATUSES.get(one.booking.state, "CONFIRMED"))
    return event


def uid_of(booking_id: int, number: int) -> str:
    """The same for the same meeting of the same booking, for ever; tells nothing about either."""
    digest = hashlib.sha256(f"booking:{booking_id}:{number}".encode()).hexdigest()
    return f"{digest[:32]}@youlin"
