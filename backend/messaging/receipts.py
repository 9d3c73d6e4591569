"""The inbox of receipts: each is kept once, joined to its message by id or by the provider's, and adds to its state."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName
from backend.messaging.events import ReceiptNoted
from backend.messaging.models import Message
from backend.messaging.receipt_models import DeliveryReceipt, MessageStanding, ReceiptStatus
from backend.messaging.rows import insert_new
from backend.messaging.standings import further

LARGEST_ID = 2**62


async def note_receipt(
    uow: UnitOfWork,
    *,
    provider: str,
    provider_id: str,
    status: ReceiptStatus,
    message_id: int | None = None,
    sequence: int | None = None,
) -> bool:
    """Keep what a provider says of one of its messages; True when that moved the message on.

    `message_id` is what we wrote into the callback's address. Without one, or where the message is not known, the
    receipt waits until `match_receipts` finds it. The same one again changes nothing.
    """
    message = await _message(uow, message_id)
    row = {
        "provider": provider,
        "provider_id": provider_id[:64],
        "status": status,
        "sequence": sequence,
        "message_id": message.id if message else None,
        "received_at": uow.now,
    }
    await insert_new(uow, DeliveryReceipt, [row])
    if message is None:
        return False
    return await _move_on(uow, message, provider, provider_id[:64], status)


async def match_receipts(uow: UnitOfWork, *, provider_id: str, message_id: int) -> None:
    """The provider's id of a message is known now: what came before it is added."""
    waiting = list(
        await uow.session.scalars(
            select(DeliveryReceipt).where(
                DeliveryReceipt.provider_id == provider_id, DeliveryReceipt.message_id.is_(None)
            )
        )
    )
    message = await _message(uow, message_id) if waiting else None
    for receipt in waiting if message else ():
        assert message is not None
        receipt.message_id = message.id
        await _move_on(uow, message, receipt.provider, provider_id, receipt.status)


async def standing_of(uow: UnitOfWork, message_id: int) -> MessageStanding | None:
    """How far a message has come; None before the first receipt."""
    return await uow.session.get(MessageStanding, message_id)


async def _message(uow: UnitOfWork, message_id: int | None) -> Message | None:
    if message_id is None or not 0 < message_id < LARGEST_ID:
        return None
    return await uow.session.scalar(select(Message).where(Message.id == message_id))


async def _move_on(uow: UnitOfWork, message: Message, provider: str, provider_id: str, status: ReceiptStatus) -> bool:
    now = {"status": status, "provider": provider, "provider_id": provider_id, "at": uow.now}
    if not await _is_first(uow, {"message_id": message.id} | now):
        standing = await uow.session.get_one(MessageStanding, message.id, with_for_update=True, populate_existing=True)
        if further(standing.status, status) is standing.status:
            return False
        for name, value in now.items():
            setattr(standing, name, value)
    uow.record(ReceiptNoted(message.id, ChannelName(message.channel), status, message.dedup_key))
    return True


async def _is_first(uow: UnitOfWork, row: dict[str, Any]) -> bool:
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    result = await uow.session.execute(insert(MessageStanding).values(row).on_conflict_do_nothing())
    return bool(result.rowcount)  # type: ignore[attr-defined]
