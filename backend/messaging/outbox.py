"""The way out: what anybody writes here in a transaction is delivered after its commit, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, Content, Lane, Recipient
from backend.messaging.models import OPEN_STATES, BlockedContact, Card, Message, MessageState
from backend.messaging.rows import insert_new, message_row, ring
from backend.messaging.written import write_content


async def enqueue(
    uow: UnitOfWork,
    *,
    to: Recipient,
    content: Content,
    lane: Lane,
    dedup_key: str,
    expires_at: datetime | None = None,
    due_at: datetime | None = None,
    coalesce_key: str | None = None,
) -> None:
    """Have `content` delivered to `to`, not before `due_at` and not after `expires_at`.

    The same `dedup_key` a second time changes nothing, also when two transactions race. A message with a
    `coalesce_key` takes the place of those with the same key that have not left yet; what begins
    with the same two parts (`alert:12:...`) is one family and can be withdrawn together.
    """
    message = Outgoing(
        to=to,
        content=content,
        lane=lane,
        dedup_key=dedup_key,
        expires_at=expires_at,
        due_at=due_at,
        coalesce_key=coalesce_key,
    )
    await enqueue_all(uow, [message])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message as `enqueue` takes it."""

    to: Recipient
    content: Content
    lane: Lane
    dedup_key: str
    expires_at: datetime | None = None
    due_at: datetime | None = None
    coalesce_key: str | None = None


async def enqueue_all(uow: UnitOfWork, messages: Sequence[Outgoing]) -> None:
    """`enqueue` for several at once, of which no two have the same `coalesce_key`."""
    if not messages:
        return
    coalesced = [message for message in messages if message.coalesce_key is not None]
    if coalesced:
        await _supersede(uow, coalesced)
    await insert_new(uow, Message, [_row(uow, message) for message in messages])
    await ring(uow)


def _row(uow: UnitOfWork, message: Outgoing) -> dict[str, Any]:
    return message_row(
        message.to,
        lane=message.lane,
        content=write_content(message.content),
        dedup_key=message.dedup_key,
        now=uow.now,
        due_at=message.due_at,
        expires_at=message.expires_at,
        coalesce_key=message.coalesce_key,
    )


async def cancel(uow: UnitOfWork, dedup_key: str) -> None:
    """Take a message back that has not left yet; one that has left stays said."""
    await uow.session.execute(
        update(Message)
        .where(Message.dedup_key == dedup_key, Message.state == MessageState.PENDING)
        .values(state=MessageState.SUPERSEDED, finished_at=uow.now, last_error="cancelled")
        .execution_options(synchronize_session=False)
    )


async def move_chat(uow: UnitOfWork, *, old_chat_id: int, new_chat_id: int) -> None:
    """Follow a group that became a supergroup. Twice is safe.

    Its cards have no message there yet: whatever `post_card` is told next, even what they showed, is posted anew.
    """
    for table, is_open in ((Message, Message.state.in_(OPEN_STATES)), (Card, Card.closed_at.is_(None))):
        await uow.session.execute(
            update(table)
            .where(table.channel == ChannelName.TELEGRAM.value, table.address == str(old_chat_id), is_open)
            .values(
                {"address": str(new_chat_id)} | ({"message_id": None, "wanted_digest": ""} if table is Card else {})
            )
            .execution_options(synchronize_session=False)
        )


async def note_contact_back(uow: UnitOfWork, to: Recipient) -> None:
    """An address that had refused us spoke again: broadcasts reach it as before."""
    await uow.session.execute(
        delete(BlockedContact)
        .where(BlockedContact.channel == to.channel.value, BlockedContact.address == to.address)
        .execution_options(synchronize_session=False)
    )


async def _supersede(uow: UnitOfWork, by: Sequence[Outgoing]) -> None:
    await uow.session.execute(
        update(Message)
        .where(
            Message.coalesce_key.in_([message.coalesce_key for message in by]),
            Message.state == MessageState.PENDING,
            Message.dedup_key.not_in([message.dedup_key for message in by]),
        )
        .values(state=MessageState.SUPERSEDED, finished_at=uow.now)
        .execution_options(synchronize_session=False)
    )
