"""What a card needs beside its task and issue, read for many cards with one query each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select

from backend.issues.models import Evidence, HistoryEntry, IssueClock, Report, ReportMedia
from backend.issues.states import ClockTarget, EvidenceKind, TaskAction
from backend.kernel.unit_of_work import UnitOfWork

MOST_PHOTOS = 10
_EXPLAINED = tuple(action.value for action in (TaskAction.RETURN, TaskAction.TRANSFER, TaskAction.FAIL))

# Cards are drawn anew with every step of every task, so these are put together once.
_TASKS: BindParameter[int] = bindparam("task_ids", expanding=True)
_ISSUES: BindParameter[int] = bindparam("issue_ids", expanding=True)
_CLAIM_DUES = select(IssueClock.task_id, IssueClock.due_at).where(
    IssueClock.task_id.in_(_TASKS), IssueClock.target == ClockTarget.CLAIM, IssueClock.stopped_at.is_(None)
)
_EVIDENCE = (
    select(Evidence.task_id, Evidence.kind, func.count())
    .where(Evidence.task_id.in_(_TASKS))
    .group_by(Evidence.task_id, Evidence.kind)
)
_PHOTOS = (
    select(Report.issue_id, ReportMedia.file_id)
    .join(ReportMedia, ReportMedia.report_id == Report.id)
    .where(Report.issue_id.in_(_ISSUES), ReportMedia.kind == "photo")
    .order_by(ReportMedia.id)
)


async def claim_dues_of(uow: UnitOfWork, task_ids: Sequence[int]) -> dict[int, datetime]:
    """Until when an open task should be taken, by task."""
    if not task_ids:
        return {}
    found = await uow.session.execute(_CLAIM_DUES, {"task_ids": task_ids})
    return {task_id: due_at for task_id, due_at in found if task_id is not None}


async def evidence_of(uow: UnitOfWork, task_ids: Sequence[int]) -> dict[int, dict[EvidenceKind, int]]:
    """How many pieces of each kind every task has."""
    if not task_ids:
        return {}
    found = await uow.session.execute(_EVIDENCE, {"task_ids": task_ids})
    counts: dict[int, dict[EvidenceKind, int]] = {}
    for task_id, kind, count in found:
        counts.setdefault(task_id, {})[kind] = count
    return counts


async def explanations_of(uow: UnitOfWork, issue_ids: set[int]) -> dict[int, HistoryEntry]:
    """The last return, transfer or failed check of every task, by task."""
    if not issue_ids:
        return {}
    found = await uow.session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.issue_id.in_(issue_ids), HistoryEntry.action.in_(_EXPLAINED))
        .order_by(HistoryEntry.id)
    )
    return {entry.task_id: entry for entry in found if entry.task_id is not None}


async def photos_of(uow: UnitOfWork, issue_ids: set[int]) -> dict[int, tuple[str, ...]]:
    """The file ids of what the reporters photographed, the first ones of every issue."""
    found = await uow.session.execute(_PHOTOS, {"issue_ids": sorted(issue_ids)})
    photos: dict[int, tuple[str, ...]] = {}
    for issue_id, file_id in found:
        photos[issue_id] = (*photos.get(issue_id, ()), file_id)[:MOST_PHOTOS]
    return photos
