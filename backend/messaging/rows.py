"""How message rows are added: nothing happens when the dedup key is there already, also when two race."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.tables import Base
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Lane, Recipient
from backend.messaging.models import Action, MessageState

OUTBOX_BELL = "youlin_outbox"
"""The PostgreSQL notification by which the delivery loops of other processes wake."""
LONGEST_FAMILY = 60


def family_of(key: str) -> str:
    """The first two parts of a key, such as `task:12` of `task:12:check`: all that is about one thing."""
    return ":".join(key.split(":")[:2])[:LONGEST_FAMILY]


def message_row(
    to: Recipient,
    *,
    lane: Lane,
    content: dict[str, Any],
    dedup_key: str,
    now: datetime,
    due_at: datetime | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The columns of a new message; `more` overrides or adds."""
    due = due_at or now
    row = {
        "channel": to.channel.value,
        "address": to.address,
        "thread_id": to.thread_id,
        "account_id": to.account_id,
        "lane": int(lane),
        "action": Action.POST,
        "content": content,
        "dedup_key": dedup_key,
        "coalesce_key": None,
        "family": family_of(dedup_key),
        "card_id": None,
        "broadcast_id": None,
        "created_at": now,
        "due_at": due,
        "next_try_at": due,
        "expires_at": None,
        "state": MessageState.PENDING,
        "attempts": 0,
        "doubts": 0,
    }
    return row | more


async def insert_new(uow: UnitOfWork, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert what is not there yet; rows that would break a unique key are left out."""
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    statement = insert(table).on_conflict_do_nothing()
    await (await uow.session.connection()).execute(statement, list(rows))


async def ring(uow: UnitOfWork) -> None:
    """Wake the delivery loops once the commit stands: of this process, and on PostgreSQL of all others."""
    is_first = uow.after_commit(uow.ring_outbox)
    if is_first and not uow.is_sqlite:
        await uow.session.execute(text("SELECT pg_notify(:bell, '')"), {"bell": OUTBOX_BELL})
