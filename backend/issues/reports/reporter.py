"""What a reporter does after the report: comment, answer, withdraw, rate, ask to reopen; and silence closes."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import func, select

from backend.issues.errors import CheckerIsDoer, ReasonMissing
from backend.issues.events import IssueRated, ReportMediaAdded, RequestMade
from backend.issues.holding import hold_issue
from backend.issues.limits import RATING_WINDOW, check_reopen
from backend.issues.models import (
    HistoryEntry,
    Issue,
    IssueFollower,
    IssueRequest,
    Rating,
    RequestKind,
    Task,
)
from backend.issues.movers import may_know, path_of_unit
from backend.issues.moves import Mover
from backend.issues.moving import move_issue
from backend.issues.reports.errors import IssueUnknown, RatingTooEarly, StarsInvalid
from backend.issues.reports.following import surviving_issue
from backend.issues.reports.media import add_media
from backend.issues.reports.my_reports import followed_issue, own_report
from backend.issues.reports.new_report import MOST_MEDIA, MediaItem, check_media
from backend.issues.states import IssueAction, IssueStatus, TaskStatus
from backend.issues.timing.community_limits import limits_of
from backend.issues.words import clean
from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.audit import audit
from backend.kernel.redaction import redact
from backend.kernel.unit_of_work import UnitOfWork

LONGEST_COMMENT = 1_000
RATED = frozenset({IssueStatus.RESOLVED, IssueStatus.CLOSED, IssueStatus.REOPEN_REQUESTED})
_WORKED = frozenset({TaskStatus.PENDING_CHECK, TaskStatus.DONE})


class Withdrawn(StrEnum):
    """What became of a withdrawal."""

    CANCELLED = "cancelled"
    LEFT = "left"
    """Others reported the same: their issue goes on, this person hears no more of it."""


async def comment_issue(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, words: str, is_internal: bool = False
) -> HistoryEntry:
    """Say something about an issue; no status and no clock moves.

    Whoever only follows or reported speaks to those who work on it, never to other followers. Colleagues speak to all
    followers, unless `is_internal`.
    """
    said = _words(words, IssueAction.COMMENT)
    issue = await surviving_issue(uow, issue_id)
    is_colleague = await may_know(uow, issue, actor)
    if not is_colleague:
        await followed_issue(uow, actor, issue.id)
    is_public = is_colleague and not is_internal
    return await move_issue(uow, issue, IssueAction.COMMENT, actor=actor, reason=said, is_public=is_public)


async def answer_question(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, words: str, media: tuple[MediaItem, ...] = ()
) -> HistoryEntry:
    """Answer what the issue waits for; its clocks run on. Photos join the person's own report."""
    check_media(media)
    said = clean(words, LONGEST_COMMENT)
    if not (said or media):
        raise ReasonMissing(IssueAction.ANSWER)
    issue, _ = await followed_issue(uow, actor, issue_id)
    entry = await move_issue(uow, issue, IssueAction.ANSWER, actor=actor, reason=said, is_public=False)
    report = await own_report(uow, issue, actor)
    if report is not None and await add_media(uow, report.id, media[:MOST_MEDIA]):
        uow.record(ReportMediaAdded(report_id=report.id, issue_id=issue.id))
    return entry


async def withdraw_report(uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str) -> Withdrawn:
    """Take one's report back before anybody works on it; when others reported the same, only leave them to it."""
    said = _words(reason, IssueAction.CANCEL)
    issue, mover = await followed_issue(uow, actor, issue_id)
    if not mover.is_reporter:
        raise IssueUnknown
    await hold_issue(uow, issue)
    if await _other_reporters(uow, issue, actor):
        await _leave(uow, issue, actor)
        return Withdrawn.LEFT
    await move_issue(uow, issue, IssueAction.CANCEL, actor=actor, reason=said)
    return Withdrawn.CANCELLED


async def _other_reporters(uow: UnitOfWork, issue: Issue, actor: Actor) -> bool:
    count = select(func.count()).where(
        IssueFollower.issue_id == issue.id, IssueFollower.is_reporter, IssueFollower.account_id != actor.account_id
    )
    return bool(await uow.session.scalar(count))


async def _leave(uow: UnitOfWork, issue: Issue, actor: Actor) -> None:
    row = await uow.session.get(IssueFollower, (issue.id, actor.account_id))
    if row is not None:
        await uow.session.delete(row)
    path = await path_of_unit(uow, issue.org_unit_id)
    audit(uow, actor, "leave_issue", f"issue:{issue.id}", org_path=path)


async def rate_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int, stars: int, words: str = "") -> Rating:
    """Judge the result: one verdict per person, a second tap changes it and never counts twice.

    A reporter's verdict closes the issue; who only follows is heard but closes nothing. Raises StarsInvalid,
    RatingTooEarly, IssueUnknown, and CheckerIsDoer for who did the work.
    """
    if not 1 <= stars <= 5:
        raise StarsInvalid
    issue, mover = await followed_issue(uow, actor, issue_id)
    await hold_issue(uow, issue)
    if issue.status not in RATED:
        raise RatingTooEarly
    if await _worked_on(uow, issue, actor):
        raise CheckerIsDoer
    rating, is_news = await _put_rating(uow, issue, actor, stars, redact(clean(words, LONGEST_COMMENT)))
    if is_news:
        await _hear_rating(uow, issue, mover, rating, actor)
    return rating


async def _put_rating(uow: UnitOfWork, issue: Issue, actor: Actor, stars: int, words: str) -> tuple[Rating, bool]:
    assert actor.account_id is not None
    rating = await uow.session.scalar(
        select(Rating).where(Rating.issue_id == issue.id, Rating.account_id == actor.account_id)
    )
    if rating is None:
        rating = Rating(issue_id=issue.id, account_id=actor.account_id, stars=stars, words=words, rated_at=uow.now)
        uow.session.add(rating)
        await uow.session.flush()
        return rating, True
    if rating.stars == stars and words in ("", rating.words):
        return rating, False
    rating.stars, rating.words, rating.rated_at = stars, words or rating.words, uow.now
    return rating, True


async def _hear_rating(uow: UnitOfWork, issue: Issue, mover: Mover, rating: Rating, actor: Actor) -> None:
    if mover.is_reporter and issue.status is not IssueStatus.REOPEN_REQUESTED:
        await move_issue(uow, issue, IssueAction.RATE, actor=actor, is_public=False)
    path = await path_of_unit(uow, issue.org_unit_id)
    audit(uow, actor, "rate_issue", f"issue:{issue.id}", org_path=path, after={"stars": rating.stars})
    uow.record(IssueRated(issue_id=issue.id, rating_id=rating.id))


async def _worked_on(uow: UnitOfWork, issue: Issue, actor: Actor) -> bool:
    count = select(func.count()).where(
        Task.issue_id == issue.id, Task.submitted_by_id == actor.account_id, Task.status.in_(sorted(_WORKED))
    )
    return bool(await uow.session.scalar(count))


async def request_reopen(uow: UnitOfWork, *, actor: Actor, issue_id: int, reason: str) -> IssueRequest:
    """Say that it is not solved; a person decides. While a request waits, asking again brings it back unchanged.

    The window and the limit (`limits`) are judged by the stored issue. Raises ReopenTooLate and ReopenedTooOften.
    """
    said = _words(reason, IssueAction.REQUEST_REOPEN)
    issue, _ = await followed_issue(uow, actor, issue_id)
    await hold_issue(uow, issue)
    waiting = await _waiting_request(uow, issue)
    if waiting is not None:
        return waiting
    ended_at = issue.closed_at or issue.resolved_at
    if ended_at is not None:
        limits = await limits_of(uow, issue.community_id)
        window = timedelta(days=limits["reopen_days"])
        check_reopen(ended_at, uow.now, issue.reopened_count, window=window, limit=limits["reopen_times"])
    entry = await move_issue(uow, issue, IssueAction.REQUEST_REOPEN, actor=actor, reason=said, is_public=False)
    request = IssueRequest(
        issue_id=issue.id,
        kind=RequestKind.REOPEN,
        asked_by_id=actor.account_id,
        asked_at=uow.now,
        reason=entry.words,
    )
    uow.session.add(request)
    await uow.session.flush()
    uow.record(RequestMade(request.id))
    return request


async def _waiting_request(uow: UnitOfWork, issue: Issue) -> IssueRequest | None:
    return await uow.session.scalar(
        select(IssueRequest).where(
            IssueRequest.issue_id == issue.id,
            IssueRequest.kind == RequestKind.REOPEN,
            IssueRequest.decided_at.is_(None),
        )
    )


async def close_unrated(uow: UnitOfWork, limit: int = 200) -> int:
    """Close what was resolved 72 hours ago and nobody judged; returns how many. Twice is safe."""
    issues = await uow.session.scalars(
        select(Issue)
        .where(Issue.status == IssueStatus.RESOLVED, Issue.status_entered_at <= uow.now - RATING_WINDOW)
        .order_by(Issue.id)
        .limit(limit)
    )
    closed = 0
    for issue in issues.all():
        await hold_issue(uow, issue)
        if issue.status is IssueStatus.RESOLVED:
            await move_issue(uow, issue, IssueAction.CLOSE, actor=CLOCK_ACTOR)
            closed += 1
    return closed


def _words(words: str, action: IssueAction) -> str:
    said = clean(words, LONGEST_COMMENT)
    if not said:
        raise ReasonMissing(action)
    return said
