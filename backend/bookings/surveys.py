"""How it was: asked once of those who came; others see it only in sums."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.bookings.errors import SurveyClosed
from backend.bookings.events import SurveyGiven
from backend.bookings.models import Booking, Session, SurveyAnswer
from backend.bookings.own import access_booking
from backend.bookings.states import BookingState
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork

HAPPY = 3
LONGEST_WORDS = 500
FEWEST_SHOWN = 5
"""Fewer answers would tell the provider who said what."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How many answered and how many of them were happy. `share` is None while there are too few to show."""

    answers: int
    happy: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1."""
        return self.happy / self.answers if self.answers >= FEWEST_SHOWN else None


async def answer_survey(uow: UnitOfWork, *, actor: Actor, booking_id: int, stars: int, words: str = "") -> bool:
    """Say how it was: 1 to 3. The first answer counts; False when there was one. Raises SurveyClosed."""
    booking = await access_booking(uow, actor, booking_id)
    if booking.state is not BookingState.DONE or not 1 <= stars <= HAPPY:
        raise SurveyClosed
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    row = {"booking_id": booking_id, "at": uow.now, "stars": stars, "words": words.strip()[:LONGEST_WORDS]}
    statement = insert(SurveyAnswer).values(row).on_conflict_do_nothing().returning(SurveyAnswer.booking_id)
    if await uow.session.scalar(statement) is None:
        return False
    uow.record(SurveyGiven(booking_id, stars))
    return True


async def add_survey_words(uow: UnitOfWork, *, actor: Actor, booking_id: int, words: str) -> None:
    """Add words to an answer given before. Raises SurveyClosed where none was given."""
    await access_booking(uow, actor, booking_id)
    answer = await uow.session.get(SurveyAnswer, booking_id)
    if answer is None:
        raise SurveyClosed
    answer.words = words.strip()[:LONGEST_WORDS]


async def satisfaction_of_provider(uow: UnitOfWork, provider_id: int) -> Satisfaction:
    """All answers about a provider's sessions, as sums."""
    happy = func.count().filter(SurveyAnswer.stars == HAPPY)
    row = (
        await uow.session.execute(
            select(func.count(), happy)
            .select_from(SurveyAnswer)
            .join(Booking, Booking.id == SurveyAnswer.booking_id)
            .join(Session, Session.id == Booking.session_id)
            .where(Session.provider_id == provider_id)
        )
    ).one()
    return Satisfaction(row[0], row[1])
