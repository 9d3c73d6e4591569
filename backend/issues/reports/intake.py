"""A report comes in: it opens an issue or joins one, gets its number, and goes to work unless staff look first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table, insert, select

from backend.issues.categories.choices import checked_answers, in_language, reportable_category
from backend.issues.events import ReportReceived
from backend.issues.history import history_row, write_rows
from backend.issues.holding import hold_issue, hold_new_issue
from backend.issues.models import Category, Issue, Report
from backend.issues.movers import REPORTER_ROLE, SYSTEM_ROLE, may_know
from backend.issues.reports.duplicates import OPEN, is_nearby
from backend.issues.reports.errors import CommunityUnknown, IssueOver, IssueUnknown, ReportEmpty, SourceNotYours
from backend.issues.reports.following import add_follower, surviving_issue
from backend.issues.reports.media import add_media
from backend.issues.reports.new_report import (
    TRUSTED_SOURCES,
    NewReport,
    OnBehalfOf,
    check_media,
    checked_on_behalf_of,
    goes_straight_to_work,
)
from backend.issues.reports.numbers import next_number
from backend.issues.reports.on_behalf import sealed_on_behalf_of
from backend.issues.reports.placing import Placed, placed
from backend.issues.states import IssueStatus, ReportSource
from backend.issues.tasks.auto_dispatch import dispatch_by_route
from backend.issues.tasks.routing import RouteTo
from backend.issues.timing.clock_rows import start_opening_clocks
from backend.issues.words import LONGEST_TEXT, clean, shortened
from backend.kernel.access import OFFICE, WORKERS, Actor, Permission, Role, check_access
from backend.kernel.arrivals import is_first_arrival
from backend.kernel.audit import audit
from backend.kernel.redaction import redact
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgKind, OrgUnit

_reports: Table = Report.__table__  # type: ignore[assignment]
_STORE = insert(_reports).returning(_reports.c.id)

LONGEST_EXTERNAL_ID = 100
REPORTED = "report"
JOINED = "join"
PLACE_OUTSIDE = "place_outside"
"""Steps of the history that are no moves."""


WHO_MAY_SAY: Mapping[ReportSource, frozenset[Role]] = {
    ReportSource.RESIDENT: frozenset(Role),
    ReportSource.PHONE: frozenset(Role),
    ReportSource.PATROL: WORKERS | OFFICE,
    ReportSource.STAFF: OFFICE | {Role.GRID_LEADER},
    ReportSource.SUPERIOR: OFFICE,
    ReportSource.HOTLINE: OFFICE,
    ReportSource.SENSOR: OFFICE,
    ReportSource.CAMERA: OFFICE,
}
"""Which roles may report under which source; the program itself holds the widest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedReport:
    """What the reporter is told: the number, and whether staff look first (`status` is then still `reported`).

    `advice` are the category's words in the reporter's language (call 119, keep away), empty if there are none.
    """

    report_id: int
    issue_id: int
    number: str
    is_new_issue: bool
    status: IssueStatus
    category: str
    place: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Content:
    text: str
    answers: dict[str, str]
    on_behalf_of: OnBehalfOf | None
    external_id: str | None


async def submit_report(uow: UnitOfWork, *, actor: Actor, report: NewReport) -> SubmittedReport:
    """Store a report, whole or not at all, and let it become work.

    Its words and the person for whom it was made are sealed; groups read a masked summary. A source's own number
    (`external_id`) that was heard before brings back the first report instead of a second one. Raises what the checks
    of category, place, files, answers and words raise; IssueOver or IssueUnknown when the issue to join is not there.
    """
    community = await _community(uow, report.community_id)
    check_access(actor, Permission.REPORT_ISSUE, community.path)
    _check_source(actor, report.source, community)
    category = await reportable_category(uow, community.id, report.category_id)
    external_id = clean(report.external_id or "", LONGEST_EXTERNAL_ID) or None
    earlier = await _earlier(uow, report, external_id)
    if earlier is not None:
        issue = await surviving_issue(uow, earlier.issue_id)
        return _told(actor, category, issue, earlier, is_new_issue=False)
    content = _checked_content(report, category, external_id)
    place = await placed(uow, community, report, may_be_outside=_may_be_outside(report, category))
    joined = await _issue_to_join(uow, actor, report, category, place)
    issue = joined or await _open_issue(uow, community, category, place, content)
    row = await _store(uow, actor, report, issue, place, content)
    await _write_down(uow, actor, row, issue, place, is_new_issue=joined is None)
    await _go_to_work(uow, actor, report, issue, category, place)
    return _told(actor, category, issue, row, is_new_issue=joined is None)


async def _community(uow: UnitOfWork, community_id: int) -> OrgUnit:
    community = await uow.session.get(OrgUnit, community_id)
    if community is None or community.kind is not OrgKind.COMMUNITY:
        raise CommunityUnknown
    return community


def _check_source(actor: Actor, source: ReportSource, community: OrgUnit) -> None:
    """A worker's grant lies below the community, an office's at or above it: both count."""
    held = actor.roles_at(community.path) | {
        grant.role for grant in actor.grants if grant.org_path.startswith(community.path)
    }
    if not held & WHO_MAY_SAY[source]:
        raise SourceNotYours


async def _earlier(uow: UnitOfWork, report: NewReport, external_id: str | None) -> Report | None:
    if external_id is None:
        return None
    # Of two at the same moment the second waits here for the first one's commit.
    await is_first_arrival(uow, f"{report.source}:{report.community_id}", external_id)
    return await uow.session.scalar(
        select(Report).where(
            Report.community_id == report.community_id,
            Report.source == report.source,
            Report.external_id == external_id,
        )
    )


def _checked_content(report: NewReport, category: Category, external_id: str | None) -> _Content:
    text = clean(report.text, LONGEST_TEXT)
    check_media(report.media)
    answers = checked_answers(category, report.answers)
    if not (text or report.media or answers):
        raise ReportEmpty
    return _Content(text, answers, checked_on_behalf_of(report.on_behalf_of), external_id)


def _may_be_outside(report: NewReport, category: Category) -> bool:
    return category.is_emergency or report.source in TRUSTED_SOURCES


async def _issue_to_join(
    uow: UnitOfWork, actor: Actor, report: NewReport, category: Category, place: Placed
) -> Issue | None:
    if report.join_issue_id is None:
        return None
    issue = await surviving_issue(uow, report.join_issue_id)
    is_offered = await is_nearby(uow, category, place.point, place.building_id, issue.id)
    if issue.community_id != category.community_id or not (
        is_offered or issue.status not in OPEN or await may_know(uow, issue, actor)
    ):
        raise IssueUnknown
    await hold_issue(uow, issue)
    if issue.status not in OPEN:
        raise IssueOver(issue.number)
    return issue


async def _open_issue(
    uow: UnitOfWork, community: OrgUnit, category: Category, place: Placed, content: _Content
) -> Issue:
    number = await next_number(uow, community)
    issue = Issue(
        community_id=community.id,
        org_unit_id=place.unit.id,
        year=number.year,
        serial=number.serial,
        category_id=category.id,
        status=IssueStatus.REPORTED,
        risk_grade=category.risk_grade,
        summary=shortened(redact(content.text)),
        place=place.place,
        building_id=place.building_id,
        longitude=place.point.longitude if place.point else None,
        latitude=place.point.latitude if place.point else None,
        opened_at=uow.now,
        status_entered_at=uow.now,
    )
    uow.session.add(issue)
    await uow.session.flush()
    hold_new_issue(uow, issue)
    await start_opening_clocks(uow, issue)
    return issue


async def _store(
    uow: UnitOfWork, actor: Actor, report: NewReport, issue: Issue, place: Placed, content: _Content
) -> Report:
    row = {
        "community_id": issue.community_id,
        "issue_id": issue.id,
        "source": report.source,
        "door": actor.door.value,
        "account_id": actor.account_id,
        "on_behalf_of_sealed": sealed_on_behalf_of(uow, content.on_behalf_of),
        "is_anonymous": report.is_anonymous,
        "text_sealed": uow.vault.seal(content.text) if content.text else "",
        "answers": content.answers,
        "place": place.place,
        "longitude": place.said_point.longitude if place.said_point else None,
        "latitude": place.said_point.latitude if place.said_point else None,
        "received_at": uow.now,
        "external_id": content.external_id,
    }
    report_id = (await uow.run(_STORE, row)).scalar_one()
    await add_media(uow, report_id, report.media)
    if actor.account_id is not None:
        await add_follower(uow, issue.id, actor.account_id, is_reporter=True)
    return Report(id=report_id, **row)


async def _write_down(
    uow: UnitOfWork, actor: Actor, row: Report, issue: Issue, place: Placed, *, is_new_issue: bool
) -> None:
    # Who reported stands in the report, where access to it is checked; the history names no reporter.
    role = SYSTEM_ROLE if actor.account_id is None else REPORTER_ROLE
    steps = [(REPORTED if is_new_issue else JOINED, is_new_issue)]
    if place.is_outside:
        steps.append((PLACE_OUTSIDE, False))
    await write_rows(
        uow, [history_row(uow, issue, action=action, role=role, is_public=is_public) for action, is_public in steps]
    )
    audit(
        uow,
        actor,
        "submit_report",
        f"report:{row.id}",
        org_path=place.unit.path,
        after={"issue": issue.id, "source": row.source.value, "new": is_new_issue, "anonymous": row.is_anonymous},
    )
    uow.record(ReportReceived(report_id=row.id, issue_id=issue.id, is_new_issue=is_new_issue))


async def _go_to_work(
    uow: UnitOfWork, actor: Actor, report: NewReport, issue: Issue, category: Category, place: Placed
) -> None:
    """Accept and dispatch what needs no look first; a known neighbour who joins vouches for a stranger's report."""
    if issue.status is not IssueStatus.REPORTED:
        return
    straight = goes_straight_to_work(
        report.source,
        category.acceptance,
        is_emergency=category.is_emergency,
        is_known=actor.person_id is not None or bool(actor.grants),
    )
    if not straight or (place.is_outside and not category.is_emergency):
        return
    await dispatch_by_route(uow, issue, RouteTo(category.route))


def _told(actor: Actor, category: Category, issue: Issue, row: Report, *, is_new_issue: bool) -> SubmittedReport:
    return SubmittedReport(
        report_id=row.id,
        issue_id=issue.id,
        number=issue.number,
        is_new_issue=is_new_issue,
        status=issue.status,
        category=in_language(category.names, actor.language),
        place=issue.place,
        advice=in_language(category.advice, actor.language),
    )
