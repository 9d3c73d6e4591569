"""Several processes, one token: each takes its share of the token's rate, agreed by heartbeats in the database.

Every process writes whether it is busy and reads who lives. Who is idle keeps a floor for replies and emergencies; the
rest is divided among the busy. A share shrinks at once and grows one beat later, when all others have read of it, so
that the shares never add up to more than the rate for longer than the first beat of a newcomer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.models import Sender

BEAT = timedelta(seconds=1)
DEAD_AFTER = 5
"""Beats without a sign."""
FLOOR = 2.0
"""Messages a second that an idle process keeps."""

log = structlog.get_logger(__name__)


class Limiter(Protocol):
    """What can be given a share."""

    @property
    def is_busy(self) -> bool: ...

    def set_rate(self, per_second: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Seat:
    """This process's place among those that send with one token."""

    token: str
    process: str
    per_second: float
    beat: timedelta = BEAT


def fair_shares(per_second: float, busy: Mapping[str, bool], floor: float = FLOOR) -> dict[str, float]:
    """The share of each process: all alike when nobody is busy, otherwise a floor for the idle, the rest for the busy.

    The shares always add up to `per_second`.
    """
    eager = [name for name, is_busy in busy.items() if is_busy] or list(busy)
    floor = min(floor, per_second / len(busy)) if len(eager) < len(busy) else 0.0
    rest = (per_second - floor * (len(busy) - len(eager))) / len(eager)
    return {name: rest if name in eager else floor for name in busy}


async def keep_share(work: Work, limiter: Limiter, seat: Seat) -> None:
    """Beat for ever and give `limiter` its share. Without the database the last share holds."""
    before = min(FLOOR, seat.per_second)
    while True:
        try:
            async with work.begin() as uow:
                share, is_alone = await beat(uow, seat, is_busy=limiter.is_busy)
        except (DBAPIError, OSError) as error:
            log.warning("messaging.share_kept", error=type(error).__name__)
        else:
            limiter.set_rate(share if is_alone else min(share, before))
            before = share
        await asyncio.sleep(seat.beat.total_seconds())


async def beat(uow: UnitOfWork, seat: Seat, *, is_busy: bool) -> tuple[float, bool]:
    """Give a sign, read the others; returns this process's share and whether it is alone."""
    await _sign(uow, seat, is_busy=is_busy)
    since = uow.now - seat.beat * DEAD_AFTER
    rows = await uow.session.execute(
        select(Sender.process, Sender.is_busy).where(Sender.token == seat.token, Sender.seen_at > since)
    )
    busy = {row.process: row.is_busy for row in rows}
    return fair_shares(seat.per_second, busy)[seat.process], len(busy) == 1


async def _sign(uow: UnitOfWork, seat: Seat, *, is_busy: bool) -> None:
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    news: dict[str, Any] = {"seen_at": uow.now, "is_busy": is_busy}
    keys: Sequence[str] = ("token", "process")
    statement = insert(Sender).values(token=seat.token, process=seat.process, **news)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=news))
