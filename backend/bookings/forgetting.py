"""Somebody wants to be forgotten: their children's records go, their wishes and coming bookings end."""

from __future__ import annotations

from sqlalchemy import select, update

from backend.bookings.changes import cancel_booking
from backend.bookings.children import wipe_child
from backend.bookings.feeds import end_feed
from backend.bookings.models import Booking, Child, SurveyAnswer, Wish
from backend.bookings.states import AHEAD, WishState
from backend.bookings.wishes import OPEN
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork


async def forget_account(uow: UnitOfWork, *, account_id: int) -> None:
    """End what is still to come, wipe what was kept about children, and what was written. Twice is safe.

    That a seat was taken stays, as a number; who sat there does not.
    """
    coming = await uow.session.scalars(
        select(Booking.id).where(Booking.account_id == account_id, Booking.state.in_(AHEAD)).order_by(Booking.id)
    )
    for booking_id in coming.all():
        await cancel_booking(uow, actor=CLOCK_ACTOR, booking_id=booking_id)
    await end_feed(uow, account_id=account_id)
    children = await uow.session.scalars(select(Child).where(Child.guardian_id == account_id))
    for child in children.all():
        await wipe_child(uow, child)
    await uow.session.execute(
        update(Wish)
        .where(Wish.account_id == account_id, Wish.state.in_(OPEN))
        .values(state=WishState.WITHDRAWN, words="")
    )
    mine = select(Booking.id).where(Booking.account_id == account_id)
    await uow.session.execute(update(SurveyAnswer).where(SurveyAnswer.booking_id.in_(mine)).values(words=""))
