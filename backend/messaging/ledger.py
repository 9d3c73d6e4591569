"""The book of attempts: begun before the call leaves, ended when its outcome is known; many share one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Boolean, Table, and_, bindparam, case, insert, literal, update
from sqlalchemy.exc import DBAPIError

from backend.kernel.tables import UtcDateTime
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.channel import Later, LeaseLost, Never, Outcome, OutgoingMessage, Sent
from backend.messaging.contents import ChannelName, Lane
from backend.messaging.events import ChatMigrated, ContactBlocked, MessageDelayed, MessageFailed
from backend.messaging.models import BlockedContact, Card, DeliveryAttempt, Message, MessageState
from backend.messaging.outbox import move_chat
from backend.messaging.outcomes import LONGEST_REASON, Verdict, attempt_columns, card_columns, judge, message_columns
from backend.messaging.receipts import match_receipts
from backend.messaging.rows import insert_new

MOST_AT_ONCE = 256
RETRY_DATABASE_AFTER = 0.5

log = structlog.get_logger(__name__)

_message: Table = Message.__table__  # type: ignore[assignment]
_attempt: Table = DeliveryAttempt.__table__  # type: ignore[assignment]
_card: Table = Card.__table__  # type: ignore[assignment]
_m, _a, _c = _message.c, _attempt.c, _card.c

_IS_UNWANTED = and_(_m.withdrawn_at.is_not(None), bindparam("is_again_", type_=Boolean))
"""It would be tried again, but somebody withdrew it during the call."""

END_MESSAGES = (
    update(_message)
    .where(_m.id == bindparam("id_"), _m.state == MessageState.SENDING, _m.leased_by == bindparam("holder_"))
    .values(
        state=case(
            (_IS_UNWANTED, literal(MessageState.SUPERSEDED, _m.state.type)),
            else_=bindparam("state_", type_=_m.state.type),
        ),
        doubts=bindparam("doubts_"),
        next_try_at=bindparam("next_try_at_"),
        finished_at=case(
            (_IS_UNWANTED, bindparam("now_", type_=UtcDateTime)),
            else_=bindparam("finished_at_", type_=UtcDateTime),
        ),
        provider_id=bindparam("provider_id_"),
        last_error=bindparam("last_error_"),
        leased_by=None,
        lease_until=None,
    )
)
END_ATTEMPTS = (
    update(_attempt)
    .where(_a.message_id == bindparam("message_id_"), _a.outcome.is_(None))
    .values(finished_at=bindparam("finished_at_"), outcome=bindparam("outcome_"), reason=bindparam("reason_"))
)
HANG_CARDS = (
    update(_card)
    .where(_c.id == bindparam("id_"))
    .values(message_id=bindparam("message_id_"), sender=bindparam("sender_"))
)


@dataclass(eq=False)
class Entry:
    """One thing to write; `outcome` None means that a call is about to begin."""

    message: OutgoingMessage
    outcome: Outcome | None
    written: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Ledger:
    """Writes entries in the order in which they come, as many in one transaction as have gathered meanwhile.

    An `urgent` one, for emergencies, writes before others who wait for the database.
    """

    def __init__(self, work: Work, holder: str, *, urgent: bool = False) -> None:
        self._work = work
        self._holder = holder
        self._is_urgent = urgent
        self._waiting: asyncio.Queue[Entry] = asyncio.Queue()

    async def begin(self, message: OutgoingMessage) -> None:
        """Return when it is on disk that a call begins; raises LeaseLost when the message is somebody else's now."""
        await self._write(Entry(message, None))

    async def end(self, message: OutgoingMessage, outcome: Outcome) -> None:
        """Return when the outcome is on disk."""
        await self._write(Entry(message, outcome))

    async def run(self) -> None:
        """Write for ever; a database that fails for a while is asked again, so that no outcome is forgotten."""
        while True:
            entries = [await self._waiting.get()]
            while not self._waiting.empty() and len(entries) < MOST_AT_ONCE:
                entries.append(self._waiting.get_nowait())
            lost = await self._insist(entries)
            for entry in entries:
                _tell(entry, is_lost=entry.message.id in lost and entry.outcome is None)

    async def _write(self, entry: Entry) -> None:
        self._waiting.put_nowait(entry)
        await entry.written

    async def _insist(self, entries: Sequence[Entry]) -> set[int]:
        while True:
            try:
                async with self._work.begin(urgent=self._is_urgent) as uow:
                    return await self._write_all(uow, entries)
            except (DBAPIError, OSError) as error:
                log.warning("messaging.ledger_waits", error=type(error).__name__)
                await asyncio.sleep(RETRY_DATABASE_AFTER)

    async def _write_all(self, uow: UnitOfWork, entries: Sequence[Entry]) -> set[int]:
        # In the order of their ids, so that two who write about the same messages do not wait for each other.
        entries = sorted(entries, key=lambda entry: entry.message.id)
        begun = [entry.message for entry in entries if entry.outcome is None]
        ended = [(entry.message, entry.outcome) for entry in entries if entry.outcome is not None]
        lost = await self._begin_attempts(uow, begun) if begun else set()
        if ended:
            await self._end_attempts(uow, ended)
        return lost

    async def _begin_attempts(self, uow: UnitOfWork, messages: Sequence[OutgoingMessage]) -> set[int]:
        ids = {message.id for message in messages}
        held = await uow.session.execute(
            update(_message)
            .where(_m.id.in_(ids), _m.state == MessageState.SENDING, _m.leased_by == self._holder)
            .values(attempts=_m.attempts + 1)
            .returning(_m.id, _m.attempts)
        )
        numbers = {row.id: row.attempts for row in held}
        rows = [
            {"message_id": id_, "number": number, "sender": self._holder, "started_at": uow.now}
            for id_, number in numbers.items()
        ]
        if rows:
            await (await uow.session.connection()).execute(insert(_attempt), rows)
        return ids - numbers.keys()

    async def _end_attempts(self, uow: UnitOfWork, ended: Sequence[tuple[OutgoingMessage, Outcome]]) -> None:
        verdicts = [(message, judge(message, outcome, uow.now)) for message, outcome in ended]
        connection = await uow.session.connection()
        messages = [message_columns(m, v, uow.now) | {"holder_": self._holder} for m, v in verdicts]
        await connection.execute(END_MESSAGES, messages)
        await connection.execute(END_ATTEMPTS, [attempt_columns(m, v, uow.now) for m, v in verdicts])
        cards = [card for m, v in verdicts if (card := card_columns(m, v)) is not None]
        if cards:
            await connection.execute(HANG_CARDS, cards)
        for (message, outcome), (_, verdict) in zip(ended, verdicts, strict=True):
            await _tell_others(uow, message, outcome, verdict)


def _tell(entry: Entry, *, is_lost: bool) -> None:
    if entry.written.done():  # whoever waited was cancelled
        return
    if is_lost:
        entry.written.set_exception(LeaseLost())
    else:
        entry.written.set_result(None)


async def _tell_others(uow: UnitOfWork, message: OutgoingMessage, outcome: Outcome, verdict: Verdict) -> None:
    """What an outcome says about the address itself, and about a message that will not arrive."""
    to = message.to
    if isinstance(outcome, Later) and outcome.moved_to is not None:
        old, new = int(to.address), int(outcome.moved_to)
        await move_chat(uow, old_chat_id=old, new_chat_id=new)
        uow.record(ChatMigrated(old, new))
    if isinstance(outcome, Never) and outcome.blocked:
        where = {"channel": to.channel.value, "address": to.address}
        row = where | {"blocked_at": uow.now, "reason": outcome.reason[:LONGEST_REASON]}
        await insert_new(uow, BlockedContact, [row])
        uow.record(ContactBlocked(to.channel.value, to.address, to.account_id))
    if isinstance(outcome, Sent) and to.channel is not ChannelName.TELEGRAM:
        await match_receipts(uow, provider_id=outcome.provider_id, message_id=message.id)
    is_delayed = verdict.state is MessageState.PENDING and message.lane is Lane.EMERGENCY
    if is_delayed and to.channel is not ChannelName.TELEGRAM:
        uow.record(MessageDelayed(message.id, message.dedup_key, to.channel.value, verdict.reason or ""))
    if verdict.state is MessageState.FAILED:
        uow.record(MessageFailed(message.dedup_key, to.channel.value, to.address, verdict.reason or ""))
