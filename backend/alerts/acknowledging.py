"""What humans say to an alert: written down for good, folded into its state, and everything else stops or climbs."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.alerts.access import Hand, alert_by_id, hand_of
from backend.alerts.climbing import patience_after
from backend.alerts.ending import end_alert, withdraw_calls
from backend.alerts.events import AlertAcknowledged, AlertEscalated
from backend.alerts.firing import climb
from backend.alerts.incidents import members_of
from backend.alerts.log import write_log
from backend.alerts.models import Acknowledgement, AcknowledgementNote, Alert
from backend.alerts.names import name_of_hand
from backend.alerts.policies import plan_in
from backend.alerts.standing import IS_OVER, Said, Standing, after
from backend.alerts.states import AckKind, AlertState, Ladder, LogEvent, Via
from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries

LONGEST_EVIDENCE = 120
LONGEST_NOTE = 500
CLOCK_HAND = Hand("clock", CLOCK_ACTOR.name)


@dataclass(frozen=True, slots=True)
class AckOutcome:
    """What the one who spoke is told: `text_key` with `params`. `who_has_it` is the name of whoever took it first."""

    state: AlertState | None
    who_has_it: str
    text_key: str
    recorded: bool = True
    is_mine: bool = False
    params: dict[str, object] = field(default_factory=dict)


NOT_RECORDED = AckOutcome(None, "", "alert.ack.not_recorded", recorded=False)


async def acknowledge(
    uow: UnitOfWork,
    *,
    actor: Actor,
    alert_id: int,
    kind: AckKind,
    via: Via,
    evidence: str,
    contact_id: int | None = None,
    note: str = "",
) -> AckOutcome:
    """Write down what somebody said to an alert and let the escalation follow.

    `evidence` is the press, call or SMS that proves it: the same twice changes nothing more. After a claim nothing
    further of this alert starts: what waits is withdrawn in this transaction. "Declined" climbs at once. An alert
    that is over or unknown answers that nothing was recorded, which is never told as a success. Raises AccessDenied.
    """
    try:
        alert = await alert_by_id(uow, alert_id, lock=True)
    except NotFound:
        return NOT_RECORDED
    hand = await hand_of(uow, actor, alert, contact_id)
    if alert.state in IS_OVER:
        write_log(uow, alert, LogEvent.NOT_RECORDED, via=via, kind=kind.value, **_by(hand))
        return AckOutcome(alert.state, await _holder(uow, alert), "alert.ack.over", recorded=False)
    row = await _store(uow, alert, hand, kind, via, evidence, note)
    if row is not None:
        for member in await members_of(uow, alert):
            await _follow_lead(uow, member, row, hand)
        await _follow(uow, alert, row, hand)
        await _audit(uow, actor, alert, row)
    return await _told(uow, alert, hand, kind)


async def lapse(uow: UnitOfWork, alert: Alert) -> None:
    """Who had the alert did not get further in time: it climbs again. For the clock, which holds the row."""
    row = await _store(uow, alert, CLOCK_HAND, AckKind.LAPSED, Via.CLOCK, f"clock:{alert.due_at}", "")
    if row is not None:
        await _follow(uow, alert, row, CLOCK_HAND)


async def _store(
    uow: UnitOfWork, alert: Alert, hand: Hand, kind: AckKind, via: Via, evidence: str, note: str
) -> Acknowledgement | None:
    """The new row; None when the same evidence was heard before."""
    values = {
        "alert_id": alert.id,
        "at": uow.now,
        "kind": kind,
        "via": via,
        "who": hand.who,
        "account_id": hand.account_id,
        "contact_id": hand.contact_id,
        "evidence": evidence[:LONGEST_EVIDENCE],
    }
    dialect = sqlite if uow.is_sqlite else postgresql
    insert = dialect.insert(Acknowledgement).values(values).on_conflict_do_nothing().returning(Acknowledgement)
    row: Acknowledgement | None = await uow.session.scalar(insert)
    if row is not None and note:
        sealed = uow.vault.seal(note[:LONGEST_NOTE])
        uow.session.add(AcknowledgementNote(acknowledgement_id=row.id, note_sealed=sealed))
    return row


async def _follow(uow: UnitOfWork, alert: Alert, row: Acknowledgement, hand: Hand) -> None:
    before = standing_of(alert)
    now = after(before, Said(row.kind, row.who))
    write_log(uow, alert, LogEvent.ACKNOWLEDGED, via=row.via, kind=row.kind.value, **_by(hand))
    alert.state, alert.takers, alert.is_reached = now.state, list(now.takers), now.is_reached
    uow.record(
        AlertAcknowledged(
            alert_id=alert.id,
            acknowledgement_id=row.id,
            kind=row.kind,
            by_name=hand.name,
            via=row.via,
            contact_id=hand.contact_id,
            account_id=hand.account_id,
            took_over=not before.takers and bool(now.takers),
        )
    )
    if now.state in IS_OVER:
        await end_alert(uow, alert, now.state, by=hand)
    elif now.state is AlertState.ACKNOWLEDGED:
        await _rest(uow, alert, now, row.kind)
    elif row.kind in (AckKind.DECLINED, AckKind.LAPSED):
        await _climb_again(uow, alert, row.kind)


async def _rest(uow: UnitOfWork, alert: Alert, now: Standing, kind: AckKind) -> None:
    """Somebody has it: nothing more goes out, and the clock asks whether they get further."""
    if alert.ladder is not Ladder.WAITING or kind not in (AckKind.SEEN, AckKind.DECLINED):
        patience = patience_after(await plan_in(uow, alert.policy_id), now, kind)
        assert patience is not None, "the alert is acknowledged"
        alert.due_at = uow.now + patience
    alert.ladder = Ladder.WAITING
    await withdraw_calls(uow, alert)


async def _climb_again(uow: UnitOfWork, alert: Alert, kind: AckKind) -> None:
    if alert.ladder not in (Ladder.RUNNING, Ladder.WAITING):
        return
    write_log(uow, alert, LogEvent.CLIMBED, reason=kind.value)
    uow.record(AlertEscalated(alert_id=alert.id, reason=kind.value))
    await climb(uow, alert)


async def _follow_lead(uow: UnitOfWork, member: Alert, row: Acknowledgement, hand: Hand) -> None:
    """What is said to the first alert of an incident counts for those for which it speaks."""
    if row.kind in (AckKind.SEEN, AckKind.DECLINED):
        return
    copy = await _store(uow, member, hand, row.kind, row.via, f"{row.evidence}:incident", "")
    if copy is None:
        return
    now = after(standing_of(member), Said(row.kind, row.who))
    member.state, member.takers, member.is_reached = now.state, list(now.takers), now.is_reached
    write_log(uow, member, LogEvent.ACKNOWLEDGED, via=row.via, kind=row.kind.value, **_by(hand))
    if now.state in IS_OVER:
        await end_alert(uow, member, now.state, by=hand)


def standing_of(alert: Alert) -> Standing:
    """The fold as it is kept in the row."""
    return Standing(alert.state, tuple(alert.takers), alert.is_reached)


async def _told(uow: UnitOfWork, alert: Alert, hand: Hand, kind: AckKind) -> AckOutcome:
    is_mine = bool(alert.takers) and alert.takers[0] == hand.who
    holder = await _holder(uow, alert)
    taken_by_other = kind is AckKind.CLAIMED and alert.takers and not is_mine
    key = "alert.ack.taken" if taken_by_other else f"alert.ack.{kind.value}"
    return AckOutcome(alert.state, holder, key, is_mine=is_mine, params={"name": holder})


async def _holder(uow: UnitOfWork, alert: Alert) -> str:
    return await name_of_hand(uow, alert.takers[0]) if alert.takers else ""


def _by(hand: Hand) -> dict[str, int | None]:
    return {"account_id": hand.account_id, "contact_id": hand.contact_id}


async def _audit(uow: UnitOfWork, actor: Actor, alert: Alert, row: Acknowledgement) -> None:
    unit = await queries.org_unit(uow, alert.grid_id or alert.community_id)
    facts = {"kind": row.kind.value, "via": row.via.value, "contact": row.contact_id}
    audit(uow, actor, "alert.acknowledge", f"alert:{alert.id}", org_path=unit.path, after=facts)


async def acknowledgements_of(uow: UnitOfWork, alert_id: int) -> list[Acknowledgement]:
    """All that was said to an alert, oldest first."""
    found = select(Acknowledgement).where(Acknowledgement.alert_id == alert_id).order_by(Acknowledgement.id)
    return list(await uow.session.scalars(found))
