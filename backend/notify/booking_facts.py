"""What notices of bookings say: what, when, where, for whom, in the reader's language."""

from __future__ import annotations

from datetime import timedelta

from backend.bookings.models import Booking, Child, Offering, ServiceDay, Session
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.both_dates import day_said, when_said
from backend.notify.words import Words
from backend.registry.models import Account, Person


class BookingFacts:
    """What the words about a booking are filled with."""

    def __init__(
        self, booking: Booking, offering: Offering, session: Session | None, day: ServiceDay | None, for_name: str
    ) -> None:
        self.booking, self.offering, self.session, self.day, self.for_name = booking, offering, session, day, for_name

    def spoken(self, words: Words) -> dict[str, object]:
        """Without the picture that stands before the name in chat."""
        name = self.offering.english if words.language == Language.ENGLISH else self.offering.chinese
        return {**self.said(words), "what": (self.session.title if self.session else "") or name}

    def said(self, words: Words) -> dict[str, object]:
        until = self.booking.offer_until or self.booking.confirm_by
        return {
            "number": self.booking.number,
            "what": self._what(words),
            "when": self._when(words),
            "place": (self.session.place if self.session else "") or words.plain("booking.place_unknown"),
            "until": when_said(words, until) if until else "",
        }

    def _what(self, words: Words) -> str:
        what = (self.session.title if self.session else "") or offering_name(words, self.offering)
        return words.plain("booking.what_for", what=what, name=self.for_name) if self.for_name else what

    def _when(self, words: Words) -> str:
        if self.session is not None:
            return when_said(words, self.session.starts_at)
        return day_said(words, self.day.day_on) if self.day is not None else ""

    def kept(self, uow: UnitOfWork) -> timedelta:
        """A notice is worth nothing once the thing has begun."""
        if self.session is None:
            return timedelta(days=1)
        return max(self.session.starts_at - uow.now, timedelta(minutes=10))


async def booking_facts(uow: UnitOfWork, booking: Booking) -> BookingFacts:
    offering = await uow.session.get_one(Offering, booking.offering_id)
    session = await uow.session.get(Session, booking.session_id) if booking.session_id is not None else None
    day, for_name = await _day_waited_for(uow, booking), await _for_name(uow, booking)
    return BookingFacts(booking, offering, session, day, for_name)


async def _for_name(uow: UnitOfWork, booking: Booking) -> str:
    """For whom it is, where somebody else hears of it too: a worker looks after many elders."""
    if booking.child_id is not None:
        return (await uow.session.get_one(Child, booking.child_id)).initial
    if booking.person_id is None:
        return ""
    hearer = await uow.session.get(Account, booking.account_id) if booking.account_id is not None else None
    is_own = hearer is None or hearer.person_id == booking.person_id
    if is_own and booking.booked_by_id in (None, booking.account_id):
        return ""
    return (await uow.session.get_one(Person, booking.person_id)).name


async def _day_waited_for(uow: UnitOfWork, booking: Booking) -> ServiceDay | None:
    kind, _, rest = booking.claim_key.partition(":")
    return await uow.session.get(ServiceDay, int(rest.partition(":")[0])) if kind == "day" else None


def offering_name(words: Words, offering: Offering) -> str:
    """The name of an offering in the reader's language, with its sign."""
    name = offering.english if words.language == Language.ENGLISH else offering.chinese
    return f"{offering.emoji} {name}".strip()
