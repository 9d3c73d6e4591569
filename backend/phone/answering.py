"""THE TABLE: what a yes or no by key or SMS does, by what the call or SMS was about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from backend.alerts.access import alert_by_id
from backend.alerts.acknowledging import AckOutcome, acknowledge
from backend.alerts.check_ins import answer_check_in
from backend.alerts.drills import answer_drill
from backend.alerts.names import name_of_hand
from backend.alerts.states import AckKind, AlertState, Via
from backend.kernel.access import Actor
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript
from backend.messaging.reply_codes import close_reply_codes
from backend.phone.booking_answers import RECORDED, booking_stands, say_coming, say_not_coming
from backend.phone.callers import actor_of_script
from backend.registry.contacts_proving import note_proven


class Said(StrEnum):
    YES = "yes"
    NO = "no"
    REACHED = "reached"
    """They have spoken with the elder."""
    SPEAKS = "speaks"
    """They want to speak with her first. Nobody has taken it on by that."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the one who answered is told once the commit stands. Not recorded is never told as recorded."""

    words: str
    is_recorded: bool
    params: Mapping[str, str] = field(default_factory=dict)


NOT_RECORDED = Heard("phone.not_recorded", is_recorded=False)
ALERT_KINDS: Mapping[Said, AckKind] = {
    Said.YES: AckKind.CLAIMED,
    Said.NO: AckKind.DECLINED,
    Said.REACHED: AckKind.CONTACT_MADE,
    Said.SPEAKS: AckKind.SEEN,
}
ENDED = (AlertState.RESOLVED, AlertState.EXPIRED, AlertState.FALSE_ALARM)


async def answer(uow: UnitOfWork, script: CallScript, said: Said, via: Via, evidence: str) -> Heard:
    """Do what the answer means. `evidence` names the key press or SMS: the same twice changes nothing more."""
    found = ANSWERS.get((script.kind, said))
    if found is None:
        return NOT_RECORDED
    heard = await found(uow, script, said, via, evidence)
    if heard.is_recorded and script.method_id is not None:
        await note_proven(uow, script.method_id)
    return heard


def ref_id(script: CallScript) -> int:
    """The number in `alert:12`; 0 where there is none."""
    digits = script.ref.rpartition(":")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0


async def _answer_alert(uow: UnitOfWork, script: CallScript, said: Said, via: Via, evidence: str) -> Heard:
    actor = await actor_of_script(uow, script)
    try:
        outcome = await acknowledge(
            uow,
            actor=actor,
            alert_id=ref_id(script),
            kind=ALERT_KINDS[said],
            via=via,
            evidence=evidence,
            contact_id=script.contact_id,
        )
    except AccessDenied:  # they are no contact any more, or their duty is over: nothing was written
        return NOT_RECORDED
    if not outcome.recorded:
        await close_reply_codes(uow, ref=script.ref)
    return _heard_of_alert(outcome, said)


def _heard_of_alert(outcome: AckOutcome, said: Said) -> Heard:
    if not outcome.recorded:
        return Heard("phone.alert.over", is_recorded=False)
    if said is Said.YES and outcome.who_has_it and not outcome.is_mine:
        return Heard("phone.alert.taken", is_recorded=True, params={"name": outcome.who_has_it})
    return Heard(f"phone.alert.{said.value}", is_recorded=True)


async def standing_words(uow: UnitOfWork, script: CallScript) -> Heard | None:
    """What to say instead of calling for help, where somebody has taken the alert meanwhile; None: go on."""
    if script.kind is CallKind.BOOKING and not await booking_stands(uow, ref_id(script)):
        return Heard("phone.booking.over", is_recorded=False)
    if script.kind is not CallKind.ALERT:
        return None
    try:
        alert = await alert_by_id(uow, ref_id(script))
    except NotFound:
        return Heard("phone.alert.over", is_recorded=False)
    if alert.state in ENDED:
        return Heard("phone.alert.over", is_recorded=False)
    if alert.takers and not _names(script) & set(alert.takers):
        name = await name_of_hand(uow, alert.takers[0])
        return Heard("phone.alert.taken", is_recorded=False, params={"name": name})
    return None


async def has_taken(uow: UnitOfWork, script: CallScript) -> bool:
    """Whether the one who is called has taken the alert on before."""
    if script.kind is not CallKind.ALERT:
        return False
    try:
        alert = await alert_by_id(uow, ref_id(script))
    except NotFound:
        return False
    return bool(_names(script) & set(alert.takers))


def _names(script: CallScript) -> set[str]:
    return {f"contact:{script.contact_id}", f"account:{script.account_id}"}


async def _answer_check_in(uow: UnitOfWork, script: CallScript, said: Said, via: Via, _evidence: str) -> Heard:
    """The elder answers themselves: it is their telephone that was called."""
    if script.person_id is None:
        return NOT_RECORDED
    return await say_fine(uow, await actor_of_script(uow, script), script.person_id, via, is_fine=said is Said.YES)


async def say_fine(uow: UnitOfWork, actor: Actor, person_id: int, via: Via, *, is_fine: bool = True) -> Heard:
    """Somebody is well, or is not; who was not asked today is told so."""
    try:
        told = await answer_check_in(uow, actor=actor, person_id=person_id, via=via, is_fine=is_fine)
    except AccessDenied:  # raised before anything is written
        return NOT_RECORDED
    if not told.recorded:
        return Heard("phone.check_in.none", is_recorded=False)
    return Heard("phone.check_in.yes" if is_fine else "phone.check_in.no", is_recorded=True)


async def _answer_drill(uow: UnitOfWork, script: CallScript, _said: Said, _via: Via, _evidence: str) -> Heard:
    is_theirs = await answer_drill(
        uow, result_id=ref_id(script), account_id=script.account_id, contact_id=script.contact_id
    )
    return Heard("phone.drill.yes", is_recorded=True) if is_theirs else NOT_RECORDED


async def _hear_notice(_uow: UnitOfWork, _script: CallScript, _said: Said, _via: Via, _evidence: str) -> Heard:
    """Somebody has listened to the end: the way to them works."""
    return Heard("phone.notice.yes", is_recorded=True)


async def is_settled(uow: UnitOfWork, script: CallScript | None) -> bool:
    """Whether nobody needs to be called for this any more: asked in the transaction before a call leaves."""
    if script is not None and script.kind is CallKind.BOOKING:
        return not await booking_stands(uow, ref_id(script))
    if script is None or script.kind is not CallKind.ALERT:
        return False
    try:
        alert = await alert_by_id(uow, ref_id(script))
    except NotFound:
        return False
    return alert.state is not AlertState.TRIGGERED


async def _answer_booking(uow: UnitOfWork, script: CallScript, said: Said, _via: Via, _evidence: str) -> Heard:
    """A seat that is kept is taken or goes to the next; a reminder is answered. What is over is told as over."""
    actor = await actor_of_script(uow, script)
    say = say_coming if said is Said.YES else say_not_coming
    words = await say(uow, actor, ref_id(script))
    return Heard(words, is_recorded=words in RECORDED)


Answering = Callable[[UnitOfWork, CallScript, Said, Via, str], Awaitable[Heard]]
ANSWERS: Mapping[tuple[CallKind, Said], Answering] = {
    (CallKind.ALERT, Said.YES): _answer_alert,
    (CallKind.ALERT, Said.NO): _answer_alert,
    (CallKind.ALERT, Said.REACHED): _answer_alert,
    (CallKind.ALERT, Said.SPEAKS): _answer_alert,
    (CallKind.CHECK_IN, Said.YES): _answer_check_in,
    (CallKind.CHECK_IN, Said.NO): _answer_check_in,
    (CallKind.DRILL, Said.YES): _answer_drill,
    (CallKind.NOTICE, Said.YES): _hear_notice,
    (CallKind.BOOKING, Said.YES): _answer_booking,
    (CallKind.BOOKING, Said.NO): _answer_booking,
}
