"""A request to a carrier is reserved before it leaves and ended after: quotas and circuit breakers of all processes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.channel import OutgoingMessage
from backend.messaging.contents import CallKind, ChannelName
from backend.phone.carrier import (
    Busy,
    CarrierAnswer,
    Doubtful,
    Down,
    PhoneCarrier,
    PhoneRequest,
    Refused,
    Service,
    Taken,
)
from backend.phone.choosing import MOST_FAILURES, OPEN_FOR, Chosen, Nobody, NotNow, Standing, choose
from backend.phone.models import AttemptEnd, CarrierAttempt, CarrierHealth
from backend.registry.contacts_models import Telephone
from backend.registry.contacts_refusing import opt_out
from backend.registry.telephones import number_at

LONGEST_REASON = 300
FIRST_ASK = timedelta(seconds=45)
"""A telephone rings for twenty-five; who has not told us by then how it went is asked."""
LONGEST_WINDOW = timedelta(days=1)
NOT_CARRIED = (AttemptEnd.DOWN, AttemptEnd.BUSY, AttemptEnd.REFUSED)
"""What ended so uses up no quota."""
ENDS: Mapping[type[CarrierAnswer], AttemptEnd] = {
    Taken: AttemptEnd.TAKEN,
    Refused: AttemptEnd.REFUSED,
    Down: AttemptEnd.DOWN,
    Busy: AttemptEnd.BUSY,
    Doubtful: AttemptEnd.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Reserved:
    """This carrier is to be asked now, for this request."""

    carrier: str
    request: PhoneRequest


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There is no number behind the address, or its owner said stop."""

    reason: str


async def reserve(
    uow: UnitOfWork, message: OutgoingMessage, carriers: Sequence[PhoneCarrier], *, but: Collection[str]
) -> Reserved | NotNow | Nobody | Unreachable:
    """Choose a carrier other than `but` for a message and write the attempt; commit before asking the carrier.

    Requests to one telephone take turns here, so that two processes never exceed its quota together.
    """
    known = await number_at(uow, message.to.address)
    if known is None:
        return Unreachable("no such telephone")
    if known.is_opted_out:
        return Unreachable("the owner of the number said stop")
    await uow.session.execute(select(Telephone.id).where(Telephone.id == known.id).with_for_update())
    channel = message.to.channel
    standings = [
        await _standing(uow, carrier.name, carrier.services[channel], channel, known.id)
        for carrier in carriers
        if channel in carrier.services and carrier.name not in but
    ]
    chosen = choose(standings, known.country, uow.now, wants_keys=wants_keys(message))
    if not isinstance(chosen, Chosen):
        return chosen
    if chosen.is_trial:
        await _hold_open(uow, chosen.name, channel)
    row = CarrierAttempt(
        message_id=message.id,
        carrier=chosen.name,
        channel=channel.value,
        telephone_id=known.id,
        started_at=uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    return Reserved(chosen.name, request_for(message, row, known.number, known.country))


def wants_keys(message: OutgoingMessage) -> bool:
    """Whether an answer by key would mean something."""
    call = message.content.call
    return message.to.channel is ChannelName.VOICE and call is not None and call.kind is not CallKind.VERIFY


def request_for(message: OutgoingMessage, row: CarrierAttempt, number: str, country: str) -> PhoneRequest:
    """What a carrier is asked for an attempt."""
    return PhoneRequest(
        message_id=message.id,
        attempt_id=row.id,
        channel=message.to.channel,
        number=number,
        country=country,
        content=message.content,
        lane=message.lane,
        started_at=row.started_at,
        expires_at=message.expires_at,
    )


async def note_answer(uow: UnitOfWork, reserved: Reserved, answer: CarrierAnswer) -> None:
    """Write down how a request ended, and what that says about the carrier and the number."""
    attempt = await uow.session.get(CarrierAttempt, reserved.request.attempt_id)
    if attempt is None:
        return
    attempt.ended_at, attempt.end = uow.now, ENDS[type(answer)]
    if isinstance(answer, Taken):
        attempt.provider_id = answer.provider_id[:64]
        attempt.ask_at = attempt.ask_at or uow.now + FIRST_ASK
    else:
        attempt.reason = answer.reason[:LONGEST_REASON]
    if isinstance(answer, Refused) and answer.opted_out:
        await opt_out(uow, number=reserved.request.number)
    await note_health(uow, reserved.carrier, reserved.request.channel, answer)


async def note_health(uow: UnitOfWork, carrier: str, channel: ChannelName, answer: CarrierAnswer) -> None:
    """Count failures in a row; the circuit opens at the second and closes with the first answer that is none."""
    if isinstance(answer, Busy):
        return
    is_failure = isinstance(answer, Down | Doubtful)
    health = await _health(uow, carrier, channel)
    if health is None:
        if not is_failure:
            return  # a carrier that never failed needs no row
        await _insert_health(uow, carrier, channel)
        health = await _health(uow, carrier, channel)
        assert health is not None
    health.failures = min(health.failures + 1, 1_000) if is_failure else 0
    health.open_until = uow.now + OPEN_FOR if health.failures >= MOST_FAILURES else None
    health.changed_at = uow.now


async def attempts_of(uow: UnitOfWork, message_id: int) -> Sequence[CarrierAttempt]:
    """All requests of a message, oldest first."""
    found = select(CarrierAttempt).where(CarrierAttempt.message_id == message_id).order_by(CarrierAttempt.id)
    return (await uow.session.scalars(found)).all()


async def known_provider_ids(uow: UnitOfWork, carrier: str, ids: Collection[str]) -> set[str]:
    """Those of a carrier's ids that belong to attempts already."""
    found = select(CarrierAttempt.provider_id).where(
        CarrierAttempt.carrier == carrier, CarrierAttempt.provider_id.in_(list(ids))
    )
    return {id_ for id_ in await uow.session.scalars(found) if id_ is not None}


async def note_landed(uow: UnitOfWork, *, attempt_id: int, carrier: str, provider_id: str) -> bool:
    """A callback proves that a request arrived, whatever we heard of it; False where no such request was made."""
    attempt = await uow.session.get(CarrierAttempt, attempt_id)
    if attempt is None or attempt.carrier != carrier:
        return False
    if attempt.provider_id is None:
        attempt.provider_id = provider_id[:64]
        attempt.ask_at = uow.now + FIRST_ASK
    return attempt.provider_id == provider_id[:64]


async def _standing(
    uow: UnitOfWork, carrier: str, service: Service, channel: ChannelName, telephone_id: int
) -> Standing:
    health = await _health(uow, carrier, channel)
    used = await uow.session.scalars(
        select(CarrierAttempt.started_at)
        .where(
            CarrierAttempt.telephone_id == telephone_id,
            CarrierAttempt.carrier == carrier,
            CarrierAttempt.channel == channel.value,
            CarrierAttempt.started_at > uow.now - LONGEST_WINDOW,
            CarrierAttempt.end.is_(None) | CarrierAttempt.end.not_in(NOT_CARRIED),
        )
        .order_by(CarrierAttempt.started_at)
    )
    return Standing(carrier, service, health.open_until if health else None, tuple(used))


async def _health(uow: UnitOfWork, carrier: str, channel: ChannelName) -> CarrierHealth | None:
    return await uow.session.get(CarrierHealth, (carrier, channel.value), with_for_update=True, populate_existing=True)


async def _hold_open(uow: UnitOfWork, carrier: str, channel: ChannelName) -> None:
    """One tries the carrier; the others go on waiting until it is known how that went."""
    health = await _health(uow, carrier, channel)
    if health is not None:
        health.open_until, health.changed_at = uow.now + OPEN_FOR, uow.now


async def _insert_health(uow: UnitOfWork, carrier: str, channel: ChannelName) -> None:
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    row = {"carrier": carrier, "channel": channel.value, "failures": 0, "changed_at": uow.now}
    await uow.session.execute(insert(CarrierHealth).values(row).on_conflict_do_nothing())


def later_than(now: datetime, moment: datetime) -> timedelta:
    """How long to wait from now, at least a blink."""
    return max(moment - now, timedelta(milliseconds=200))
