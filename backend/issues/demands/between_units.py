"""Matters between org units: a superior sends them down, a community sends them up, the answer goes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from backend.issues.demands.answers import give_answer
from backend.issues.errors import AlreadyAnswered, MoveNotYours, NotInLine, ReasonMissing, UntilInvalid
from backend.issues.events import SentBetweenUnits
from backend.issues.history import checked_words
from backend.issues.holding import as_it_stands, hold_issue, issue_by_id
from backend.issues.models import Direction, HistoryEntry, Issue, OrgDispatch
from backend.issues.movers import path_of_unit, roles_at_unit
from backend.issues.moves import LEADERS
from backend.issues.moving import move_issue
from backend.issues.naming import name_of
from backend.issues.reports.intake import submit_report
from backend.issues.reports.new_report import NewReport
from backend.issues.states import IssueAction, IssueStatus, ReportSource
from backend.issues.tasks.dispatching import dispatch_issue
from backend.issues.tasks.hands import WorkTarget
from backend.kernel.access import OFFICE, Actor, Permission, Role, check_access
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgKind, OrgUnit

LATEST_ANSWER = timedelta(days=366)
_SUPERIORS = (Role.SUBDISTRICT, Role.DISTRICT, Role.ADMIN)
_ANSWER_BELOW = LEADERS | {Role.GRID_WORKER}
_CAN_BE_HANDED_ON = frozenset(
    {IssueStatus.REPORTED, IssueStatus.ACCEPTED, IssueStatus.DISPATCHED, IssueStatus.IN_PROGRESS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """To which unit, with which words, and by when an answer is wanted."""

    to_unit_id: int
    words: str
    answer_due_at: datetime | None = None


async def send_report_down(uow: UnitOfWork, *, actor: Actor, sending: Sending, report: NewReport) -> OrgDispatch:
    """Give a new matter to a community or grid below; it becomes an issue there and goes to work at once."""
    unit = await _unit_below(uow, actor, sending)
    community = await _community_of(uow, unit)
    told = await submit_report(
        uow, actor=actor, report=replace(report, source=ReportSource.SUPERIOR, community_id=community.id)
    )
    issue = await issue_by_id(uow, told.issue_id)
    return await _down(uow, issue, actor, unit, sending)


async def send_issue_down(uow: UnitOfWork, *, actor: Actor, sending: Sending, issue_id: int) -> OrgDispatch:
    """Hand an issue that exists to a unit of its own community, with an answer wanted."""
    unit = await _unit_below(uow, actor, sending)
    issue = await issue_by_id(uow, issue_id)
    check_access(actor, Permission.SEND_DOWN, await path_of_unit(uow, issue.org_unit_id))
    if not unit.path.startswith(await path_of_unit(uow, issue.community_id)):
        raise NotInLine
    return await _down(uow, issue, actor, unit, sending)


async def _unit_below(uow: UnitOfWork, actor: Actor, sending: Sending) -> OrgUnit:
    unit = await uow.session.get(OrgUnit, sending.to_unit_id)
    if unit is None:
        raise NotFound
    check_access(actor, Permission.SEND_DOWN, unit.path)
    _check_sending(uow, sending)
    return unit


def _check_sending(uow: UnitOfWork, sending: Sending) -> None:
    if not sending.words.strip():
        raise ReasonMissing(IssueAction.DISPATCH)
    due = sending.answer_due_at
    if due is not None and not uow.now < due <= uow.now + LATEST_ANSWER:
        raise UntilInvalid


async def _community_of(uow: UnitOfWork, unit: OrgUnit) -> OrgUnit:
    """The unit itself if it is a community, or the one above it; what lies higher takes no matters from above."""
    while unit.kind is OrgKind.GRID and unit.parent_id is not None:
        unit = await uow.session.get_one(OrgUnit, unit.parent_id)
    if unit.kind is not OrgKind.COMMUNITY:
        raise NotInLine
    return unit


async def _down(uow: UnitOfWork, issue: Issue, actor: Actor, unit: OrgUnit, sending: Sending) -> OrgDispatch:
    from_unit_id = await _sender_above(uow, actor, unit)
    await move_issue(uow, issue, IssueAction.COMMENT, actor=actor, reason=sending.words, is_public=False)
    if unit.kind is OrgKind.GRID and issue.status in _CAN_BE_HANDED_ON:
        target = WorkTarget(org_unit_id=unit.id)
        await dispatch_issue(uow, actor=actor, issue_id=issue.id, targets=[target], instructions=sending.words)
    return await _send(uow, issue, actor, Direction.DOWN, from_unit_id, sending)


async def _sender_above(uow: UnitOfWork, actor: Actor, unit: OrgUnit) -> int:
    """The nearest unit above for which the actor speaks."""
    paths = [path for path in actor.paths_of(_SUPERIORS) if unit.path.startswith(path)]
    above = await uow.session.scalar(select(OrgUnit.id).where(OrgUnit.path == max(paths, key=len, default="")))
    if above is None or above == unit.id:
        raise NotInLine
    return above


async def send_issue_up(uow: UnitOfWork, *, actor: Actor, sending: Sending, issue_id: int) -> OrgDispatch:
    """Report a matter to a unit above the community that cannot settle it alone; the work below goes on.

    While the same unit has not answered yet, sending again brings back what waits there.
    """
    issue = await issue_by_id(uow, issue_id)
    check_access(actor, Permission.SEND_UP, await path_of_unit(uow, issue.org_unit_id))
    _check_sending(uow, sending)
    unit = await uow.session.get(OrgUnit, sending.to_unit_id)
    community = await path_of_unit(uow, issue.community_id)
    if unit is None or unit.id == issue.community_id or not community.startswith(unit.path):
        raise NotInLine
    if (waiting := await _waiting_above(uow, issue, unit)) is not None:
        return waiting
    await escalate_issue(uow, actor=actor, issue_id=issue_id, reason=sending.words)
    return await _send(uow, issue, actor, Direction.UP, issue.community_id, sending)


async def _waiting_above(uow: UnitOfWork, issue: Issue, unit: OrgUnit) -> OrgDispatch | None:
    return await uow.session.scalar(
        select(OrgDispatch).where(
            OrgDispatch.issue_id == issue.id,
            OrgDispatch.direction == Direction.UP,
            OrgDispatch.to_unit_id == unit.id,
            OrgDispatch.answered_at.is_(None),
        )
    )


async def escalate_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str) -> HistoryEntry:
    """Call for those above inside the community; who has the work keeps it. Records IssueMoved."""
    issue = await issue_by_id(uow, issue_id)
    return await move_issue(uow, issue, IssueAction.ESCALATE, actor=actor, reason=reason, is_public=False)


async def _send(
    uow: UnitOfWork, issue: Issue, actor: Actor, direction: Direction, from_unit_id: int, sending: Sending
) -> OrgDispatch:
    dispatch = OrgDispatch(
        issue_id=issue.id,
        direction=direction,
        from_unit_id=from_unit_id,
        to_unit_id=sending.to_unit_id,
        sent_by_id=actor.account_id,
        sent_at=uow.now,
        words=checked_words(sending.words),
        answer_due_at=sending.answer_due_at,
    )
    uow.session.add(dispatch)
    await uow.session.flush()
    uow.record(SentBetweenUnits(dispatch.id))
    return dispatch


async def answer_dispatch(uow: UnitOfWork, *, actor: Actor, dispatch_id: int, words: str) -> OrgDispatch:
    """Send the answer back to the unit that asked. Raises AlreadyAnswered with the name if another was faster.

    What came down is answered by whoever answers for the unit below, what went up by the office of the unit above.
    """
    dispatch = await uow.session.get(OrgDispatch, dispatch_id)
    if dispatch is None:
        raise NotFound
    issue = await hold_issue(uow, await uow.session.get_one(Issue, dispatch.issue_id))
    await as_it_stands(uow, dispatch)
    await _check_may_answer(uow, issue, dispatch, actor)
    if dispatch.answered_at is not None:
        if dispatch.answered_by_id == actor.account_id:
            return dispatch
        raise AlreadyAnswered(await name_of(uow, dispatch.answered_by_id))
    if not (answer := checked_words(words)):
        raise ReasonMissing(IssueAction.ANSWER)
    await move_issue(uow, issue, IssueAction.COMMENT, actor=actor, reason=answer, is_public=False)
    give_answer(uow, dispatch, actor, answer)
    return dispatch


async def _check_may_answer(uow: UnitOfWork, issue: Issue, dispatch: OrgDispatch, actor: Actor) -> None:
    if dispatch.sent_by_id == actor.account_id:
        raise MoveNotYours(issue.status, IssueAction.ANSWER)
    allowed = _ANSWER_BELOW if dispatch.direction is Direction.DOWN else OFFICE
    if not allowed & await roles_at_unit(uow, actor, dispatch.to_unit_id):
        raise AccessDenied
