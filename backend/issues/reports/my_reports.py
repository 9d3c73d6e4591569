"""What a reporter or follower sees of their issues: the list, and one issue with its public history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from backend.issues.categories.choices import in_language
from backend.issues.models import (
    Category,
    Evidence,
    HistoryEntry,
    Issue,
    IssueFollower,
    Rating,
    Report,
    ReportMedia,
    Task,
)
from backend.issues.movers import mover_of_issue
from backend.issues.moves import Mover, allowed_actions
from backend.issues.reports.errors import IssueUnknown
from backend.issues.reports.following import surviving_issue
from backend.issues.reports.media import media_of_report
from backend.issues.states import EvidenceKind, IssueAction, IssueStatus, RiskGrade, TaskStatus
from backend.issues.stepping import OVER
from backend.issues.timing.colours import urgency_of
from backend.issues.views.card_facts import Origin, origin_of
from backend.issues.views.history_view import HistoryStep, public_history
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork

PAGE = 5
LARGEST_PAGE = 50

FOR_REPORTERS = (
    IssueAction.ANSWER,
    IssueAction.RATE,
    IssueAction.REQUEST_REOPEN,
    IssueAction.CANCEL,
    IssueAction.COMMENT,
)
"""The actions whose buttons a reporter may see, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MyIssue:
    """One line of the list."""

    issue_id: int
    number: str
    category: str
    emoji: str
    place: str
    status: IssueStatus
    opened_at: datetime
    is_reporter: bool


@dataclass(frozen=True, slots=True)
class MyIssues:
    """One page, newest first; `page` counts from 0."""

    issues: tuple[MyIssue, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedIssue:
    """One issue for one follower. `own_words` are this person's own, never another reporter's.

    `results` are Telegram's file ids of the photos after the work; `question` is what a waiting issue asks.
    """

    issue_id: int
    number: str
    category: str
    emoji: str
    status: IssueStatus
    colour: RiskGrade
    place: str
    summary: str
    own_words: str
    own_media: tuple[ReportMedia, ...]
    opened_at: datetime
    due_at: datetime | None
    question: str
    results: tuple[str, ...]
    history: tuple[HistoryStep, ...]
    followers: int
    is_reporter: bool
    stars: int | None
    actions: tuple[IssueAction, ...]


async def my_issues(
    uow: UnitOfWork, *, actor: Actor, page: int = 0, size: int = PAGE, only_open: bool = False
) -> MyIssues:
    """The issues that the actor reported or follows; a page beyond the last shows the last."""
    if actor.account_id is None:
        return MyIssues((), 0, 0, 0)
    size = min(max(size, 1), LARGEST_PAGE)
    followed = (
        select(Issue, Category, IssueFollower.is_reporter)
        .join(IssueFollower, IssueFollower.issue_id == Issue.id)
        .join(Category, Category.id == Issue.category_id)
        .where(IssueFollower.account_id == actor.account_id, Issue.status != IssueStatus.MERGED)
    )
    if only_open:
        followed = followed.where(Issue.status.not_in(sorted(OVER)))
    total = await uow.session.scalar(select(func.count()).select_from(followed.subquery())) or 0
    pages = -(-total // size)
    page = min(max(page, 0), max(pages - 1, 0))
    rows = await uow.session.execute(
        followed.order_by(Issue.opened_at.desc(), Issue.id.desc()).offset(page * size).limit(size)
    )
    lines = tuple(_line(issue, category, actor.language, is_reporter=own) for issue, category, own in rows)
    return MyIssues(lines, page, pages, total)


def _line(issue: Issue, category: Category, language: str, *, is_reporter: bool) -> MyIssue:
    return MyIssue(
        issue_id=issue.id,
        number=issue.number,
        category=in_language(category.names, language),
        emoji=category.emoji,
        place=issue.place,
        status=issue.status,
        opened_at=issue.opened_at,
        is_reporter=is_reporter,
    )


async def followed_issue(uow: UnitOfWork, actor: Actor, issue_id: int) -> tuple[Issue, Mover]:
    """The issue (or the one it was merged into) and the actor's ties to it; IssueUnknown for who has none."""
    issue = await surviving_issue(uow, issue_id)
    mover = await mover_of_issue(uow, issue, actor)
    if not mover.is_reporter and not await _follows(uow, actor, issue):
        raise IssueUnknown
    return issue, mover


async def _follows(uow: UnitOfWork, actor: Actor, issue: Issue) -> bool:
    if actor.account_id is None:
        return False
    return await uow.session.get(IssueFollower, (issue.id, actor.account_id)) is not None


async def my_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int) -> FollowedIssue:
    """One issue as its reporter or follower sees it. Raises IssueUnknown for everybody else."""
    issue, mover = await followed_issue(uow, actor, issue_id)
    category = await uow.session.get_one(Category, issue.category_id)
    urgency = (await urgency_of(uow, [issue]))[issue.id]
    words, media = await _own(uow, issue, actor)
    followers = select(func.count()).select_from(IssueFollower).where(IssueFollower.issue_id == issue.id)
    history = await public_history(uow, issue.id, account_id=actor.account_id)
    # Who only follows is a neighbour: one does not read there who reported.
    origin = Origin() if mover.is_reporter else await origin_of(uow, issue.id)
    return FollowedIssue(
        issue_id=issue.id,
        number=issue.number,
        category=in_language(category.names, actor.language),
        emoji=category.emoji,
        status=issue.status,
        colour=urgency.colour,
        place=origin.masked(issue.place),
        summary=origin.masked(issue.summary),
        own_words=words,
        own_media=media,
        opened_at=issue.opened_at,
        due_at=urgency.due_at,
        question=origin.masked(await open_question(uow, issue)),
        results=await _results(uow, issue),
        history=tuple(replace(step, words=origin.masked(step.words)) for step in history),
        followers=await uow.session.scalar(followers) or 0,
        is_reporter=mover.is_reporter,
        stars=await _own_stars(uow, issue, actor),
        actions=_actions(issue.status, mover),
    )


def _actions(status: IssueStatus, mover: Mover) -> tuple[IssueAction, ...]:
    as_reporter = Mover(roles=frozenset(), is_reporter=mover.is_reporter)
    allowed = allowed_actions(status, as_reporter)
    return tuple(action for action in FOR_REPORTERS if action in allowed)


async def open_question(uow: UnitOfWork, issue: Issue) -> str:
    """What the reporter was asked last, while the issue waits for the answer; else nothing."""
    if issue.status is not IssueStatus.WAITING_REPORTER:
        return ""
    asked = await uow.session.scalar(
        select(HistoryEntry.words)
        .where(HistoryEntry.issue_id == issue.id, HistoryEntry.action == IssueAction.ASK_REPORTER.value)
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    )
    return asked or ""


async def _own(uow: UnitOfWork, issue: Issue, actor: Actor) -> tuple[str, tuple[ReportMedia, ...]]:
    report = await own_report(uow, issue, actor)
    if report is None:
        return "", ()
    words = uow.vault.open(report.text_sealed) if report.text_sealed else ""
    return words, tuple(await media_of_report(uow, report.id))


async def own_report(uow: UnitOfWork, issue: Issue, actor: Actor) -> Report | None:
    """The actor's newest report of the issue, or of one that was merged into it."""
    merged = select(Issue.id).where(Issue.merged_into_id == issue.id)
    return await uow.session.scalar(
        select(Report)
        .where(Report.account_id == actor.account_id, (Report.issue_id == issue.id) | Report.issue_id.in_(merged))
        .order_by(Report.id.desc())
        .limit(1)
    )


async def _results(uow: UnitOfWork, issue: Issue) -> tuple[str, ...]:
    """Photos after the work, once somebody else has confirmed it."""
    found = await uow.session.scalars(
        select(Evidence.file_id)
        .join(Task, Task.id == Evidence.task_id)
        .where(
            Task.issue_id == issue.id,
            Task.status == TaskStatus.DONE,
            Evidence.kind == EvidenceKind.PHOTO_AFTER,
            Evidence.file_id.is_not(None),
        )
        .order_by(Evidence.id)
        .limit(10)
    )
    return tuple(file_id for file_id in found if file_id)


async def _own_stars(uow: UnitOfWork, issue: Issue, actor: Actor) -> int | None:
    return await uow.session.scalar(
        select(Rating.stars).where(Rating.issue_id == issue.id, Rating.account_id == actor.account_id)
    )
