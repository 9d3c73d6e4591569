"""A problem told by telephone or SMS becomes a report for staff, whoever tells it; who calls again hears of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.issues.models import Category
from backend.issues.reports.following import surviving_issue
from backend.issues.reports.intake import SubmittedReport, submit_report
from backend.issues.reports.new_report import NewReport, OnBehalfOf
from backend.issues.states import IssueStatus, ReportSource
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.callers import Caller
from backend.phone.models import CallRecording, TelephoneReport

ANYTHING = "other.anything"
"""The category of what nobody has sorted yet."""
MOST_TOLD = 3
"""More numbers than that nobody remembers from a call."""


@dataclass(frozen=True, slots=True)
class ToldIssue:
    """One of the caller's problems and how it stands."""

    number: str
    status: IssueStatus


async def report_by_telephone(
    uow: UnitOfWork, texts: Texts, caller: Caller, *, text: str, external_id: str
) -> SubmittedReport | None:
    """Submit what was told; None where there is no community to tell it to. The same `external_id` counts once."""
    category_id = await _category(uow, caller)
    if caller.community is None or category_id is None:
        return None
    name = caller.person.name if caller.person else texts.say(caller.language, "phone.caller")
    report = NewReport(
        community_id=caller.community.id,
        source=ReportSource.PHONE,
        category_id=category_id,
        text=text,
        on_behalf_of=OnBehalfOf(name, caller.number),
        external_id=external_id,
    )
    submitted = await submit_report(uow, actor=caller.actor, report=report)
    if await uow.session.get(TelephoneReport, submitted.report_id) is None:
        uow.session.add(
            TelephoneReport(
                report_id=submitted.report_id, telephone_id=caller.telephone.id, issue_id=submitted.issue_id
            )
        )
    return submitted


async def want_recording(uow: UnitOfWork, *, carrier: str, provider_id: str, report_id: int) -> None:
    """Have a recording fetched. Twice is safe."""
    there = select(CallRecording.id).where(CallRecording.carrier == carrier, CallRecording.provider_id == provider_id)
    if await uow.session.scalar(there) is None:
        uow.session.add(
            CallRecording(
                carrier=carrier,
                provider_id=provider_id,
                report_id=report_id,
                recorded_at=uow.now,
                next_try_at=uow.now,
            )
        )


async def told_issues(uow: UnitOfWork, caller: Caller) -> list[ToldIssue]:
    """The newest problems told from this telephone."""
    found = await uow.session.scalars(
        select(TelephoneReport)
        .where(TelephoneReport.telephone_id == caller.telephone.id)
        .order_by(TelephoneReport.report_id.desc())
        .limit(MOST_TOLD * 3)
    )
    issues: dict[int, ToldIssue] = {}
    for row in found:
        issue = await surviving_issue(uow, row.issue_id)
        issues.setdefault(issue.id, ToldIssue(issue.number, issue.status))
    return list(issues.values())[:MOST_TOLD]


async def _category(uow: UnitOfWork, caller: Caller) -> int | None:
    if caller.community is None:
        return None
    reportable = (
        select(Category.id)
        .where(Category.community_id == caller.community.id, Category.is_active, Category.parent_id.is_not(None))
        # Staff may have put the usual one away: then the last of their list takes what is not sorted.
        .order_by((Category.key == ANYTHING).desc(), Category.position.desc(), Category.id.desc())
        .limit(1)
    )
    return await uow.session.scalar(reportable)
