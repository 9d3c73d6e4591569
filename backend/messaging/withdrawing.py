"""Taking messages back as a family: when a human has an alarm, no further call or message about it starts."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select, update

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.models import OPEN_STATES, DeliveryAttempt, Message, MessageState

REASON = "withdrawn"


async def withdraw(uow: UnitOfWork, *, family: str) -> list[str]:
    """Take back what has not left of a family of messages; returns the dedup keys of what never will.

    What a delivery loop has claimed but not begun is stopped by its own look at the book of attempts. A call that
    has begun goes on, but is not tried again if it fails. Twice is safe.
    """
    held = await uow.session.execute(
        select(Message.id)
        .where(Message.family == family, Message.state.in_(OPEN_STATES))
        .order_by(Message.id)
        .with_for_update()
    )
    ids = [row.id for row in held]
    if not ids:
        return []
    # A second statement: only now is it certain which calls have begun.
    has_begun = exists().where(DeliveryAttempt.message_id == Message.id, DeliveryAttempt.outcome.is_(None))
    not_left = or_(Message.state == MessageState.PENDING, and_(Message.state == MessageState.SENDING, ~has_begun))
    taken = await uow.session.execute(
        update(Message)
        .where(Message.id.in_(ids), not_left)
        .values(
            state=MessageState.SUPERSEDED,
            finished_at=uow.now,
            last_error=REASON,
            leased_by=None,
            lease_until=None,
        )
        .returning(Message.dedup_key)
        .execution_options(synchronize_session=False)
    )
    keys = [row.dedup_key for row in taken]
    await uow.session.execute(
        update(Message)
        .where(Message.id.in_(ids), Message.state == MessageState.SENDING)
        .values(withdrawn_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    return keys
