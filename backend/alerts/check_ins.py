"""The daily "I am OK": asked by the plan, answered by whoever is well, and only silence is followed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from backend.alerts.acknowledging import acknowledge
from backend.alerts.care_models import CheckIn, CheckInPlan, CheckInState
from backend.alerts.check_in_rules import MOST_ASKS, next_check_in
from backend.alerts.events import CheckInAnswered, CheckInDue, CheckInMissed
from backend.alerts.models import Alert
from backend.alerts.raising import NewAlert, raise_alert
from backend.alerts.states import OPEN_STATES, AckKind, Via
from backend.kernel.access import CLOCK_ACTOR, Actor, Permission, may
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.rows import insert_new
from backend.registry.contacts import ladder_of
from backend.registry.homes import Home, home_of
from backend.registry.models import OrgUnit

BATCH = 50


@dataclass(frozen=True, slots=True)
class CheckInAnswer:
    """What the one who answered is told. Not recorded is never told as recorded."""

    text_key: str
    recorded: bool = True


async def has_due_check_in(uow: UnitOfWork) -> bool:
    """Whether anybody is to be asked or followed up now: asked before the write lock is taken."""
    plans = select(exists().where(CheckInPlan.next_at <= uow.now))
    waiting = select(exists().where(CheckIn.next_at <= uow.now, CheckIn.state == CheckInState.ASKED))
    return bool(await uow.session.scalar(plans)) or bool(await uow.session.scalar(waiting))


async def ask_due(uow: UnitOfWork, limit: int = BATCH) -> int:
    """Ask whoever is to be asked by now; who has answered already today is left in peace. Returns how many plans."""
    plans = await uow.session.scalars(
        select(CheckInPlan)
        .where(CheckInPlan.next_at <= uow.now)
        .order_by(CheckInPlan.next_at, CheckInPlan.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    asked = 0
    for plan in plans.all():
        zone = await _zone(uow, plan.community_id)
        due_at = plan.next_at or uow.now
        check_in = await _of_day(uow, plan, due_at.astimezone(zone).date(), due_at)
        if check_in.state is CheckInState.DUE:
            _ask(uow, plan, check_in)
        plan.next_at = next_check_in(plan.ask_at, plan.weekdays, after=uow.now, zone=zone)
        asked += 1
    return asked


async def follow_up(uow: UnitOfWork, limit: int = BATCH) -> int:
    """Ask once more whoever has not answered; who stays silent is an alert for the family and the grid."""
    silent = await uow.session.scalars(
        select(CheckIn)
        .where(CheckIn.next_at <= uow.now, CheckIn.state == CheckInState.ASKED)
        .order_by(CheckIn.next_at, CheckIn.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    followed = 0
    for check_in in silent.all():
        plan = await uow.session.get_one(CheckInPlan, check_in.plan_id)
        if check_in.asks < MOST_ASKS:
            _ask(uow, plan, check_in)
        else:
            await _miss(uow, plan, check_in)
        followed += 1
    return followed


async def answer_check_in(
    uow: UnitOfWork, *, actor: Actor, person_id: int, via: Via, is_fine: bool = True
) -> CheckInAnswer:
    """Somebody is well, or is not. An answer before the question counts for today; help is called at once.

    The person, a contact of theirs and whoever serves their grid may say it; the record says who did. Raises
    AccessDenied, NotFound.
    """
    home = await home_of(uow, person_id)
    await _check_may_answer(uow, actor, home)
    if not is_fine:
        await _call_for_help(uow, home, via)
        return CheckInAnswer("check_in.help_called")
    check_in = await _today(uow, person_id)
    if check_in is None:
        return CheckInAnswer("check_in.none", recorded=False)
    if check_in.state is CheckInState.ANSWERED:
        return CheckInAnswer("check_in.thanks")
    check_in.state, check_in.answered_at, check_in.via = CheckInState.ANSWERED, uow.now, via.value
    check_in.next_at = None
    if actor.person_id != person_id:
        check_in.account_id = actor.account_id
    await _end_missed(uow, person_id, check_in, via)
    uow.record(CheckInAnswered(check_in_id=check_in.id, person_id=person_id, via=via.value))
    return CheckInAnswer("check_in.thanks")


def _ask(uow: UnitOfWork, plan: CheckInPlan, check_in: CheckIn) -> None:
    check_in.state = CheckInState.ASKED
    check_in.asks += 1
    check_in.next_at = uow.now + timedelta(minutes=plan.answer_within)
    uow.record(
        CheckInDue(check_in_id=check_in.id, person_id=check_in.person_id, method=plan.method.value, ask=check_in.asks)
    )


async def _miss(uow: UnitOfWork, plan: CheckInPlan, check_in: CheckIn) -> None:
    check_in.state, check_in.next_at = CheckInState.MISSED, None
    home = await home_of(uow, check_in.person_id)
    new = _alert(uow, home, AlarmKind.CHECK_IN_MISSED, Severity.CRITICAL, f"check_in:{check_in.person_id}", "check_in")
    alert = await raise_alert(uow, new)
    uow.record(CheckInMissed(check_in_id=check_in.id, person_id=check_in.person_id, alert_id=alert.id))


async def _call_for_help(uow: UnitOfWork, home: Home, via: Via) -> None:
    key = f"help:{home.person.id}"
    await raise_alert(uow, _alert(uow, home, AlarmKind.HELP_BY_PHONE, Severity.LIFE_SAFETY, key, via.value))


def _alert(uow: UnitOfWork, home: Home, kind: AlarmKind, severity: Severity, key: str, source: str) -> NewAlert:
    return NewAlert(
        community_id=home.person.community_id,
        grid_id=home.grid_id,
        subject_kind=SubjectKind.PERSON,
        subject_id=home.person.id,
        subject_name=home.person.name,
        kind=kind,
        severity=severity,
        dedup_key=key,
        occurred_at=uow.now,
        received_at=uow.now,
        source=source,
    )


async def _end_missed(uow: UnitOfWork, person_id: int, check_in: CheckIn, via: Via) -> None:
    """Who answers late is well all the same: nobody has to look for them any more."""
    alert_id = await uow.session.scalar(
        select(Alert.id).where(Alert.dedup_key == f"check_in:{person_id}", Alert.state.in_(OPEN_STATES))
    )
    if alert_id is not None:
        evidence = f"check_in:{check_in.id}"
        await acknowledge(uow, actor=CLOCK_ACTOR, alert_id=alert_id, kind=AckKind.RESOLVED, via=via, evidence=evidence)


async def _check_may_answer(uow: UnitOfWork, actor: Actor, home: Home) -> None:
    if actor.person_id == home.person.id or may(actor, Permission.PLAN_CHECK_INS, home.org_path):
        return
    ladder = await ladder_of(uow, person_id=home.person.id)
    if actor.account_id is None or actor.account_id not in {rung.account_id for rung in ladder}:
        raise AccessDenied


async def _today(uow: UnitOfWork, person_id: int) -> CheckIn | None:
    """Today's check-in, held; one that is not asked yet is made, so that it need not be asked."""
    plan = await uow.session.scalar(select(CheckInPlan).where(CheckInPlan.person_id == person_id))
    if plan is None or plan.next_at is None:
        return None
    zone = await _zone(uow, plan.community_id)
    today = uow.now.astimezone(zone).date()
    is_asked_today = plan.next_at.astimezone(zone).date() == today
    known = await _held(uow, plan.id, today)
    if known is None and is_asked_today:
        known = await _of_day(uow, plan, today, plan.next_at)
    return known


async def _of_day(uow: UnitOfWork, plan: CheckInPlan, day: date, due_at: datetime) -> CheckIn:
    row = {
        "plan_id": plan.id,
        "person_id": plan.person_id,
        "on_day": day,
        "state": CheckInState.DUE,
        "asks": 0,
        "due_at": due_at,
    }
    await insert_new(uow, CheckIn, [row])
    check_in = await _held(uow, plan.id, day)
    assert check_in is not None, "the insert left a row, ours or another's"
    return check_in


async def _held(uow: UnitOfWork, plan_id: int, day: date) -> CheckIn | None:
    found: CheckIn | None = await uow.session.scalar(
        select(CheckIn)
        .where(CheckIn.plan_id == plan_id, CheckIn.on_day == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def _zone(uow: UnitOfWork, community_id: int) -> ZoneInfo:
    return ZoneInfo((await uow.session.get_one(OrgUnit, community_id)).time_zone)
