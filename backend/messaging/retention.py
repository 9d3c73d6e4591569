"""What the outbox forgets: what was said long ago, and who sent with us once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.models import Broadcast, Card, DeliveryAttempt, Message, Sender
from backend.messaging.receipt_models import DeliveryReceipt, ReplyCode

KEPT = timedelta(days=90)
SLICE = 500


async def forget_old_messages(uow: UnitOfWork, *, kept: timedelta = KEPT, most: int = SLICE) -> int:
    """Delete finished messages and their attempts older than `kept`, at most so many; returns how many.

    A job calls it until it returns 0, each time in a transaction of its own. A deleted dedup key could be used again:
    `kept` must outlive every door's memory of what it has already said. Cards stay, because they still hang.
    """
    old = list(
        await uow.session.scalars(
            select(Message.id).where(Message.finished_at < uow.now - kept).order_by(Message.finished_at).limit(most)
        )
    )
    for table, key in ((DeliveryAttempt, DeliveryAttempt.message_id), (Message, Message.id)):
        await uow.session.execute(delete(table).where(key.in_(old)).execution_options(synchronize_session=False))
    await uow.session.execute(
        delete(Sender).where(Sender.seen_at < uow.now - timedelta(days=1)).execution_options(synchronize_session=False)
    )
    return len(old)


async def forget_closed_cards(uow: UnitOfWork, *, kept: timedelta = KEPT, most: int = SLICE) -> int:
    """Delete cards closed longer ago than `kept` whose messages are all forgotten, at most so many; returns how many.

    They hang in their chats as they are; a reply to one is no reply to a card any more.
    """
    has_messages = select(Message.id).where(Message.card_id == Card.id).exists()
    old = select(Card.id).where(Card.closed_at < uow.now - kept, ~has_messages).order_by(Card.closed_at).limit(most)
    ids = list(await uow.session.scalars(old))
    await uow.session.execute(delete(Card).where(Card.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


async def forget_old_broadcasts(uow: UnitOfWork, *, kept: timedelta = KEPT) -> None:
    """Delete finished broadcasts whose messages are all forgotten."""
    has_messages = select(Message.id).where(Message.broadcast_id == Broadcast.id).exists()
    await uow.session.execute(
        delete(Broadcast)
        .where(Broadcast.finished_at < uow.now - kept, ~has_messages)
        .execution_options(synchronize_session=False)
    )


async def forget_old_receipts(uow: UnitOfWork, *, kept: timedelta = KEPT) -> int:
    """Delete receipts that never fitted a message and codes that nobody can answer any more; returns how many.

    Those of messages go with their message.
    """
    before = uow.now - kept
    stray = (DeliveryReceipt.message_id.is_(None), DeliveryReceipt.received_at < before)
    gone = 0
    for table, which in ((DeliveryReceipt, stray), (ReplyCode, (ReplyCode.valid_until < before,))):
        result = await uow.session.execute(delete(table).where(*which).execution_options(synchronize_session=False))
        gone += int(result.rowcount)  # type: ignore[attr-defined]
    return gone
