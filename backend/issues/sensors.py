"""What machines report: an alarm of a facility becomes work on the one list, and ends there when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backend.issues.holding import hold_issue, tasks_of_issue
from backend.issues.models import Category, Issue
from backend.issues.movers import HELD
from backend.issues.moving import move_issue
from backend.issues.reports.duplicates import OPEN
from backend.issues.reports.intake import submit_report
from backend.issues.reports.new_report import NewReport
from backend.issues.states import IssueAction, IssueStatus, ReportSource, TaskStatus
from backend.issues.tasks.dispatching import cancel_issue
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.geo import Point, is_on_earth
from backend.kernel.unit_of_work import UnitOfWork

_CATEGORIES = "categories of sightings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a machine saw, and where. `categories` are keys, the best fitting first."""

    community_id: int
    grid_id: int | None
    categories: Sequence[str]
    text: str
    place: str
    external_id: str
    source: ReportSource = ReportSource.SENSOR
    point: Point | None = None
    joins: int | None = None
    """The issue that this machine opened before: while it is open the new report joins it."""


async def report_by_sensor(uow: UnitOfWork, sighting: Sighting) -> int | None:
    """Open an issue, which goes straight to work, or join the one that is open; returns its id.

    None where the community has none of these categories: then the alarm alone has to do. Twice is safe.
    """
    category_id = await _category(uow, sighting)
    if category_id is None:
        return None
    is_somewhere = sighting.point is not None and is_on_earth(sighting.point)
    submitted = await submit_report(
        uow,
        actor=CLOCK_ACTOR,
        report=NewReport(
            community_id=sighting.community_id,
            source=sighting.source,
            category_id=category_id,
            text=sighting.text,
            point=sighting.point if is_somewhere else None,
            place=sighting.place,
            grid_id=sighting.grid_id,
            external_id=sighting.external_id,
            join_issue_id=await _still_open(uow, sighting.joins),
        ),
    )
    return submitted.issue_id


async def end_by_sensor(uow: UnitOfWork, *, issue_id: int, reason: str) -> None:
    """The alarm is over: what nobody has begun is cancelled; whoever has begun hears it and finishes as people do.

    An issue that is over already, or waits for its check, is left alone.
    """
    issue = await uow.session.get(Issue, issue_id)
    if issue is None:
        return
    await hold_issue(uow, issue)
    if issue.status not in OPEN:
        return
    tasks = await tasks_of_issue(uow, issue)
    begun = [task for task in tasks if task.status in (*HELD, TaskStatus.PENDING_CHECK, TaskStatus.DONE)]
    if begun or issue.status in (IssueStatus.PENDING_CHECK, IssueStatus.RESOLVED):
        await move_issue(uow, issue, IssueAction.COMMENT, actor=CLOCK_ACTOR, reason=reason, is_public=True)
    else:
        await cancel_issue(uow, actor=CLOCK_ACTOR, issue_id=issue.id, reason=reason)


async def _category(uow: UnitOfWork, sighting: Sighting) -> int | None:
    """Looked up once for all sightings of one kind in a unit of work."""
    known: dict[tuple[int, tuple[str, ...]], int | None] = uow.session.info.setdefault(_CATEGORIES, {})
    wanted = (sighting.community_id, tuple(sighting.categories))
    if wanted not in known:
        rows = await uow.session.execute(
            select(Category.key, Category.id).where(
                Category.community_id == sighting.community_id,
                Category.key.in_(sighting.categories),
                Category.is_active,
                Category.parent_id.is_not(None),
            )
        )
        found = {row.key: row.id for row in rows}
        known[wanted] = next((found[key] for key in sighting.categories if key in found), None)
    return known[wanted]


async def _still_open(uow: UnitOfWork, issue_id: int | None) -> int | None:
    issue = await uow.session.get(Issue, issue_id) if issue_id is not None else None
    return issue.id if issue is not None and issue.status in OPEN else None
