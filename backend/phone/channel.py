"""SMS and voice as channels of the outbox: carriers one after the other, each request written before it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from backend.kernel.faults import fault_point
from backend.kernel.unit_of_work import Work
from backend.messaging.channel import Later, Never, Outcome, OutgoingMessage, Sent, Starting, Unknown
from backend.messaging.contents import Lane
from backend.messaging.receipts import standing_of
from backend.phone.answering import is_settled
from backend.phone.carrier import Busy, CarrierAnswer, Doubtful, Down, PhoneCarrier, Taken
from backend.phone.choosing import Nobody, NotNow
from backend.phone.models import CarrierAttempt
from backend.phone.reserving import (
    Reserved,
    Unreachable,
    attempts_of,
    known_provider_ids,
    later_than,
    note_answer,
    request_for,
    reserve,
)
from backend.registry.telephones import number_at

MOST_DOUBTS = 2
"""So many requests of one sending whose end nobody heard; then the lane decides."""

log = structlog.get_logger(__name__)


class PhoneChannel:
    """The way to telephones by all carriers of this installation; one object serves SMS and voice."""

    def __init__(self, work: Work, carriers: Sequence[PhoneCarrier]) -> None:
        self._work = work
        self._carriers = {carrier.name: carrier for carrier in carriers}

    async def send(self, message: OutgoingMessage, starting: Starting) -> Outcome:
        """Ask the best carrier; where it certainly did not carry it, at once the next.

        After silence the carrier is asked what it has. Where it cannot say, an emergency goes to the next one: twice is
        better than never. Anything else stays in doubt.
        """
        landed = await self._landed(message) if message.doubts else None
        if landed is not None:
            return landed
        await starting()
        tried: set[str] = set()
        answers: list[CarrierAnswer] = []
        while True:
            async with self._work.begin(urgent=message.lane is Lane.EMERGENCY) as uow:
                now = uow.now
                if await is_settled(uow, message.content.call):
                    return Never("somebody has taken it meanwhile")
                decision = await reserve(uow, message, list(self._carriers.values()), but=tried)
            if not isinstance(decision, Reserved):
                return _end(decision, answers, now)
            fault_point("carrier_reserved")
            answer = await self._ask(decision)
            if isinstance(answer, Taken):
                return Sent(answer.provider_id, decision.carrier)
            answers.append(answer)
            tried.add(decision.carrier)
            if isinstance(answer, Doubtful) and not _goes_on(message, answers):
                return Unknown(answer.reason)

    async def reconcile(self, message: OutgoingMessage) -> Outcome | None:
        """What became of a message whose process ended: by its receipts, by what was written, by the carrier."""
        landed = await self._landed(message)
        if landed is not None:
            return landed
        async with self._work.look() as uow:
            attempts = await attempts_of(uow, message.id)
        in_doubt = [attempt for attempt in attempts if attempt.ended_at is None]
        if not in_doubt:
            return Later("no request had left")
        return await self._settle(message, in_doubt[-1])

    async def _landed(self, message: OutgoingMessage) -> Sent | None:
        """What callbacks have proved about earlier requests of this message, whatever we heard of their answers."""
        async with self._work.look() as uow:
            standing = await standing_of(uow, message.id)
            attempts = await attempts_of(uow, message.id)
        if standing is not None:
            return Sent(standing.provider_id, standing.provider)
        taken = next((attempt for attempt in attempts if attempt.provider_id is not None), None)
        return Sent(taken.provider_id or "", taken.carrier) if taken is not None else None

    async def _ask(self, reserved: Reserved) -> CarrierAnswer:
        carrier = self._carriers[reserved.carrier]
        answer = await carrier.request(reserved.request)
        fault_point("carrier_asked")
        if isinstance(answer, Doubtful):
            answer = await self._look_up(carrier, reserved) or answer
        async with self._work.begin(urgent=reserved.request.lane is Lane.EMERGENCY) as uow:
            await note_answer(uow, reserved, answer)
        fault_point("carrier_noted")
        if not isinstance(answer, Taken):
            log.warning(
                "phone.not_taken",
                carrier=reserved.carrier,
                message=reserved.request.message_id,
                answer=type(answer).__name__,
                reason=answer.reason,
            )
        return answer

    async def _look_up(self, carrier: PhoneCarrier, reserved: Reserved) -> CarrierAnswer | None:
        """Ask the carrier what it has lately carried to this number: something that no other request was?"""
        found = await carrier.find(reserved.request)
        async with self._work.look() as uow:
            own = await uow.session.get(CarrierAttempt, reserved.request.attempt_id)
            known = await known_provider_ids(uow, carrier.name, found or ())
        if own is not None and own.provider_id is not None:  # a callback was faster than the answer
            return Taken(own.provider_id)
        if found is None:
            return None
        new = [id_ for id_ in found if id_ not in known]
        return Taken(new[0]) if new else Down("it has not arrived there")

    async def _settle(self, message: OutgoingMessage, attempt: CarrierAttempt) -> Outcome | None:
        carrier = self._carriers.get(attempt.carrier)
        async with self._work.look() as uow:
            number = await number_at(uow, message.to.address)
        if carrier is None or number is None:
            return None
        reserved = Reserved(carrier.name, request_for(message, attempt, number.number, number.country))
        answer = await self._look_up(carrier, reserved)
        if answer is None:
            return None
        async with self._work.begin() as uow:
            await note_answer(uow, reserved, answer)
        return Sent(answer.provider_id, carrier.name) if isinstance(answer, Taken) else Later("the carrier has it not")


def _goes_on(message: OutgoingMessage, answers: Sequence[CarrierAnswer]) -> bool:
    doubts = sum(isinstance(answer, Doubtful) for answer in answers)
    return message.lane is Lane.EMERGENCY and message.doubts + doubts < MOST_DOUBTS


def _end(decision: NotNow | Nobody | Unreachable, answers: Sequence[CarrierAnswer], now: datetime) -> Outcome:
    """Nobody is left to be asked: what all answers together mean."""
    doubt = next((answer for answer in answers if isinstance(answer, Doubtful)), None)
    if doubt is not None:
        return Unknown(doubt.reason)
    reasons = "; ".join(answer.reason for answer in answers if not isinstance(answer, Taken))
    if isinstance(decision, NotNow):
        return Later(reasons or decision.reason, later_than(now, decision.until))
    if any(isinstance(answer, Down | Busy) for answer in answers):
        waits = [answer.after for answer in answers if isinstance(answer, Busy) and answer.after is not None]
        return Later(reasons, min(waits, default=None))
    if isinstance(decision, Unreachable):
        return Never(decision.reason)
    return Never(reasons or "no carrier reaches this number")
