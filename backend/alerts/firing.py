"""Takes the next step of an escalation: finds its people, writes their notifications, says when to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from backend.alerts.callees import Callee
from backend.alerts.climbing import Move, Position, next_move, within_hours
from backend.alerts.events import StepFired
from backend.alerts.log import write_log
from backend.alerts.models import IS_CALL, Alert, AlertNotification
from backend.alerts.planning import LONGEST_WINDOW, Heard, Planned, plan_calls
from backend.alerts.plans import Plan, Step
from backend.alerts.policies import plan_in
from backend.alerts.resolving import callees_of
from backend.alerts.states import Ladder, LogEvent, Outcome
from backend.kernel.alarms import Severity
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.rows import insert_new
from backend.registry.models import OrgUnit


async def climb(uow: UnitOfWork, alert: Alert) -> None:
    """Take the next step now, and those that go with it; the caller holds the alert's row.

    A step that reaches nobody is written down and the next one is taken at once; when a whole round reached nobody
    it waits for the next round.
    """
    with uow.session.no_autoflush:  # the alert changes three times on the way; it is written once
        await _climb(uow, alert)


async def _climb(uow: UnitOfWork, alert: Alert) -> None:
    plan = await plan_in(uow, alert.policy_id)
    move = next_move(plan, position_of(alert), forever=never_gives_up(alert))
    for _ in range(len(plan.steps) + 1):
        if move is None:
            _give_up(uow, alert)
            return
        reached = await _fire(uow, alert, plan, move.to)
        following = next_move(plan, move.to, forever=never_gives_up(alert))
        goes_along = following is not None and following.to.loop == move.to.loop and _is_parallel(plan, following)
        begins_anew = following is not None and following.to.loop > move.to.loop
        if (reached and not goes_along) or begins_anew:
            await _wait(uow, alert, plan, following)
            return
        move = following


def position_of(alert: Alert) -> Position:
    """Where the escalation stands."""
    return Position(alert.step, alert.turn, alert.loop)


def never_gives_up(alert: Alert) -> bool:
    """What is life safety calls until a human acts, whatever the policy says."""
    return alert.severity is Severity.LIFE_SAFETY


def subject_of(alert: Alert) -> str:
    """Whom the alert is about, as one word: what is new to somebody is judged by it."""
    if alert.subject_id is None:
        return f"device:{alert.device_id}"
    return f"{alert.subject_kind.value}:{alert.subject_id}"


def _is_parallel(plan: Plan, move: Move) -> bool:
    return plan.steps[move.to.step - 1].parallel


async def _wait(uow: UnitOfWork, alert: Alert, plan: Plan, following: Move | None) -> None:
    """Note when the next step is due; with nothing to follow, the last call still gets its time to be answered."""
    if following is None:
        _give_up(uow, alert)
        return
    due = uow.now + timedelta(seconds=following.after)
    if not never_gives_up(alert):
        community = await uow.session.get_one(OrgUnit, alert.community_id)
        due = within_hours(plan, due, ZoneInfo(community.time_zone))
    alert.due_at = due


def _give_up(uow: UnitOfWork, alert: Alert) -> None:
    alert.ladder, alert.due_at = Ladder.EXHAUSTED, None
    write_log(uow, alert, LogEvent.EXHAUSTED, step=alert.step, loop=alert.loop)


async def _fire(uow: UnitOfWork, alert: Alert, plan: Plan, to: Position) -> bool:
    alert.step, alert.turn, alert.loop = to.step, to.turn, to.loop
    alert.fired += 1
    alert.ladder = Ladder.RUNNING
    step: Step = plan.steps[to.step - 1]
    callees = await callees_of(uow, alert, step.targets)
    planned = await _planned(uow, alert, callees)
    called = [_keyed(alert, callee) for callee in planned.called]
    folded = [_keyed(alert, callee) for callee in planned.folded]
    await _note(uow, alert, called, folded)
    _write_down(uow, alert, planned)
    if called or folded:
        uow.record(
            StepFired(
                alert_id=alert.id,
                step=to.step,
                loop=to.loop,
                fired=alert.fired,
                callees=tuple(called),
                folded=tuple(folded),
            )
        )
    return planned.reaches_somebody


async def _planned(uow: UnitOfWork, alert: Alert, callees: Sequence[Callee]) -> Planned:
    return plan_calls(
        callees,
        await _heard_by(uow, callees),
        now=uow.now,
        subject=subject_of(alert),
        is_life_safety=alert.severity is Severity.LIFE_SAFETY,
    )


async def _heard_by(uow: UnitOfWork, callees: Sequence[Callee]) -> dict[str, list[Heard]]:
    addresses = sorted({callee.to.address for callee in callees})
    rows = await uow.session.execute(
        select(
            AlertNotification.channel,
            AlertNotification.address,
            AlertNotification.at,
            AlertNotification.subject,
        ).where(
            AlertNotification.address.in_(addresses),
            AlertNotification.at > uow.now - LONGEST_WINDOW,
            IS_CALL,
        )
    )
    heard: dict[str, list[Heard]] = {}
    for row in rows:
        heard.setdefault(f"{row.channel}-{row.address}", []).append(Heard(row.at, row.subject))
    return heard


def _keyed(alert: Alert, callee: Callee) -> Callee:
    return replace(callee, key=f"alert:{alert.id}:{alert.step}:{alert.fired}:{callee.who}")


async def _note(uow: UnitOfWork, alert: Alert, called: Sequence[Callee], folded: Sequence[Callee]) -> None:
    rows = [_row(uow, alert, callee, None) for callee in called]
    rows += [_row(uow, alert, callee, Outcome.FOLDED) for callee in folded]
    if rows:
        await insert_new(uow, AlertNotification, rows)


def _row(uow: UnitOfWork, alert: Alert, callee: Callee, outcome: Outcome | None) -> dict[str, object]:
    return {
        "alert_id": alert.id,
        "fired": alert.fired,
        "step": alert.step,
        "key": callee.key,
        "target": callee.target,
        "channel": callee.channel.value,
        "address": callee.to.address,
        "contact_id": callee.contact_id,
        "account_id": callee.account_id,
        "is_life_safety": alert.severity is Severity.LIFE_SAFETY,
        "subject": subject_of(alert),
        "at": uow.now,
        "outcome": outcome,
        "outcome_at": uow.now if outcome is not None else None,
    }


def _write_down(uow: UnitOfWork, alert: Alert, planned: Planned) -> None:
    counts: dict[str, Any] = {
        "called": sorted({callee.target.value for callee in planned.called}),
        "ways": len(planned.called),
        "folded": len(planned.folded),
        "skipped": len(planned.skipped),
        "over_quota": len(planned.over_quota),
        "known": len(planned.known),
    }
    event = LogEvent.STEP_FIRED if planned.reaches_somebody else LogEvent.NOBODY_REACHABLE
    write_log(uow, alert, event, step=alert.step, loop=alert.loop, **counts)
