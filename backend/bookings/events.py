"""Facts of the bookings domain; `backend.notify` says who hears them, `backend.reactions` what they move elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from backend.bookings.states import BookingAction, BookingState
from backend.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ProviderApplied(Event):
    provider_id: int


@dataclass(frozen=True, slots=True)
class ProviderDecided(Event):
    provider_id: int


@dataclass(frozen=True, slots=True)
class ProviderEnded(Event):
    """They serve no longer; `sessions` of theirs were called off by it, and who had booked hears of each."""

    provider_id: int
    reason: str
    sessions: int


@dataclass(frozen=True, slots=True)
class ServiceDayOpened(Event):
    """From now on the services of this day are offered to residents."""

    service_day_id: int


@dataclass(frozen=True, slots=True)
class SessionOpened(Event):
    session_id: int


@dataclass(frozen=True, slots=True)
class SessionCancelled(Event):
    """All who had a seat or waited lose it with BookingMoved of their own; `reason` is for their eyes."""

    session_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class BookingMoved(Event):
    """A booking was made (`from_state` None) or changed its state."""

    booking_id: int
    action: BookingAction | None
    from_state: BookingState | None
    to_state: BookingState
    actor_account_id: int | None
    by_provider: bool = False
    """The provider cancelled the session, not the person the booking."""
    reason: str = ""
    """Why, in the words of who called it off."""


@dataclass(frozen=True, slots=True)
class OfferNotMade(Event):
    """A seat came free too late to be offered to those who wait; it went back to the pool."""

    session_id: int


@dataclass(frozen=True, slots=True)
class BookingDue(Event):
    """The reminder's time has come, and the booking still stands."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class SurveyDue(Event):
    booking_id: int


@dataclass(frozen=True, slots=True)
class SurveyGiven(Event):
    booking_id: int
    stars: int


@dataclass(frozen=True, slots=True)
class SessionTaught(Event):
    """A session was held: `came` people were there. The provider may earn points for it."""

    session_id: int
    came: int


@dataclass(frozen=True, slots=True)
class WishMade(Event):
    wish_id: int


@dataclass(frozen=True, slots=True)
class WishAnswered(Event):
    """A course is offered for the wish."""

    wish_id: int
    session_id: int
