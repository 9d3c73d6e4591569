"""Key 3: the elder, or the worker who serves where she lives, is called into the room of the one who pressed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from backend.alerts.access import alert_by_id
from backend.alerts.models import Alert
from backend.kernel.alarms import SubjectKind
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript
from backend.messaging.rows import insert_new
from backend.phone.answering import ref_id
from backend.phone.carrier import Service
from backend.phone.menus.workers import worker_telephone
from backend.phone.models import BridgeLeg, CarrierAttempt
from backend.registry.telephones import KnownNumber, number_at

MOST_LEGS = 4
"""So often somebody is brought into one call; then the one who presses should go there or call the community."""
ASKED_FOR = timedelta(seconds=15)
"""A leg whose request was lost with its process holds nobody up for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRequest:
    """In which call the key was pressed, and in which language."""

    carrier: str
    call_id: str
    message_id: int
    attempt_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Leg:
    """Somebody to be brought in. `is_new`: the carrier was not asked yet, the caller of this is to do it."""

    id: int
    number: str
    is_new: bool


async def bridge_targets(
    uow: UnitOfWork, script: CallScript, service: Service, *, but: int | None
) -> tuple[KnownNumber, ...]:
    """Whom key 3 can reach by this carrier, in turns: the elder herself, then the worker of her grid.

    `but` is the telephone that pressed it. Nobody where a carrier joins no calls, or the alarm is about no person.
    """
    alert = await _alert_of(uow, script)
    if alert is None or not service.bridge:
        return ()
    elder = await number_at(uow, script.bridge or "")
    worker = await worker_telephone(uow, alert.grid_id, alert.community_id, but=but)
    found = [known for known in (elder, worker) if known is not None and not known.is_opted_out and known.id != but]
    reached = {known.id: known for known in found if service.reaches(known.country)}
    return tuple(reached.values())


async def telephone_of_attempt(uow: UnitOfWork, attempt_id: int) -> int | None:
    """Which telephone a call of ours rang."""
    attempt = await uow.session.get(CarrierAttempt, attempt_id)
    return attempt.telephone_id if attempt is not None else None


async def open_leg(uow: UnitOfWork, request: LegRequest, targets: tuple[KnownNumber, ...]) -> Leg | None:
    """Write down who is to be brought in; None when there is nobody, or it was tried often enough.

    The same key pressed or posted twice finds the leg that is under way. Each further press takes the next target.
    """
    turn = select(CarrierAttempt.id).where(CarrierAttempt.id == request.attempt_id).with_for_update()
    await uow.session.execute(turn)  # two posts of one key take turns here
    under_way = await _under_way(uow, request)
    if under_way is not None:
        return Leg(under_way.id, "", is_new=False)
    nth = await uow.session.scalar(select(func.count()).where(*_of_call(request.carrier, request.call_id))) or 0
    if not targets or nth >= MOST_LEGS:
        return None
    target = targets[nth % len(targets)]
    row = {
        "carrier": request.carrier,
        "call_id": request.call_id,
        "nth": nth,
        "message_id": request.message_id,
        "attempt_id": request.attempt_id,
        "language": request.language,
        "telephone_id": target.id,
        "asked_at": uow.now,
    }
    await insert_new(uow, BridgeLeg, [row])
    own = select(BridgeLeg.id).where(*_of_call(request.carrier, request.call_id), BridgeLeg.nth == nth)
    return Leg((await uow.session.scalars(own)).one(), target.number, is_new=True)


async def note_leg(uow: UnitOfWork, leg_id: int, provider_id: str | None) -> bool:
    """The carrier has taken it, under its id; None: it has not, and nobody comes.

    False where nobody waits for them (any more): who pressed the key may have put down meanwhile.
    """
    leg = await uow.session.get_one(BridgeLeg, leg_id, with_for_update=True, populate_existing=True)
    leg.provider_id = leg.provider_id or provider_id
    if provider_id is None:
        leg.ended_at = leg.ended_at or uow.now
    return leg.ended_at is None


async def leg_by_id(uow: UnitOfWork, leg_id: int, carrier: str) -> BridgeLeg | None:
    """A leg of this carrier, held until the commit; None for any other."""
    found = select(BridgeLeg).where(BridgeLeg.id == leg_id, BridgeLeg.carrier == carrier).with_for_update()
    leg: BridgeLeg | None = await uow.session.scalar(found)
    return leg


async def end_legs_of_call(uow: UnitOfWork, carrier: str, call_id: str) -> list[str]:
    """The one who pressed 3 is gone: nobody needs to come any more. Returns the calls that are to be put down."""
    found = select(BridgeLeg).where(*_of_call(carrier, call_id), BridgeLeg.ended_at.is_(None))
    left = []
    for leg in await uow.session.scalars(found):
        leg.ended_at = uow.now
        left += [leg.provider_id] if leg.provider_id is not None else []
    return left


async def _under_way(uow: UnitOfWork, request: LegRequest) -> BridgeLeg | None:
    open_ones = select(BridgeLeg).where(*_of_call(request.carrier, request.call_id), BridgeLeg.ended_at.is_(None))
    for leg in await uow.session.scalars(open_ones.with_for_update()):
        if leg.provider_id is not None or leg.asked_at > uow.now - ASKED_FOR:
            return leg
        leg.ended_at = uow.now
    return None


async def _alert_of(uow: UnitOfWork, script: CallScript) -> Alert | None:
    if script.kind is not CallKind.ALERT:
        return None
    try:
        alert = await alert_by_id(uow, ref_id(script))
    except NotFound:
        return None
    return alert if alert.subject_kind is SubjectKind.PERSON else None


def _of_call(carrier: str, call_id: str) -> tuple[ColumnElement[bool], ...]:
    return BridgeLeg.carrier == carrier, BridgeLeg.call_id == call_id
