"""What /stats shows: how many issues came, stand open and were solved, and the four rates, per grid and category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from backend.issues.categories.choices import in_language
from backend.issues.models import Category, Issue, IssueClock, Rating, Task
from backend.issues.states import ClockTarget, IssueStatus, RiskGrade, TaskStatus
from backend.issues.stepping import OVER
from backend.issues.timing.colours import urgency_of
from backend.issues.views.scoring import IssueFacts, Score, score
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, OrgUnit
from backend.registry.queries import org_unit

MOST_ISSUES = 20_000
"""A district's month; more than that is a matter for the reports of the cockpit."""
OVER_WITHOUT_RESULT = frozenset({TaskStatus.RETURNED, TaskStatus.TRANSFERRED, TaskStatus.CANCELLED})
_NEVER_WORK = frozenset({IssueStatus.REJECTED, IssueStatus.MERGED, IssueStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment to just before the second, in UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One grid, category or worker."""

    name: str
    count: int
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts of the period, what stands open now by status and colour, and the rates with their breakdowns."""

    unit: str
    reported: int
    solved: int
    closed: int
    rejected: int
    open_now: int
    by_status: Mapping[IssueStatus, int]
    by_colour: Mapping[RiskGrade, int]
    score: Score
    grids: tuple[Line, ...]
    categories: tuple[Line, ...]
    workers: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    issue: Issue
    grid: str
    category: str
    facts: IssueFacts
    worker: str


async def statistics(uow: UnitOfWork, *, actor: Actor, org_unit_id: int, period: Period) -> Statistics:
    """Count what was reported in the period at or below the unit. Raises NotFound and AccessDenied.

    What was rejected, merged or withdrawn counts as reported, never as work.
    """
    unit = await org_unit(uow, org_unit_id)
    check_access(actor, Permission.READ_STATISTICS, unit.path)
    rows = await _rows(uow, unit, period, actor.language)
    work = [row for row in rows if row.issue.status not in _NEVER_WORK]
    open_now = await _open_issues(uow, unit)
    urgency = await urgency_of(uow, open_now)
    return Statistics(
        unit=unit.name,
        reported=len(rows),
        solved=sum(row.issue.resolved_at is not None for row in work),
        closed=sum(row.issue.status is IssueStatus.CLOSED for row in work),
        rejected=sum(row.issue.status is IssueStatus.REJECTED for row in rows),
        open_now=len(open_now),
        by_status=Counter(issue.status for issue in open_now),
        by_colour=Counter(urgency[issue.id].colour for issue in open_now),
        score=score([row.facts for row in work], uow.now),
        grids=_lines(work, lambda row: row.grid, uow.now),
        categories=_lines(work, lambda row: row.category, uow.now),
        workers=_lines([row for row in work if row.worker], lambda row: row.worker, uow.now),
    )


def _lines(rows: Sequence[_Row], name_of: Callable[[_Row], str], now: datetime) -> tuple[Line, ...]:
    """One line per name, the one with the most issues first."""
    grouped: dict[str, list[IssueFacts]] = {}
    for row in rows:
        grouped.setdefault(name_of(row), []).append(row.facts)
    lines = [Line(name, len(facts), score(facts, now)) for name, facts in grouped.items()]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.name)))


async def _rows(uow: UnitOfWork, unit: OrgUnit, period: Period, language: str) -> list[_Row]:
    chosen = _chosen(unit, period)
    found = await uow.session.execute(
        select(Issue, OrgUnit.name, Category)
        .join(OrgUnit, OrgUnit.id == Issue.org_unit_id)
        .join(Category, Category.id == Issue.category_id)
        .where(Issue.id.in_(chosen))
        .order_by(Issue.id)
    )
    claims = await _clocks(uow, chosen, ClockTarget.CLAIM)
    resolves = await _clocks(uow, chosen, ClockTarget.RESOLVE)
    stars, workers = await _stars(uow, chosen), await _workers(uow, chosen)
    return [
        _Row(
            issue=issue,
            grid=grid,
            category=in_language(category.names, language),
            facts=_facts(issue, claims.get(issue.id), resolves.get(issue.id), stars.get(issue.id)),
            worker=workers.get(issue.id, ""),
        )
        for issue, grid, category in found.all()
    ]


def _chosen(unit: OrgUnit, period: Period) -> Select[int]:
    return (
        select(Issue.id)
        .join(OrgUnit, OrgUnit.id == Issue.org_unit_id)
        .where(
            OrgUnit.path.startswith(unit.path, autoescape=True),
            Issue.opened_at >= period.since,
            Issue.opened_at < period.until,
        )
        .order_by(Issue.id.desc())
        .limit(MOST_ISSUES)
    )


def _facts(issue: Issue, claim: IssueClock | None, resolve: IssueClock | None, stars: int | None) -> IssueFacts:
    """The work's own moments: what was submitted in time is in time, however long its check took."""
    return IssueFacts(
        claim_due_at=claim.due_at if claim else None,
        claimed_at=claim.stopped_at if claim else None,
        resolve_due_at=resolve.due_at if resolve else None,
        resolved_at=resolve.stopped_at if resolve else issue.resolved_at,
        reopened=issue.reopened_count,
        stars=stars,
    )


async def _clocks(uow: UnitOfWork, chosen: Select[int], target: ClockTarget) -> dict[int, IssueClock]:
    """The first clock of each issue: later ones belong to transfers and reopenings."""
    found = await uow.session.scalars(
        select(IssueClock)
        .where(IssueClock.issue_id.in_(chosen), IssueClock.target == target)
        .order_by(IssueClock.id.desc())
    )
    return {clock.issue_id: clock for clock in found}


async def _stars(uow: UnitOfWork, chosen: Select[int]) -> dict[int, int]:
    rows = await uow.session.execute(
        select(Rating.issue_id, func.avg(Rating.stars)).where(Rating.issue_id.in_(chosen)).group_by(Rating.issue_id)
    )
    return {issue_id: round(float(average)) for issue_id, average in rows.all()}


async def _workers(uow: UnitOfWork, chosen: Select[int]) -> dict[int, str]:
    """Who did the work: of several the last one."""
    rows = await uow.session.execute(
        select(Task.issue_id, Account.display_name)
        .join(Account, Account.id == func.coalesce(Task.submitted_by_id, Task.assignee_id))
        .where(Task.issue_id.in_(chosen), Task.status.not_in(sorted(OVER_WITHOUT_RESULT)))
        .order_by(Task.id)
    )
    return dict(rows.all())


async def _open_issues(uow: UnitOfWork, unit: OrgUnit) -> Sequence[Issue]:
    found = await uow.session.scalars(
        select(Issue)
        .join(OrgUnit, OrgUnit.id == Issue.org_unit_id)
        .where(OrgUnit.path.startswith(unit.path, autoescape=True), Issue.status.not_in(sorted(OVER)))
        .order_by(Issue.id.desc())
        .limit(MOST_ISSUES)
    )
    return found.all()
