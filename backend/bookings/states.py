"""The words of the bookings domain and the tables that say which booking may become which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class SessionKind(StrEnum):
    """A service takes one meeting and is waited for by day; a course has several meetings and one list."""

    SERVICE = "service"
    COURSE = "course"


class ProviderState(StrEnum):
    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


class DayState(StrEnum):
    PLANNED = "planned"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


class SessionState(StrEnum):
    OPEN = "open"
    CANCELLED = "cancelled"
    DONE = "done"


class BookingState(StrEnum):
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    """A freed seat is kept for this person until `offer_until`; it counts as taken."""
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class BookingAction(StrEnum):
    OFFER = "offer"
    ACCEPT = "accept"
    TAKE = "take"
    """Who waited found another time with a free seat."""
    LAPSE = "lapse"
    ASSURE = "assure"
    """Who stayed away before says that they are coming this time."""
    CANCEL = "cancel"
    CHECK_IN = "check_in"
    FINISH = "finish"
    MISS = "miss"
    EXCUSE = "excuse"
    """A no-show was a mistake or had a good reason."""


SEATED = (BookingState.OFFERED, BookingState.CONFIRMED, BookingState.CHECKED_IN)
"""Who holds a seat of a session that is still to be."""

AHEAD = (BookingState.WAITLISTED, BookingState.OFFERED, BookingState.CONFIRMED)
"""What can still be given up."""

LIVE = (BookingState.WAITLISTED, *SEATED)
"""What a person can have once only of one thing; the partial unique index stands on these."""

MOVES: Mapping[BookingAction, tuple[tuple[BookingState, ...], BookingState]] = {
    BookingAction.OFFER: ((BookingState.WAITLISTED,), BookingState.OFFERED),
    BookingAction.ACCEPT: ((BookingState.OFFERED,), BookingState.CONFIRMED),
    BookingAction.TAKE: ((BookingState.WAITLISTED,), BookingState.CONFIRMED),
    BookingAction.LAPSE: (AHEAD, BookingState.LAPSED),
    BookingAction.ASSURE: ((BookingState.CONFIRMED,), BookingState.CONFIRMED),
    BookingAction.CANCEL: (AHEAD, BookingState.CANCELLED),
    BookingAction.CHECK_IN: ((BookingState.CONFIRMED, BookingState.NO_SHOW), BookingState.CHECKED_IN),
    BookingAction.FINISH: ((BookingState.CHECKED_IN,), BookingState.DONE),
    BookingAction.MISS: ((BookingState.CONFIRMED,), BookingState.NO_SHOW),
    BookingAction.EXCUSE: ((BookingState.NO_SHOW,), BookingState.CANCELLED),
}
"""Action -> the states from which it is possible, and the state to which it leads."""


class BookedThrough(StrEnum):
    """How the wish to book reached us; kept apart from who it is for and who acted."""

    CHAT = "chat"
    WEB = "web"
    VOICE = "voice"
    SMS = "sms"
    PAPER = "paper"
    CLOCK = "clock"


class WishState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    """A course was offered for it."""
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"
