"""Staff's search over the issues of their own units: by number, words, place, status, colour, grid, category, time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from backend.issues.categories.choices import in_language
from backend.issues.models import Category, Issue
from backend.issues.reports.errors import SearchTooShort
from backend.issues.reports.numbers import number_in
from backend.issues.states import IssueStatus, RiskGrade
from backend.issues.stepping import OVER
from backend.issues.timing.colours import Urgency, urgency_of
from backend.issues.words import clean
from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.kernel.work_calendar import CHINA
from backend.registry.models import OrgUnit

PAGE = 10
LARGEST_PAGE = 100
LONGEST_SEARCH = 100
MOST_WORDS = 6
MOST_JUDGED = 2_000
"""A colour is derived, so what is asked for by colour is judged one by one, newest first, up to so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueQuery:
    """What to look for; everything given must hold. `text` is a number, or words of summary, place or category."""

    text: str = ""
    statuses: frozenset[IssueStatus] = frozenset()
    colours: frozenset[RiskGrade] = frozenset()
    org_unit_id: int | None = None
    category_id: int | None = None
    opened_from: datetime | None = None
    opened_until: datetime | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIssue:
    """One line of the result; nothing of the reporter."""

    issue_id: int
    number: str
    category: str
    emoji: str
    status: IssueStatus
    urgency: Urgency
    unit: str
    place: str
    summary: str
    opened_at: datetime
    supervision_level: int


@dataclass(frozen=True, slots=True)
class FoundIssues:
    """One page, newest first; `page` counts from 0."""

    issues: tuple[FoundIssue, ...]
    page: int
    pages: int
    total: int


def reach_of(actor: Actor, permission: Permission = Permission.FIND_ISSUES) -> ColumnElement[bool]:
    """The condition on OrgUnit that keeps a list inside the actor's units. Raises AccessDenied for who has none."""
    paths = actor.paths_of(PERMISSIONS[permission])
    if not paths:
        raise AccessDenied
    return or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths))


async def find_issues(
    uow: UnitOfWork, *, actor: Actor, query: IssueQuery, page: int = 0, size: int = PAGE
) -> FoundIssues:
    """Search the issues of the actor's units. Raises AccessDenied, and SearchTooShort for nothing but blanks."""
    found = _filtered(uow, actor, query)
    size = min(max(size, 1), LARGEST_PAGE)
    if query.colours:
        return await _page_by_colour(uow, found, actor, query, page, size)
    total = await uow.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page, pages = _bounded(page, total, size)
    rows = (await uow.session.execute(_ordered(found).offset(page * size).limit(size))).all()
    urgency = await urgency_of(uow, [row[0] for row in rows])
    return FoundIssues(tuple(_line(*row, urgency, actor.language) for row in rows), page, pages, total)


async def _page_by_colour(
    uow: UnitOfWork,
    found: Select[Issue, Category, OrgUnit],
    actor: Actor,
    query: IssueQuery,
    page: int,
    size: int,
) -> FoundIssues:
    rows = (await uow.session.execute(_ordered(found).limit(MOST_JUDGED))).all()
    urgency = await urgency_of(uow, [row[0] for row in rows])
    fitting = [row for row in rows if urgency[row[0].id].colour in query.colours]
    page, pages = _bounded(page, len(fitting), size)
    shown = fitting[page * size : (page + 1) * size]
    return FoundIssues(tuple(_line(*row, urgency, actor.language) for row in shown), page, pages, len(fitting))


def _filtered(uow: UnitOfWork, actor: Actor, query: IssueQuery) -> Select[Issue, Category, OrgUnit]:
    found = (
        select(Issue, Category, OrgUnit)
        .join(Category, Category.id == Issue.category_id)
        .join(OrgUnit, OrgUnit.id == Issue.org_unit_id)
        .where(reach_of(actor))
    )
    return found.where(*_conditions(uow, query))


def _conditions(uow: UnitOfWork, query: IssueQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.text:
        conditions.append(_says(uow, query.text))
    if query.statuses:
        conditions.append(Issue.status.in_(sorted(query.statuses)))
    if query.org_unit_id is not None:
        # Everything below the unit: path holds the id of every unit above.
        conditions.append(OrgUnit.path.contains(f"/{query.org_unit_id}/"))
    if query.category_id is not None:
        conditions.append(or_(Category.id == query.category_id, Category.parent_id == query.category_id))
    if query.opened_from is not None:
        conditions.append(Issue.opened_at >= query.opened_from)
    if query.opened_until is not None:
        conditions.append(Issue.opened_at < query.opened_until)
    if query.is_open is not None:
        is_over = Issue.status.in_(sorted(OVER))
        conditions.append(~is_over if query.is_open else is_over)
    return conditions


def _says(uow: UnitOfWork, text: str) -> ColumnElement[bool]:
    words = clean(text[:LONGEST_SEARCH]).split()[:MOST_WORDS]
    if not words:
        raise SearchTooShort
    number = number_in(" ".join(words), uow.now.astimezone(CHINA).year)
    is_number = and_(Issue.year == number.year, Issue.serial == number.serial) if number else false()
    return or_(is_number, and_(*(_mentions(word) for word in words)))


def _mentions(word: str) -> ColumnElement[bool]:
    return or_(
        Issue.summary.icontains(word, autoescape=True),
        Issue.place.icontains(word, autoescape=True),
        OrgUnit.name.icontains(word, autoescape=True),
        Category.key == word,
    )


def _ordered(found: Select[Issue, Category, OrgUnit]) -> Select[Issue, Category, OrgUnit]:
    return found.order_by(Issue.opened_at.desc(), Issue.id.desc())


def _bounded(page: int, total: int, size: int) -> tuple[int, int]:
    pages = -(-total // size)
    return min(max(page, 0), max(pages - 1, 0)), pages


def _line(issue: Issue, category: Category, unit: OrgUnit, urgency: dict[int, Urgency], language: str) -> FoundIssue:
    return FoundIssue(
        issue_id=issue.id,
        number=issue.number,
        category=in_language(category.names, language),
        emoji=category.emoji,
        status=issue.status,
        urgency=urgency[issue.id],
        unit=unit.name,
        place=issue.place,
        summary=issue.summary,
        opened_at=issue.opened_at,
        supervision_level=issue.supervision_level,
    )
