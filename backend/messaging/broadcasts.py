"""A message to many: one row, expanded into messages slice by slice as the bulk lane takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane, Recipient
from backend.messaging.models import BlockedContact, Broadcast, Message, MessageState
from backend.messaging.rows import insert_new, message_row, ring
from backend.messaging.written import write_content

log = structlog.get_logger(__name__)

SLICE = 200
"""Messages of one transaction."""
FULL = 300
"""So many waiting messages of broadcasts are ten seconds' work at Telegram's limit: more need not wait in the table."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One whom a broadcast reaches; `cursor` grows from one to the next."""

    cursor: int
    to: Recipient
    language: str


class Audience(Protocol):
    """A source of addressees, given to the delivery loop under the name that broadcasts use."""

    async def __call__(
        self, uow: UnitOfWork, audience: Mapping[str, Any], *, after: int, most: int
    ) -> Sequence[Addressee]:
        """The next addressees behind the cursor `after`, in its order; none when all are reached."""
        ...


async def broadcast(
    uow: UnitOfWork,
    *,
    key: str,
    audience: Mapping[str, Any],
    contents: Mapping[str, Content],
    lane: Lane = Lane.BULK,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Have one of `contents` (by language) delivered to everybody whom `audience` names by its `kind`.

    The same `key` twice changes nothing. Who has blocked us is passed over.
    """
    row = {
        "key": key,
        "audience": dict(audience),
        "contents": {language: write_content(content) for language, content in contents.items()},
        "lane": int(lane),
        "created_at": uow.now,
        "due_at": due_at or uow.now,
        "expires_at": expires_at,
        "cursor": 0,
        "expanded": 0,
    }
    await insert_new(uow, Broadcast, [row])
    await ring(uow)


async def has_open_broadcast(uow: UnitOfWork) -> bool:
    """Whether a broadcast waits to be expanded: asked before the write lock is taken."""
    found: bool | None = await uow.session.scalar(select(exists().where(_is_open(uow.now))))
    return bool(found)


async def expand_broadcasts(uow: UnitOfWork, audiences: Mapping[str, Audience]) -> int:
    """Add the next slice of the oldest broadcast that is due, unless enough waits already; returns how many.

    The cursor moves in the same transaction as the messages are added, so that a crash repeats nothing.
    """
    row = await _next_broadcast(uow)
    if row is None or await _waiting(uow) >= FULL:
        return 0
    if row.expires_at is not None and row.expires_at <= uow.now:
        row.finished_at = uow.now
        return 0
    source = audiences.get(row.audience["kind"])
    if source is None:
        # Written by a newer version, perhaps: it must not stop the delivery of everything else.
        log.error("broadcast.unknown_audience", broadcast=row.id, kind=row.audience["kind"])
        row.finished_at = uow.now
        return 0
    addressees = await source(uow, row.audience, after=row.cursor, most=SLICE)
    if not addressees:
        row.finished_at = uow.now
        return 0
    blocked = await _blocked_among(uow, addressees)
    rows = [_message_of(uow, row, one) for one in addressees if (one.to.channel.value, one.to.address) not in blocked]
    if rows:
        await insert_new(uow, Message, rows)
    row.cursor = addressees[-1].cursor
    row.expanded += len(rows)
    await ring(uow)
    return len(addressees)


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(Broadcast.finished_at.is_(None), Broadcast.due_at <= now)


async def _next_broadcast(uow: UnitOfWork) -> Broadcast | None:
    row: Broadcast | None = await uow.session.scalar(
        select(Broadcast)
        .where(_is_open(uow.now))
        .order_by(Broadcast.due_at, Broadcast.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return row


async def _waiting(uow: UnitOfWork) -> int:
    waiting = await uow.session.scalar(
        select(func.count()).where(Message.state == MessageState.PENDING, Message.lane == int(Lane.BULK))
    )
    return waiting or 0


async def _blocked_among(uow: UnitOfWork, addressees: Sequence[Addressee]) -> set[tuple[str, str]]:
    wanted = [(one.to.channel.value, one.to.address) for one in addressees]
    rows = await uow.session.execute(
        select(BlockedContact.channel, BlockedContact.address).where(
            tuple_(BlockedContact.channel, BlockedContact.address).in_(wanted)
        )
    )
    return {(channel, address) for channel, address in rows}


def _message_of(uow: UnitOfWork, row: Broadcast, one: Addressee) -> dict[str, Any]:
    content = row.contents.get(one.language) or next(iter(row.contents.values()))
    key = f"broadcast:{row.id}:{one.to.channel.value}:{one.to.address}"
    more = {"broadcast_id": row.id, "expires_at": row.expires_at}
    return message_row(
        one.to, lane=Lane(row.lane), content=content, dedup_key=key, now=uow.now, due_at=row.due_at, **more
    )
