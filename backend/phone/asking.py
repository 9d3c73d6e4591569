"""Asks carriers what became of calls and SMS whose end they have not told: a callback can be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import Select, select

from backend.kernel.database import DatabaseAway
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.contents import ChannelName
from backend.messaging.receipt_models import MessageStanding, ReceiptStatus
from backend.messaging.receipts import note_receipt
from backend.messaging.standings import FINAL
from backend.phone.models import CarrierAttempt

AT_ONCE = 10
SWEEP_SECONDS = 5.0
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 900, 3600, 21_600))
"""After the first, second, ... question without an end; after the last nobody asks any more."""

log = structlog.get_logger(__name__)


class StatusSource(Protocol):
    """A carrier that can be asked by its own id."""

    async def status_of(self, channel: ChannelName, provider_id: str) -> ReceiptStatus | None:
        """How it stands there; None when that cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class _Question:
    attempt_id: int
    message_id: int
    carrier: str
    channel: ChannelName
    provider_id: str


class StatusAsker:
    """One for each process that sends. What it hears goes the way of all receipts: late callbacks do no harm."""

    def __init__(self, work: Work, sources: Mapping[str, StatusSource]) -> None:
        self._work = work
        self._sources = sources

    async def run(self) -> None:
        """Ask whatever is due, for ever."""
        while True:
            try:
                asked = await self.ask_some()
            except DatabaseAway as error:
                log.warning("phone.asking_waits", error=str(error))
                asked = 0
            if not asked:
                await asyncio.sleep(SWEEP_SECONDS)

    async def ask_some(self) -> int:
        """Ask about the next few; returns about how many. The network is used outside any transaction."""
        async with self._work.look() as uow:
            if not (await uow.session.scalars(_due(uow).limit(1))).all():
                return 0
        async with self._work.begin() as uow:
            questions = await self._take(uow)
        for question in questions:
            status = await self._sources[question.carrier].status_of(question.channel, question.provider_id)
            if status is not None:
                await self._note(question, status)
        return len(questions)

    async def _take(self, uow: UnitOfWork) -> Sequence[_Question]:
        """Those that are due, put off before they are asked: another process, or a crash, asks later."""
        rows = await uow.session.scalars(
            _due(uow).order_by(CarrierAttempt.ask_at).limit(AT_ONCE).with_for_update(skip_locked=True)
        )
        taken = []
        for row in rows.all():
            question = await self._question(uow, row)
            if question is None:
                row.ask_at = None
                continue
            row.ask_at, row.asks = uow.now + PAUSES[row.asks], row.asks + 1
            taken.append(question)
        return taken

    async def _question(self, uow: UnitOfWork, row: CarrierAttempt) -> _Question | None:
        """None where the end is known by now, the carrier cannot be asked, or it was asked often enough."""
        if row.message_id is None or row.provider_id is None or row.carrier not in self._sources:
            return None
        if row.asks >= len(PAUSES) or await _is_over(uow, row.message_id):
            return None
        return _Question(row.id, row.message_id, row.carrier, ChannelName(row.channel), row.provider_id)

    async def _note(self, question: _Question, status: ReceiptStatus) -> None:
        async with self._work.begin() as uow:
            await note_receipt(
                uow,
                provider=question.carrier,
                provider_id=question.provider_id,
                status=status,
                message_id=question.message_id,
            )
            row = await uow.session.get(CarrierAttempt, question.attempt_id)
            if row is not None and status in FINAL:
                row.ask_at = None
                log.info("phone.asked", message=question.message_id, status=status.value)


def _due(uow: UnitOfWork) -> Select[CarrierAttempt]:
    return select(CarrierAttempt).where(CarrierAttempt.ask_at <= uow.now)


async def _is_over(uow: UnitOfWork, message_id: int | None) -> bool:
    status = await uow.session.scalar(select(MessageStanding.status).where(MessageStanding.message_id == message_id))
    return status in FINAL
