"""One issue as those who work on it see it; the reader's role decides whether the reporter is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from backend.issues.categories.choices import in_language, questions_of
from backend.issues.errors import ReasonMissing
from backend.issues.models import (
    Category,
    Issue,
    IssueRequest,
    OrgDispatch,
    Rating,
    Report,
    ReportMedia,
    Supervision,
    Task,
)
from backend.issues.movers import mover_of_issue, roles_at_unit
from backend.issues.moves import allowed_actions
from backend.issues.reports.errors import IssueUnknown
from backend.issues.reports.media import media_of_report
from backend.issues.reports.new_report import OnBehalfOf
from backend.issues.reports.on_behalf import opened_on_behalf_of
from backend.issues.states import IssueAction, IssueStatus, ReportSource, RiskGrade
from backend.issues.timing.colours import Urgency, urgency_of
from backend.issues.views.history_view import HistoryStep, full_history
from backend.issues.words import clean
from backend.kernel.access import OFFICE, PERMISSIONS, Actor, Permission, Role
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, OrgUnit, Partner, Person

LONGEST_REASON = 300
MOST_REPORTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One source's words. `words` are in full only for who may know the reporter; else the masked summary stands."""

    report_id: int
    source: ReportSource
    received_at: datetime
    words: str
    answers: tuple[tuple[str, str], ...]
    """(question, answer) in the reader's language."""
    media: tuple[ReportMedia, ...]
    is_anonymous: bool
    reporter: str
    """Empty where the reader may not know: partners never, others not for an anonymous report."""
    on_behalf_of: OnBehalfOf | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One piece of work: whose group, in whose hands, where it stands."""

    task_id: int
    status: str
    unit: str
    partner: str
    assignee: str
    created_at: datetime
    instructions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView:
    """Everything of one issue; `actions` are those that the reader may take now."""

    issue_id: int
    number: str
    category: str
    emoji: str
    status: IssueStatus
    risk_grade: RiskGrade
    urgency: Urgency
    unit: str
    unit_id: int
    place: str
    longitude: float | None
    latitude: float | None
    summary: str
    opened_at: datetime
    reopened_count: int
    supervision_level: int
    merged_into: str
    video_room: str
    reports: tuple[ReportView, ...]
    tasks: tuple[TaskView, ...]
    history: tuple[HistoryStep, ...]
    stars: tuple[int, ...]
    open_requests: tuple[int, ...]
    open_supervisions: tuple[int, ...]
    open_dispatches: tuple[int, ...]
    actions: tuple[IssueAction, ...]


async def view_issue(uow: UnitOfWork, *, actor: Actor, issue_id: int) -> IssueView:
    """One issue for staff, workers and partners of its unit; IssueUnknown for everybody else.

    That somebody read who reported goes to the audit trail: run it in a unit of work that commits.
    """
    issue, roles = await _readable(uow, actor, issue_id)
    category = await uow.session.get_one(Category, issue.category_id)
    unit = await uow.session.get_one(OrgUnit, issue.org_unit_id)
    merged_into = await uow.session.get(Issue, issue.merged_into_id) if issue.merged_into_id else None
    names_reporter = bool(roles & PERMISSIONS[Permission.READ_REPORTER])
    reports = await _reports(uow, issue, category, actor.language, names_reporter=names_reporter)
    if any(report.words or report.reporter or report.on_behalf_of for report in reports):
        audit(uow, actor, "issue.read_reporter", f"issue:{issue.id}", org_path=unit.path)
    return IssueView(
        issue_id=issue.id,
        number=issue.number,
        category=in_language(category.names, actor.language),
        emoji=category.emoji,
        status=issue.status,
        risk_grade=issue.risk_grade,
        urgency=(await urgency_of(uow, [issue]))[issue.id],
        unit=unit.name,
        unit_id=unit.id,
        place=issue.place,
        longitude=issue.longitude,
        latitude=issue.latitude,
        summary=issue.summary,
        opened_at=issue.opened_at,
        reopened_count=issue.reopened_count,
        supervision_level=issue.supervision_level,
        merged_into=merged_into.number if merged_into else "",
        video_room=issue.video_room,
        reports=reports,
        tasks=await _tasks(uow, issue),
        history=tuple(await full_history(uow, issue.id)),
        stars=await _stars(uow, issue),
        open_requests=await _open_requests(uow, issue),
        open_supervisions=await _open_supervisions(uow, issue),
        open_dispatches=await _open_dispatches(uow, issue),
        actions=allowed_actions(issue.status, await mover_of_issue(uow, issue, actor)),
    )


async def _readable(uow: UnitOfWork, actor: Actor, issue_id: int) -> tuple[Issue, frozenset[Role]]:
    issue = await uow.session.get(Issue, issue_id)
    if issue is None:
        raise IssueUnknown
    roles = await roles_at_unit(uow, actor, issue.org_unit_id)
    if not roles & PERMISSIONS[Permission.READ_ISSUE]:
        raise IssueUnknown
    if not roles - {Role.PARTNER, Role.RESIDENT} and not await _works_on(uow, actor, issue):
        raise IssueUnknown
    return issue, roles


async def _works_on(uow: UnitOfWork, actor: Actor, issue: Issue) -> bool:
    """Partners see what they were given, not the whole community's troubles."""
    given = await uow.session.scalar(
        select(Task.id)
        .join(Account, Account.partner_id == Task.partner_id)
        .where(Task.issue_id == issue.id, Account.id == actor.account_id)
        .limit(1)
    )
    return given is not None


async def _reports(
    uow: UnitOfWork, issue: Issue, category: Category, language: str, *, names_reporter: bool
) -> tuple[ReportView, ...]:
    merged = select(Issue.id).where(Issue.merged_into_id == issue.id)
    rows = await uow.session.execute(
        select(Report, Account.display_name, Person.name)
        .outerjoin(Account, Account.id == Report.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where((Report.issue_id == issue.id) | Report.issue_id.in_(merged))
        .order_by(Report.id)
        .limit(MOST_REPORTS)
    )
    questions = questions_of(category, language)
    asked = {question.key: question.words for question in questions}
    choices = {(question.key, key): words for question in questions for key, words in question.choices}
    return tuple(
        [
            ReportView(
                report_id=report.id,
                source=report.source,
                received_at=report.received_at,
                words=_words(uow, report) if names_reporter and not report.is_anonymous else "",
                answers=tuple(
                    (asked.get(key, key), choices.get((key, answer), answer)) for key, answer in report.answers.items()
                ),
                media=tuple(await media_of_report(uow, report.id)),
                is_anonymous=report.is_anonymous,
                reporter=(person or account or "") if names_reporter and not report.is_anonymous else "",
                on_behalf_of=_on_behalf_of(uow, report) if names_reporter else None,
            )
            for report, account, person in rows.all()
        ]
    )


def _words(uow: UnitOfWork, report: Report) -> str:
    return uow.vault.open(report.text_sealed) if report.text_sealed else ""


def _on_behalf_of(uow: UnitOfWork, report: Report) -> OnBehalfOf | None:
    if report.on_behalf_of_sealed is None or report.is_anonymous:
        return None
    return opened_on_behalf_of(uow, report.on_behalf_of_sealed)


async def _tasks(uow: UnitOfWork, issue: Issue) -> tuple[TaskView, ...]:
    rows = await uow.session.execute(
        select(Task, OrgUnit.name, Partner.name, Account.display_name)
        .join(OrgUnit, OrgUnit.id == Task.org_unit_id)
        .outerjoin(Partner, Partner.id == Task.partner_id)
        .outerjoin(Account, Account.id == Task.assignee_id)
        .where(Task.issue_id == issue.id)
        .order_by(Task.id)
    )
    return tuple(
        TaskView(
            task_id=task.id,
            status=task.status.value,
            unit=unit,
            partner=partner or "",
            assignee=assignee or "",
            created_at=task.created_at,
            instructions=task.instructions,
        )
        for task, unit, partner, assignee in rows
    )


async def _stars(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    return tuple(await uow.session.scalars(select(Rating.stars).where(Rating.issue_id == issue.id).order_by(Rating.id)))


async def _open_requests(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    waiting = select(IssueRequest.id).where(IssueRequest.issue_id == issue.id, IssueRequest.decided_at.is_(None))
    return tuple(await uow.session.scalars(waiting.order_by(IssueRequest.id)))


async def _open_supervisions(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    waiting = select(Supervision.id).where(Supervision.issue_id == issue.id, Supervision.replied_at.is_(None))
    return tuple(await uow.session.scalars(waiting.order_by(Supervision.id)))


async def _open_dispatches(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    waiting = select(OrgDispatch.id).where(OrgDispatch.issue_id == issue.id, OrgDispatch.answered_at.is_(None))
    return tuple(await uow.session.scalars(waiting.order_by(OrgDispatch.id)))


@dataclass(frozen=True, slots=True)
class RevealedReporter:
    """Who reported anonymously, for the one member of staff who asked and said why."""

    name: str
    account_id: int | None
    words: str
    on_behalf_of: OnBehalfOf | None


async def reveal_reporter(uow: UnitOfWork, *, actor: Actor, report_id: int, reason: str) -> RevealedReporter:
    """Open an anonymous report for staff of its community; who asked and why goes to the audit trail first.

    Must run in a unit of work that commits. Raises AccessDenied, ReasonMissing, IssueUnknown.
    """
    why = clean(reason, LONGEST_REASON)
    report = await uow.session.get(Report, report_id)
    if report is None:
        raise IssueUnknown
    issue = await uow.session.get_one(Issue, report.issue_id)
    unit = await uow.session.get_one(OrgUnit, issue.org_unit_id)
    if not actor.roles_at(unit.path) & OFFICE:
        raise AccessDenied
    if not why:
        raise ReasonMissing(IssueAction.COMMENT)
    audit(uow, actor, "reveal_reporter", f"report:{report.id}", org_path=unit.path, after={"reason": why})
    account = await uow.session.get(Account, report.account_id) if report.account_id else None
    person = await uow.session.get(Person, account.person_id) if account and account.person_id else None
    name = person.name if person else account.display_name if account else ""
    on_behalf_of = opened_on_behalf_of(uow, report.on_behalf_of_sealed) if report.on_behalf_of_sealed else None
    return RevealedReporter(name, report.account_id, _words(uow, report), on_behalf_of)
