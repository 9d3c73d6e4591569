"""Alarms between the rooms: devices raise alerts, alerts open issues, carriers and issues speak back to alerts."""

from __future__ import annotations

from backend.alerts import AckKind, NewAlert, Outcome, clear_alert, note_outcome, raise_alert
from backend.alerts import events as alerts
from backend.alerts.drills import note_drill_outcome
from backend.alerts.issue_link import CATEGORIES, alert_to_report, former_issue, link_issue, say_for_issue
from backend.alerts.models import Alert
from backend.alerts.outcomes import OF_RECEIPT
from backend.devices import events as devices
from backend.issues import events as issues
from backend.issues.models import Task
from backend.issues.sensors import Sighting, end_by_sensor, report_by_sensor
from backend.issues.states import IssueStatus, ReportSource, TaskAction
from backend.kernel.alarms import AlarmKind
from backend.kernel.events import ReactionTable
from backend.kernel.geo import Point
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging import events as messaging
from backend.registry.accounts import actor_of_account
from backend.registry.models import Account


async def _raise_alert(uow: UnitOfWork, event: devices.AlarmSeen) -> None:
    """A rule says that a human must hear of it: the first step is taken in the same transaction."""
    detail = {"value": event.value, "unit": event.unit, "label": event.label, "trace": event.trace_id}
    await raise_alert(
        uow,
        NewAlert(
            community_id=event.community_id,
            grid_id=event.grid_id,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            subject_name=event.subject_name,
            kind=event.alarm,
            severity=event.severity,
            certainty=event.certainty,
            dedup_key=event.dedup_key,
            occurred_at=event.occurred_at,
            received_at=event.received_at,
            detail=detail,
            device_id=event.device_id,
            gateway_key=event.gateway_key,
            place=event.place,
            status=event.status,
        ),
    )


async def _clear_alert(uow: UnitOfWork, event: devices.AlarmCleared) -> None:
    await clear_alert(uow, device_id=event.device_id, dedup_key=event.dedup_key, at=event.at)


async def _note_receipt(uow: UnitOfWork, event: messaging.ReceiptNoted) -> None:
    """What a carrier says of a call or an SMS: a bad end calls the next rung."""
    outcome = OF_RECEIPT.get(event.status)
    if outcome is not None:
        await note_outcome(uow, key=event.dedup_key, outcome=outcome)
        await note_drill_outcome(uow, key=event.dedup_key, outcome=outcome)


async def _note_failure(uow: UnitOfWork, event: messaging.MessageFailed) -> None:
    await note_outcome(uow, key=event.dedup_key, outcome=Outcome.FAILED)
    await note_drill_outcome(uow, key=event.dedup_key, outcome=Outcome.FAILED)


async def _note_delay(uow: UnitOfWork, event: messaging.MessageDelayed) -> None:
    """It is tried on, but whoever is next should not wait for it."""
    await note_outcome(uow, key=event.dedup_key, outcome=Outcome.DELAYED)


async def _open_issue(uow: UnitOfWork, event: alerts.StepFired) -> None:
    """An alarm of a facility is work on the one list, from the moment at which people hear of it."""
    alert = await alert_to_report(uow, event.alert_id)
    if alert is None:
        return
    detail = uow.vault.open_json(alert.detail_sealed)
    value, unit, place = detail.get("value"), detail.get("unit"), detail.get("place")
    measured = f" {value:g} {unit}" if value is not None and unit else ""  # without a unit it only means "yes"
    sighting = Sighting(
        community_id=alert.community_id,
        grid_id=alert.grid_id,
        categories=CATEGORIES[alert.kind],
        text=f"{alert.subject_name}{measured}",
        place=alert.subject_name,
        external_id=f"alert:{alert.id}",
        source=ReportSource.CAMERA if alert.kind is AlarmKind.CAMERA_EVENT else ReportSource.SENSOR,
        point=Point(latitude=place[1], longitude=place[0]) if place else None,
        joins=await former_issue(uow, alert),
    )
    issue_id = await report_by_sensor(uow, sighting)
    if issue_id is not None:
        link_issue(uow, alert, issue_id)


_TASK_SAYS = {
    TaskAction.CLAIM: AckKind.CLAIMED,
    TaskAction.EN_ROUTE: AckKind.EN_ROUTE,
    TaskAction.ARRIVE: AckKind.ON_SCENE,
}
_ISSUE_SAYS = {
    IssueStatus.RESOLVED: AckKind.RESOLVED,
    IssueStatus.CLOSED: AckKind.RESOLVED,
    IssueStatus.CANCELLED: AckKind.RESOLVED,
    IssueStatus.REJECTED: AckKind.FALSE_ALARM,
}


async def _say_of_task(uow: UnitOfWork, event: issues.TaskMoved) -> None:
    """Who takes the task has the alarm."""
    kind = _TASK_SAYS.get(event.action)
    if kind is None or event.actor_account_id is None:
        return
    task = await uow.session.get_one(Task, event.task_id)
    account = await uow.session.get_one(Account, event.actor_account_id)
    actor = await actor_of_account(uow, account)
    evidence = f"task:{event.task_id}:{event.action}:{uow.now.timestamp()}"
    await say_for_issue(uow, issue_id=task.issue_id, kind=kind, actor=actor, evidence=evidence)


async def _say_of_issue(uow: UnitOfWork, event: issues.IssueMoved) -> None:
    """What is solved on the list is solved as an alarm."""
    kind = _ISSUE_SAYS.get(event.to_status)
    if kind is not None:
        await say_for_issue(uow, issue_id=event.issue_id, kind=kind, evidence=f"issue:{event.entry_id}")


ALARMS: ReactionTable = {
    alerts.StepFired: (_open_issue,),
    issues.TaskMoved: (_say_of_task,),
    issues.IssueMoved: (_say_of_issue,),
    devices.AlarmSeen: (_raise_alert,),
    devices.AlarmCleared: (_clear_alert,),
    messaging.ReceiptNoted: (_note_receipt,),
    messaging.MessageFailed: (_note_failure,),
    messaging.MessageDelayed: (_note_delay,),
}
"""What alarms bring about, and what happens to them because of something else."""


def speaking_reactions(texts: Texts, language: str = Language.CHINESE) -> ReactionTable:
    """The rows that write words where people read them: in the language of the community."""

    async def end_issue(uow: UnitOfWork, event: alerts.AlertEnded) -> None:
        alert = await uow.session.get_one(Alert, event.alert_id)
        if alert.issue_id is None:
            return
        key = "alert.issue_ended.device" if event.by_device else f"alert.issue_ended.{event.state.value}"
        await end_by_sensor(uow, issue_id=alert.issue_id, reason=texts.say(language, key))

    return {alerts.AlertEnded: (end_issue,)}
