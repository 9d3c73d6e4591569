"""How the outbox is doing: for the staff page, /readyz and the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Lane
from backend.messaging.models import OPEN_STATES, BlockedContact, Message, MessageState, Sender

LATE_AFTER: dict[Lane, timedelta] = {
    Lane.EMERGENCY: timedelta(seconds=15),
    Lane.URGENT: timedelta(minutes=1),
    Lane.REPLY: timedelta(minutes=1),
    Lane.NORMAL: timedelta(minutes=10),
    Lane.BULK: timedelta(hours=12),
}
"""How long the oldest due message of a lane may wait before somebody should look."""


@dataclass(frozen=True, slots=True)
class LaneHealth:
    """`waiting` are due and not sent; `oldest` is how long the first of them has been due."""

    lane: Lane
    waiting: int
    oldest: timedelta
    is_late: bool


@dataclass(frozen=True, slots=True)
class OutboxHealth:
    """The lanes, what ended how within `period`, who refuses us, and the processes that send."""

    lanes: tuple[LaneHealth, ...]
    ended: dict[str, int]
    """Messages by final state: sent, failed, expired, superseded, unknown."""
    period: timedelta
    blocked_contacts: int
    senders: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether no lane is late."""
        return not any(lane.is_late for lane in self.lanes)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that did not arrive, or that may not have. It names no person: who may see that asks the registry."""

    message_id: int
    channel: str
    lane: Lane
    state: str
    finished_at: datetime | None
    reason: str | None


async def outbox_health(uow: UnitOfWork, *, period: timedelta = timedelta(hours=24)) -> OutboxHealth:
    """Read the outbox's state at this moment."""
    return OutboxHealth(
        lanes=await lane_healths(uow),
        ended=await _ended(uow, period),
        period=period,
        blocked_contacts=await uow.session.scalar(select(func.count()).select_from(BlockedContact)) or 0,
        senders=tuple(await uow.session.scalars(select(Sender.process).order_by(Sender.process))),
    )


async def lane_healths(uow: UnitOfWork) -> tuple[LaneHealth, ...]:
    """Every lane, the highest first. Cheap: it reads only what is open."""
    rows = await uow.session.execute(
        select(Message.lane, func.count(), func.min(Message.due_at)).where(_is_due(uow.now)).group_by(Message.lane)
    )
    waiting = {Lane(lane): (number, uow.now - oldest) for lane, number, oldest in rows}
    healths = []
    for lane in Lane:
        number, oldest = waiting.get(lane, (0, timedelta(0)))
        healths.append(LaneHealth(lane, number, oldest, is_late=oldest > LATE_AFTER[lane]))
    return tuple(healths)


async def newest_troubles(uow: UnitOfWork, most: int = 50) -> list[Trouble]:
    """Messages that failed or whose end is unknown, the newest first."""
    rows = await uow.session.scalars(
        select(Message)
        .where(Message.state.in_((MessageState.FAILED, MessageState.UNKNOWN)))
        .order_by(Message.finished_at.desc())
        .limit(most)
    )
    return [
        Trouble(row.id, row.channel, Lane(row.lane), row.state.value, row.finished_at, row.last_error) for row in rows
    ]


async def _ended(uow: UnitOfWork, period: timedelta) -> dict[str, int]:
    rows = await uow.session.execute(
        select(Message.state, func.count()).where(Message.finished_at > uow.now - period).group_by(Message.state)
    )
    return {state.value: number for state, number in rows}


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(Message.state.in_(OPEN_STATES), Message.due_at <= now)
