"""Who hears of an issue: its reporters, whoever chose to follow, and the people for whom somebody reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.issues.events import IssueFollowed
from backend.issues.models import Category, Issue, IssueFollower, Report
from backend.issues.movers import may_know, path_of_unit
from backend.issues.reports.duplicates import is_nearby
from backend.issues.reports.errors import IssueOver, IssueUnknown, ReporterCannotUnfollow
from backend.issues.reports.on_behalf import opened_on_behalf_of
from backend.issues.states import IssueStatus
from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, Person
from backend.registry.phones import phone_lookup

NO_MORE_TO_HEAR = frozenset({IssueStatus.CLOSED, IssueStatus.REJECTED, IssueStatus.CANCELLED})
LONGEST_CHAIN = 50
"""Merges are checked to be acyclic; this only keeps a damaged table from turning into an endless loop."""


@dataclass(frozen=True, slots=True)
class OnBehalfTarget:
    """Somebody for whom a report was made. `account_id` is set when the telephone is that of a known account."""

    report_id: int
    name: str
    phone: str
    account_id: int | None


_followers: Table = IssueFollower.__table__  # type: ignore[assignment]


def _following(dialect: Any) -> Any:
    row = dialect.insert(_followers)
    return row.on_conflict_do_update(
        index_elements=[_followers.c.issue_id, _followers.c.account_id],
        set_={"is_reporter": or_(_followers.c.is_reporter, row.excluded.is_reporter)},
    )


_FOLLOW_ON_SQLITE, _FOLLOW = _following(sqlite), _following(postgresql)


async def add_follower(uow: UnitOfWork, issue_id: int, account_id: int, *, is_reporter: bool) -> None:
    """Let the account hear of the issue; who reports after having followed becomes a reporter. Twice is safe."""
    row = {"issue_id": issue_id, "account_id": account_id, "is_reporter": is_reporter, "since_at": uow.now}
    await uow.run(_FOLLOW_ON_SQLITE if uow.is_sqlite else _FOLLOW, row)


async def surviving_issue(uow: UnitOfWork, issue_id: int) -> Issue:
    """The issue, or the one into which it was merged in the end. Raises IssueUnknown."""
    next_id: int | None = issue_id
    for _ in range(LONGEST_CHAIN):
        issue = await uow.session.get(Issue, next_id) if next_id is not None else None
        if issue is None:
            break
        if issue.merged_into_id is None:
            return issue
        next_id = issue.merged_into_id
    raise IssueUnknown


async def follow_issue(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, point: Point | None = None, building_id: int | None = None
) -> Issue:
    """Follow an open issue without a report of one's own; a merged one leads to its survivor. Twice is safe.

    Residents may follow only what was offered for the place they name: numbers can be guessed.
    """
    if actor.account_id is None:
        raise IssueUnknown
    issue = await surviving_issue(uow, issue_id)
    if not await _may_know(uow, actor, issue, point, building_id):
        raise IssueUnknown
    if issue.status in NO_MORE_TO_HEAR:
        raise IssueOver(issue.number)
    is_new = await uow.session.get(IssueFollower, (issue.id, actor.account_id)) is None
    await add_follower(uow, issue.id, actor.account_id, is_reporter=False)
    if is_new:
        audit(uow, actor, "follow_issue", f"issue:{issue.id}", org_path=await path_of_unit(uow, issue.org_unit_id))
        uow.record(IssueFollowed(issue_id=issue.id, account_id=actor.account_id))
    return issue


async def _may_know(uow: UnitOfWork, actor: Actor, issue: Issue, point: Point | None, building_id: int | None) -> bool:
    if await may_know(uow, issue, actor):
        return True
    if await uow.session.get(IssueFollower, (issue.id, actor.account_id)) is not None:
        return True
    category = await uow.session.get_one(Category, issue.category_id)
    return await is_nearby(uow, category, point, building_id, issue.id)


async def unfollow_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int) -> None:
    """Hear no more of it. Raises ReporterCannotUnfollow for who reported; who does not follow changes nothing."""
    issue = await surviving_issue(uow, issue_id)
    row = await uow.session.get(IssueFollower, (issue.id, actor.account_id)) if actor.account_id is not None else None
    if row is None:
        return
    if row.is_reporter:
        raise ReporterCannotUnfollow
    await uow.session.delete(row)
    audit(uow, actor, "unfollow_issue", f"issue:{issue.id}", org_path=await path_of_unit(uow, issue.org_unit_id))


async def forget_follower(uow: UnitOfWork, *, account_id: int) -> None:
    """A person asked to be forgotten: they follow nothing any more. What they reported stays the community's."""
    await uow.session.execute(delete(IssueFollower).where(IssueFollower.account_id == account_id))


async def followers_who_hear(uow: UnitOfWork, issue_id: int, *, reporters_only: bool = False) -> list[int]:
    """The account ids that hear of the issue, reporters of merged ones among them; who was forgotten hears nothing."""
    issue = await surviving_issue(uow, issue_id)
    query = (
        select(IssueFollower.account_id)
        .join(Account, Account.id == IssueFollower.account_id)
        .where(IssueFollower.issue_id == issue.id, Account.forgotten_at.is_(None))
        .order_by(IssueFollower.account_id)
    )
    if reporters_only:
        query = query.where(IssueFollower.is_reporter)
    return list(await uow.session.scalars(query))


async def followers_of_merged(uow: UnitOfWork, issue_id: int) -> list[int]:
    """The account ids that followed an issue before it was merged: who must hear of the merge."""
    found = await uow.session.scalars(
        select(IssueFollower.account_id)
        .join(Account, Account.id == IssueFollower.account_id)
        .where(IssueFollower.issue_id == issue_id, Account.forgotten_at.is_(None))
        .order_by(IssueFollower.account_id)
    )
    return list(found)


async def on_behalf_targets(uow: UnitOfWork, issue_id: int) -> list[OnBehalfTarget]:
    """For whom the issue was reported, as stored with each report: who is told how it ends, never guessed later."""
    reports = await uow.session.execute(
        select(Report.id, Report.on_behalf_of_sealed)
        .where(Report.issue_id == issue_id, Report.on_behalf_of_sealed.is_not(None))
        .order_by(Report.id)
    )
    targets = []
    for report_id, sealed in reports.all():
        person = opened_on_behalf_of(uow, sealed or "")
        account_id = await _account_with_phone(uow, person.phone)
        targets.append(OnBehalfTarget(report_id, person.name, person.phone, account_id))
    return targets


async def _account_with_phone(uow: UnitOfWork, phone: str) -> int | None:
    if not phone:
        return None
    lookup = phone_lookup(uow, phone)
    return await uow.session.scalar(
        select(Account.id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.forgotten_at.is_(None), or_(Person.phone_lookup == lookup, Account.phone_lookup == lookup))
        .order_by(Account.id)
        .limit(1)
    )
