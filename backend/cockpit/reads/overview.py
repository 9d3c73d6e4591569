"""What is going on in a community: open issues by colour and status, work by status, and the steps of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from backend.cockpit.reads.within import within
from backend.issues.models import Category, HistoryEntry, Issue, IssueClock, Task
from backend.issues.movers import REPORTER_ROLE
from backend.issues.states import ClockTarget, IssueStatus, RiskGrade, TaskStatus
from backend.issues.timing.calendars import calendar_of
from backend.issues.timing.clock_rows import is_paused
from backend.issues.timing.clocks import Limit, colour, remaining
from backend.kernel.access import Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.kernel.work_calendar import NO_TIME, WorkCalendar
from backend.registry.models import Account, OrgUnit

OVER = frozenset({IssueStatus.CLOSED, IssueStatus.REJECTED, IssueStatus.MERGED, IssueStatus.CANCELLED})
OPEN_STATUSES = tuple(status for status in IssueStatus if status not in OVER)
WORK_STATUSES = (
    TaskStatus.OPEN,
    TaskStatus.CLAIMED,
    TaskStatus.EN_ROUTE,
    TaskStatus.ON_SCENE,
    TaskStatus.PENDING_CHECK,
)
WORST_FIRST = (RiskGrade.RED, RiskGrade.ORANGE, RiskGrade.YELLOW, RiskGrade.BLUE)
UNNAMED = frozenset({Role.RESIDENT.value, REPORTER_ROLE})
MOST_OPEN = 5_000
MOST_LISTED = 50
MOST_STEPS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIssue:
    """One line of the hazard list. `left` is None where no limit runs."""

    number: str
    category: Mapping[str, Any]
    emoji: str
    place: str
    unit: str
    status: IssueStatus
    colour: RiskGrade
    opened_at: datetime
    left: timedelta | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened today."""

    at: datetime
    number: str
    category: Mapping[str, Any]
    action: str
    to_status: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page at one moment. `issues` are the worst ones only; the counts are of all."""

    by_colour: Mapping[RiskGrade, int]
    by_status: Mapping[IssueStatus, int]
    tasks: Mapping[TaskStatus, int]
    overdue: int
    issues: Sequence[OpenIssue]
    steps: Sequence[Step]

    @property
    def open_count(self) -> int:
        return sum(self.by_status.values())


async def overview(uow: UnitOfWork, community: OrgUnit, paths: Sequence[str]) -> Overview:
    """Read the overview of the part of the community that `paths` reach."""
    issues = await _open_issues(uow, community, paths)
    colours, statuses = Counter(issue.colour for issue in issues), Counter(issue.status for issue in issues)
    return Overview(
        by_colour={grade: colours[grade] for grade in WORST_FIRST},
        by_status={status: statuses[status] for status in OPEN_STATUSES},
        tasks=await _tasks_by_status(uow, community, paths),
        overdue=sum(issue.left is not None and issue.left <= NO_TIME for issue in issues),
        issues=issues[:MOST_LISTED],
        steps=await _steps_of_today(uow, community, paths),
    )


async def _open_issues(uow: UnitOfWork, community: OrgUnit, paths: Iterable[str]) -> list[OpenIssue]:
    calendar = await calendar_of(uow, community.id)
    rows = await uow.session.execute(
        select(Issue, Category, OrgUnit.name, IssueClock)
        .join(Category, Category.id == Issue.category_id)
        .join(OrgUnit, OrgUnit.id == Issue.org_unit_id)
        .outerjoin(
            IssueClock,
            (IssueClock.issue_id == Issue.id)
            & (IssueClock.target == ClockTarget.RESOLVE)
            & IssueClock.task_id.is_(None)
            & IssueClock.stopped_at.is_(None),
        )
        .where(Issue.community_id == community.id, within(paths), Issue.status.in_(OPEN_STATUSES))
        .order_by(Issue.id.desc())
        .limit(MOST_OPEN)
    )
    by_id = {row[0].id: _line(*row, calendar, uow.now) for row in rows}
    return sorted(by_id.values(), key=_worst_and_latest_first)


def _line(
    issue: Issue, category: Category, unit: str, clock: IssueClock | None, calendar: WorkCalendar, now: datetime
) -> OpenIssue:
    shown, left = issue.risk_grade, None
    if clock is not None and not is_paused(clock):
        left = remaining(clock.due_at, now, clock.unit, calendar)
        shown = colour(issue.risk_grade, left, Limit(clock.amount, clock.unit).length(calendar))
    return OpenIssue(
        number=issue.number,
        category=category.names,
        emoji=category.emoji,
        place=issue.place,
        unit=unit,
        status=issue.status,
        colour=shown,
        opened_at=issue.opened_at,
        left=left,
    )


def _worst_and_latest_first(issue: OpenIssue) -> tuple[int, timedelta, str]:
    return WORST_FIRST.index(issue.colour), issue.left if issue.left is not None else timedelta.max, issue.number


async def _tasks_by_status(uow: UnitOfWork, community: OrgUnit, paths: Iterable[str]) -> dict[TaskStatus, int]:
    rows = await uow.session.execute(
        select(Task.status, func.count())
        .join(OrgUnit, OrgUnit.id == Task.org_unit_id)
        .where(Task.community_id == community.id, within(paths), Task.status.in_(WORK_STATUSES))
        .group_by(Task.status)
    )
    counts: dict[TaskStatus, int] = dict(rows.all())
    return {status: counts.get(status, 0) for status in WORK_STATUSES}


async def _steps_of_today(uow: UnitOfWork, community: OrgUnit, paths: Iterable[str]) -> list[Step]:
    rows = await uow.session.execute(
        select(HistoryEntry, Issue, Category.names, Account.display_name)
        .join(Issue, Issue.id == HistoryEntry.issue_id)
        .join(Category, Category.id == Issue.category_id)
        .join(OrgUnit, OrgUnit.id == Issue.org_unit_id)
        .outerjoin(Account, Account.id == HistoryEntry.account_id)
        .where(Issue.community_id == community.id, within(paths), HistoryEntry.at >= midnight(uow.now, community))
        .order_by(HistoryEntry.id.desc())
        .limit(MOST_STEPS)
    )
    return [
        Step(entry.at, issue.number, names, entry.action, entry.to_status, _name_shown(entry, name))
        for entry, issue, names, name in rows
    ]


def _name_shown(entry: HistoryEntry, name: str | None) -> str:
    """Residents stay unnamed here: whoever reported may have asked for that, and the overview hangs on a wall."""
    return "" if entry.actor_role in UNNAMED else name or ""


def midnight(now: datetime, community: OrgUnit) -> datetime:
    """When the community's day began."""
    local = now.astimezone(ZoneInfo(community.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
