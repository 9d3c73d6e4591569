"""Which messages go next: by lane, then by due time, one at a time for each recipient and lane."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, exists, func, or_, select, tuple_, update

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.channel import OutgoingMessage
from backend.messaging.contents import ChannelName, Lane, Recipient
from backend.messaging.models import OPEN_STATES, Card, Message, MessageState
from backend.messaging.written import read_content

MINUTE = timedelta(minutes=1)

_message: Table = Message.__table__  # type: ignore[assignment]
_m = _message.c


@dataclass(frozen=True, slots=True)
class ChatPace:
    """How often one chat may hear something, judged by what all processes have sent. Emergencies are exempt."""

    gap: timedelta = timedelta(seconds=1)
    group_messages_per_minute: int = 17


@dataclass(frozen=True, slots=True)
class Lease:
    """Who claims, and until when the claim holds without being renewed."""

    holder: str
    length: timedelta


async def claim_messages(
    uow: UnitOfWork, *, lease: Lease, rooms: Mapping[Lane, int], pace: ChatPace | None
) -> list[OutgoingMessage]:
    """Take at most so many messages of each lane for this process.

    On PostgreSQL rows that another process is just taking are skipped; on SQLite the write lock makes claims take
    turns. What has expired is dropped on the way.
    """
    await _drop_expired(uow)
    ids = [id_ for lane in sorted(rooms) if rooms[lane] > 0 for id_ in await _next_ids(uow, lane, rooms[lane], pace)]
    if not ids:
        return []
    await uow.session.execute(
        update(_message)
        .where(_m.id.in_(ids))
        .values(state=MessageState.SENDING, leased_by=lease.holder, lease_until=uow.now + lease.length)
    )
    return await outgoing_of(uow, ids)


async def lanes_due(uow: UnitOfWork, lanes: Iterable[Lane]) -> list[Lane]:
    """In which of these lanes something waits, pacing left aside: asked before the write lock is taken."""
    asked = sorted(lanes)
    waits = [exists().where(_is_due(_m, uow.now), _m.lane == int(lane)) for lane in asked]
    row = (await uow.session.execute(select(*waits))).one()
    return [lane for lane, is_due in zip(asked, row, strict=True) if is_due]


async def _drop_expired(uow: UnitOfWork) -> None:
    late = select(_m.id).where(_m.state == MessageState.PENDING, _m.expires_at <= uow.now)
    await uow.session.execute(
        update(_message)
        .where(_m.id.in_(late.with_for_update(skip_locked=True)))
        .values(state=MessageState.EXPIRED, finished_at=uow.now)
    )


async def _next_ids(uow: UnitOfWork, lane: Lane, most: int, pace: ChatPace | None) -> list[int]:
    conditions = [_is_due(_m, uow.now), _m.lane == int(lane), ~_somebody_is_before(), ~_card_is_out()]
    if pace is not None and lane is not Lane.EMERGENCY:
        conditions.append(_chat_is_open(uow.now, pace))
    statement = select(_m.id).where(*conditions).order_by(_m.due_at, _m.id).limit(most)
    return list(await uow.session.scalars(statement.with_for_update(skip_locked=True)))


def _is_due(row: Any, now: datetime) -> ColumnElement[bool]:
    return and_(row.state == MessageState.PENDING, row.due_at <= now, row.next_try_at <= now)


def _somebody_is_before() -> ColumnElement[bool]:
    """An earlier message of the same lane to the same recipient is not finished: order is kept.

    Asked for each candidate by the index of open messages, however many wait. SQLite takes such an index only where
    the states stand in the statement. PostgreSQL without fresh statistics would join the whole lane: the offset
    keeps the question apart.
    """
    earlier = _message.alias("earlier").c
    found = select(earlier.id).where(
        earlier.channel == _m.channel,
        earlier.address == _m.address,
        earlier.lane == _m.lane,
        earlier.state.in_(bindparam("open_states", OPEN_STATES, expanding=True, literal_execute=True)),
        tuple_(earlier.due_at, earlier.id) < tuple_(_m.due_at, _m.id),
    )
    return exists(found.correlate(_message).offset(0))


def _card_is_out() -> ColumnElement[bool]:
    """The same card is being posted or edited, perhaps by another lane: an edit must know what was posted."""
    other = _message.alias("other").c
    return and_(
        _m.card_id.is_not(None),
        exists().where(other.card_id == _m.card_id, other.state == MessageState.SENDING),
    )


def _chat_is_open(now: datetime, pace: ChatPace) -> ColumnElement[bool]:
    in_group = _heard_since(now - MINUTE, now).scalar_subquery() < pace.group_messages_per_minute
    in_private = _heard_since(now - pace.gap, now).scalar_subquery() == 0
    is_open = case((_m.address.startswith("-"), in_group), else_=in_private)
    return or_(_m.channel != ChannelName.TELEGRAM.value, is_open)


def _heard_since(since: datetime, now: datetime) -> Select[int]:
    heard = _message.alias("heard").c
    return select(func.count()).where(
        heard.channel == _m.channel,
        heard.address == _m.address,
        heard.state == MessageState.SENT,
        heard.finished_at > since,
        heard.finished_at <= now,  # a clock that was put back must not silence a chat
    )


async def outgoing_of(uow: UnitOfWork, ids: list[int]) -> list[OutgoingMessage]:
    """The messages in the order in which they go, with what their cards hang on."""
    if not ids:
        return []
    card = Card.__table__.c
    rows = await uow.session.execute(
        select(_message, card.message_id, card.sender)
        .select_from(_message.outerjoin(Card.__table__, card.id == _m.card_id))
        .where(_m.id.in_(ids))
        .order_by(_m.lane, _m.due_at, _m.id)
    )
    return [_one(row) for row in rows]


def _one(row: Any) -> OutgoingMessage:
    to = Recipient(ChannelName(row.channel), row.address, row.thread_id, row.account_id)
    return OutgoingMessage(
        id=row.id,
        to=to,
        lane=Lane(row.lane),
        action=row.action,
        content=read_content(row.content),
        dedup_key=row.dedup_key,
        attempts=row.attempts,
        doubts=row.doubts,
        due_at=row.due_at,
        expires_at=row.expires_at,
        card_id=row.card_id,
        posted_id=row.message_id,
        posted_by=row.sender,
    )
