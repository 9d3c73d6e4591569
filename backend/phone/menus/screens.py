"""What somebody with a telephone hears or reads at one step, and what they can choose there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from backend.bookings import MyBooking
from backend.bookings.models import Offering, ServiceDay
from backend.kernel.texts import Language
from backend.notify.both_dates import day_said, time_said, when_said
from backend.notify.words import Words
from backend.phone.menus.picks import Pick

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, in words without key or number."""

    what: str
    pick: Pick


@dataclass(frozen=True, slots=True)
class Screen:
    """One step. Without anything to choose the talk goes on at `back`, or ends there."""

    said: tuple[str, ...]
    options: tuple[Option, ...] = ()
    more: Option | None = None
    back: Pick | None = None


def part(listed: list[T], start: int, size: int) -> list[T]:
    """One page of a list."""
    return listed[start : start + size]


def offering_said(words: Words, offering: Offering) -> str:
    """Without the picture that stands before it in chat: a voice would read it aloud."""
    return offering.english if words.language == Language.ENGLISH else offering.chinese


def day_of(words: Words, day: ServiceDay) -> str:
    """The day in both calendars."""
    return day_said(words, day.day_on)


def booking_facts(words: Words, one: MyBooking) -> dict[str, object]:
    """What the words about one's own booking are filled with."""
    session, until = one.session, one.booking.offer_until or one.booking.confirm_by
    what = (session.title if session else "") or offering_said(words, one.offering)
    return {
        "number": one.booking.number,
        "what": words.plain("booking.what_for", what=what, name=one.for_name) if one.for_name else what,
        "when": when_said(words, session.starts_at) if session else words.plain("booking.when_waiting"),
        "where": (session.place if session else "") or words.plain("booking.place_unknown"),
        "until": time_said(words, until) if until else "",
    }
