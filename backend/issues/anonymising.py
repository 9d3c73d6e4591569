"""What is left of an issue a year after its end: category, place on the map, times and stars, and nobody's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import CursorResult, Select, delete, select, update
from sqlalchemy.sql.dml import Delete, Update

from backend.issues.models import (
    Evidence,
    HistoryEntry,
    Issue,
    IssueFollower,
    IssueRequest,
    Rating,
    Report,
    ReportMedia,
    RequestKind,
    Task,
)
from backend.issues.movers import REPORTER_ROLE
from backend.kernel.access import CLOCK_ACTOR, Role
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork

KEPT = timedelta(days=365)
BATCH = 50
_NOT_COLLEAGUES = (REPORTER_ROLE, Role.RESIDENT.value)


async def issues_to_anonymise(uow: UnitOfWork, *, kept: timedelta = KEPT, most: int = BATCH) -> list[int]:
    """The next issues that ended longer ago than `kept` and still hold words or persons, oldest first."""
    found = await uow.session.scalars(
        select(Issue.id)
        .where(Issue.closed_at < uow.now - kept, Issue.anonymised_at.is_(None))
        .order_by(Issue.closed_at, Issue.id)
        .limit(most)
    )
    return list(found)


async def files_only_of(uow: UnitOfWork, issue_ids: Sequence[int]) -> list[str]:
    """The keys of stored files that these issues alone refer to: one picture may belong to several reports."""
    theirs, others = set(await _keys(uow, issue_ids)), set()
    for table in (ReportMedia, Evidence):
        owner = _media_of(issue_ids) if table is ReportMedia else _evidence_of(issue_ids)
        kept = select(table.store_key).where(table.store_key.in_(theirs), table.id.not_in(owner))
        others |= set(await uow.session.scalars(kept))
    return sorted(theirs - others)


async def _keys(uow: UnitOfWork, issue_ids: Sequence[int]) -> list[str]:
    media = await uow.session.scalars(select(ReportMedia.store_key).where(ReportMedia.id.in_(_media_of(issue_ids))))
    proof = await uow.session.scalars(select(Evidence.store_key).where(Evidence.id.in_(_evidence_of(issue_ids))))
    return [key for key in (*media, *proof) if key]


async def anonymise_issues(uow: UnitOfWork, issue_ids: Sequence[int]) -> int:
    """Take words, places in words, files and persons out of these issues; returns how many. Twice is safe.

    What colleagues did stays with their names: that is the record of the work. Stored files are removed by the caller,
    before the commit of this, by `files_only_of`: a crash in between is made good when the same issues come again.
    """
    for statement in _statements(issue_ids):
        await uow.session.execute(statement.execution_options(synchronize_session=False))
    done: CursorResult[tuple[int]] = await uow.session.execute(  # type: ignore[assignment]
        update(Issue)
        .where(Issue.id.in_(issue_ids), Issue.anonymised_at.is_(None))
        .values(summary="", place="", anonymised_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    for issue_id in issue_ids:
        audit(uow, CLOCK_ACTOR, "issue.anonymise", f"issue:{issue_id}")
    return done.rowcount


def _statements(issue_ids: Sequence[int]) -> tuple[Update | Delete, ...]:
    media, proof = _media_of(issue_ids), _evidence_of(issue_ids)
    nowhere = {"place": "", "longitude": None, "latitude": None}
    return (
        delete(ReportMedia).where(ReportMedia.id.in_(media)),
        update(Report)
        .where(Report.issue_id.in_(issue_ids))
        .values(text_sealed="", on_behalf_of_sealed=None, answers={}, account_id=None, **nowhere),
        update(Evidence).where(Evidence.id.in_(proof)).values(file_id=None, store_key=None, note=""),
        update(HistoryEntry).where(HistoryEntry.issue_id.in_(issue_ids)).values(words=""),
        update(HistoryEntry)
        .where(HistoryEntry.issue_id.in_(issue_ids), HistoryEntry.actor_role.in_(_NOT_COLLEAGUES))
        .values(account_id=None),
        delete(IssueFollower).where(IssueFollower.issue_id.in_(issue_ids)),
        delete(IssueRequest).where(IssueRequest.issue_id.in_(issue_ids), IssueRequest.kind == RequestKind.REOPEN),
        update(IssueRequest).where(IssueRequest.issue_id.in_(issue_ids)).values(reason=""),
        update(Rating).where(Rating.issue_id.in_(issue_ids)).values(account_id=None, words=""),
    )


def _media_of(issue_ids: Sequence[int]) -> Select[int]:
    return select(ReportMedia.id).join(Report, Report.id == ReportMedia.report_id).where(Report.issue_id.in_(issue_ids))


def _evidence_of(issue_ids: Sequence[int]) -> Select[int]:
    return select(Evidence.id).join(Task, Task.id == Evidence.task_id).where(Task.issue_id.in_(issue_ids))
