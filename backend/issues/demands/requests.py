"""What one person asks for and another decides: to suspend an issue, to reopen it; and suspensions that run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from backend.issues.errors import AlreadyDecided, CheckerIsDoer, MoveNotYours, ReasonMissing, UntilInvalid
from backend.issues.events import RequestDecided, RequestMade
from backend.issues.history import checked_words
from backend.issues.holding import as_it_stands, hold_issue, issue_by_id
from backend.issues.models import Category, HistoryEntry, Issue, IssueRequest, RequestKind, Task
from backend.issues.movers import mover_of_issue
from backend.issues.moves import LEADERS
from backend.issues.moving import check_issue_step, move_issue
from backend.issues.naming import name_of
from backend.issues.states import IssueAction, IssueStatus
from backend.issues.tasks.auto_dispatch import dispatch_by_route
from backend.issues.tasks.hands import Group
from backend.issues.tasks.opening import open_task
from backend.issues.tasks.routing import RouteTo
from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork

LONGEST_SUSPENSION = timedelta(days=366)


async def request_suspension(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str, until_at: datetime | None = None
) -> IssueRequest:
    """Ask to put off an issue that one works on; while one request waits, asking again brings it back unchanged."""
    issue = await issue_by_id(uow, issue_id)
    _check_until(uow, until_at)
    await check_issue_step(uow, issue, IssueAction.REQUEST_SUSPEND, actor=actor, reason=reason)
    waiting = await uow.session.scalar(
        select(IssueRequest).where(
            IssueRequest.issue_id == issue.id,
            IssueRequest.kind == RequestKind.SUSPEND,
            IssueRequest.decided_at.is_(None),
        )
    )
    if waiting is not None:
        return waiting
    await move_issue(uow, issue, IssueAction.REQUEST_SUSPEND, actor=actor, reason=reason, is_public=False)
    request = _request(uow, issue, actor, reason, until_at)
    await uow.session.flush()
    uow.record(RequestMade(request.id))
    return request


async def suspend_issue(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str, until_at: datetime | None = None
) -> HistoryEntry:
    """Put an issue off without anybody having asked; its clocks stand still."""
    issue = await issue_by_id(uow, issue_id)
    _check_until(uow, until_at)
    entry = await move_issue(uow, issue, IssueAction.SUSPEND, actor=actor, reason=reason)
    request = _request(uow, issue, actor, reason, until_at)
    request.decided_by_id, request.decided_at, request.is_granted = actor.account_id, uow.now, True
    return entry


def _request(uow: UnitOfWork, issue: Issue, actor: Actor, reason: str, until_at: datetime | None) -> IssueRequest:
    request = IssueRequest(
        issue_id=issue.id,
        kind=RequestKind.SUSPEND,
        asked_by_id=actor.account_id,
        asked_at=uow.now,
        reason=checked_words(reason),
        until_at=until_at,
    )
    uow.session.add(request)
    return request


def _check_until(uow: UnitOfWork, until_at: datetime | None) -> None:
    if until_at is not None and not uow.now < until_at <= uow.now + LONGEST_SUSPENSION:
        raise UntilInvalid


async def resume_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str = "") -> HistoryEntry:
    """Take a suspended or waiting issue up again where it stood; its clocks run on."""
    return await move_issue(uow, await issue_by_id(uow, issue_id), IssueAction.RESUME, actor=actor, reason=reason)


async def decide_request(
    uow: UnitOfWork, *, actor: Actor, request_id: int, is_granted: bool, reason: str = ""
) -> IssueRequest:
    """Grant or refuse; a refusal says why. Nobody decides what they asked for themselves.

    The same answer of the same person again changes nothing; another's hears AlreadyDecided with the name.
    """
    request = await uow.session.get(IssueRequest, request_id)
    if request is None:
        raise NotFound
    issue = await hold_issue(uow, await uow.session.get_one(Issue, request.issue_id))
    await as_it_stands(uow, request)
    await _check_may_decide(uow, issue, request, actor)
    if request.decided_at is not None:
        if request.decided_by_id == actor.account_id and request.is_granted is is_granted:
            return request
        raise AlreadyDecided(await name_of(uow, request.decided_by_id))
    await _carry_out(uow, issue, request, actor=actor, is_granted=is_granted, reason=reason)
    request.decided_by_id, request.decided_at, request.is_granted = actor.account_id, uow.now, is_granted
    await uow.session.flush()
    uow.record(RequestDecided(request.id))
    return request


async def _check_may_decide(uow: UnitOfWork, issue: Issue, request: IssueRequest, actor: Actor) -> None:
    mover = await mover_of_issue(uow, issue, actor)
    if not mover.roles & LEADERS:
        raise MoveNotYours(issue.status, request.kind)
    if request.asked_by_id == actor.account_id:
        raise CheckerIsDoer


async def _carry_out(
    uow: UnitOfWork, issue: Issue, request: IssueRequest, *, actor: Actor, is_granted: bool, reason: str
) -> None:
    if request.kind is RequestKind.REOPEN:
        await (_reopen(uow, issue, actor, reason) if is_granted else _deny_reopen(uow, issue, actor, reason))
    elif is_granted:
        await move_issue(uow, issue, IssueAction.SUSPEND, actor=actor, reason=request.reason)
    elif not reason.strip():
        raise ReasonMissing(IssueAction.SUSPEND)
    else:
        await move_issue(uow, issue, IssueAction.COMMENT, actor=actor, reason=reason, is_public=False)


async def _deny_reopen(uow: UnitOfWork, issue: Issue, actor: Actor, reason: str) -> None:
    await move_issue(uow, issue, IssueAction.DENY_REOPEN, actor=actor, reason=reason)


async def _reopen(uow: UnitOfWork, issue: Issue, actor: Actor, reason: str) -> None:
    """Begin a new life of the issue, with a task for the group that worked on it last."""
    last = await uow.session.scalar(select(Task).where(Task.issue_id == issue.id).order_by(Task.id.desc()).limit(1))
    await move_issue(uow, issue, IssueAction.REOPEN, actor=actor, reason=reason)
    if last is None:
        category = await uow.session.get_one(Category, issue.category_id)
        await dispatch_by_route(uow, issue, RouteTo(category.route))
        return
    task = await open_task(uow, issue, Group(last.org_unit_id, last.partner_id), instructions=reason)
    await move_issue(uow, issue, IssueAction.DISPATCH, actor=actor, task_id=task.id)


async def resume_due_suspensions(uow: UnitOfWork, limit: int = 200) -> int:
    """Take up again what was put off until now or earlier; returns how many. Twice is safe."""
    issues = await uow.session.scalars(
        select(Issue)
        .where(Issue.status == IssueStatus.SUSPENDED, _has_run_out(uow.now))
        .order_by(Issue.id)
        .limit(limit)
    )
    resumed = 0
    for issue in issues.all():
        await hold_issue(uow, issue)
        if issue.status is IssueStatus.SUSPENDED:
            await move_issue(uow, issue, IssueAction.RESUME, actor=CLOCK_ACTOR)
            resumed += 1
    return resumed


def _has_run_out(now: datetime) -> ColumnElement[bool]:
    """The last granted suspension counts; an earlier one was over before it."""
    granted, later = aliased(IssueRequest), aliased(IssueRequest)
    is_last = ~exists().where(
        later.issue_id == Issue.id, later.kind == RequestKind.SUSPEND, later.is_granted.is_(True), later.id > granted.id
    )
    return exists().where(
        granted.issue_id == Issue.id,
        granted.kind == RequestKind.SUSPEND,
        granted.is_granted.is_(True),
        granted.until_at <= now,
        is_last,
    )
