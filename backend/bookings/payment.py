"""What points need to know of a booking: who pays, until when, and who served."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.bookings.attendance import LATE
from backend.bookings.errors import PointsNeedRegistry
from backend.bookings.models import Booking, Provider, Session
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account

SETTLED_WITHIN = timedelta(days=1)


async def payer_of(uow: UnitOfWork, booking: Booking) -> int:
    """The person whose points pay: the beneficiary, or the guardian. Raises PointsNeedRegistry."""
    person_id = booking.person_id
    if person_id is None and booking.account_id is not None:
        person_id = (await uow.session.get_one(Account, booking.account_id)).person_id
    if person_id is None:
        raise PointsNeedRegistry
    return person_id


async def paid_until(uow: UnitOfWork, booking: Booking) -> datetime:
    """As long as the provider's list can still be put right, and a day more."""
    assert booking.session_id is not None, "a booking that costs points has a session"
    session = await uow.session.get_one(Session, booking.session_id)
    return session.ends_at + LATE + SETTLED_WITHIN


async def provider_of_session(uow: UnitOfWork, session_id: int) -> tuple[int | None, int]:
    """The person who served, if the registry knows them, and the community."""
    session = await uow.session.get_one(Session, session_id)
    provider = await uow.session.get_one(Provider, session.provider_id)
    account = await uow.session.get_one(Account, provider.account_id)
    return account.person_id, session.community_id
