"""Photos and other files of reports and evidence: late ones join, and all are copied into our own store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.issues.events import ReportMediaAdded
from backend.issues.models import Evidence, Report, ReportMedia
from backend.issues.reports.new_report import MOST_MEDIA, MediaItem, check_media
from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork

LATE = timedelta(minutes=15)
"""So long after its report a photo of the same album still belongs to it; Telegram has redelivered them by then."""
LOST = ""
"""The store key of a file that can be had no more."""


class MediaOwner(StrEnum):
    REPORT = "report"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class WantedMedia:
    """A file that Telegram holds and our store does not yet."""

    owner: MediaOwner
    id: int
    file_id: str


_media: Table = ReportMedia.__table__  # type: ignore[assignment]
_ADD_ON_SQLITE = sqlite.insert(_media).on_conflict_do_nothing().returning(_media.c.id)
_ADD = postgresql.insert(_media).on_conflict_do_nothing().returning(_media.c.id)


async def add_media(uow: UnitOfWork, report_id: int, items: Iterable[MediaItem]) -> int:
    """Add files to a report; one that is there already is not added again. Returns how many were new."""
    rows = [
        {
            "report_id": report_id,
            "kind": item.kind,
            "file_id": item.file_id,
            "file_unique_id": item.file_unique_id,
            "media_group_id": item.media_group_id,
        }
        for item in items
    ]
    if not rows:
        return 0
    added = await uow.run(_ADD_ON_SQLITE if uow.is_sqlite else _ADD, rows)
    return len(added.all())


async def add_stored_media(uow: UnitOfWork, *, report_id: int, kind: str, store_key: str) -> None:
    """Add a file that no chat has seen and that lies in our store already: what a caller said. Twice is safe."""
    row = {
        "report_id": report_id,
        "kind": kind,
        "file_id": "",
        "file_unique_id": store_key[:64],
        "store_key": store_key,
    }
    dialect = sqlite if uow.is_sqlite else postgresql
    await uow.session.execute(dialect.insert(ReportMedia).values(row).on_conflict_do_nothing())


async def add_late_media(
    uow: UnitOfWork, *, actor: Actor, media_group_id: str, items: tuple[MediaItem, ...]
) -> int | None:
    """Add photos that came after their report was stored, if the sender's album has one; returns the report's id.

    None means that no report of this person has the album: the photos belong elsewhere. Twice is safe.
    """
    report = await _report_of_album(uow, actor, media_group_id)
    if report is None:
        return None
    there = await uow.session.scalar(
        select(func.count()).select_from(ReportMedia).where(ReportMedia.report_id == report.id)
    )
    check_media(items)
    added = await add_media(uow, report.id, items[: max(MOST_MEDIA - int(there or 0), 0)])
    if added:
        audit(uow, actor, "add_late_media", f"report:{report.id}", after={"files": added})
        uow.record(ReportMediaAdded(report_id=report.id, issue_id=report.issue_id))
    return report.id


async def _report_of_album(uow: UnitOfWork, actor: Actor, media_group_id: str) -> Report | None:
    if actor.account_id is None or not media_group_id.isascii():
        return None
    return await uow.session.scalar(
        select(Report)
        .join(ReportMedia, ReportMedia.report_id == Report.id)
        .where(
            ReportMedia.media_group_id == media_group_id,
            Report.account_id == actor.account_id,
            Report.received_at >= uow.now - LATE,
        )
        .order_by(Report.id.desc())
        .limit(1)
    )


async def media_of_issue(uow: UnitOfWork, issue_id: int) -> list[ReportMedia]:
    """The files of all reports of the issue, in the order in which they came."""
    found = await uow.session.scalars(
        select(ReportMedia)
        .join(Report, Report.id == ReportMedia.report_id)
        .where(Report.issue_id == issue_id)
        .order_by(ReportMedia.id)
    )
    return list(found)


async def media_of_report(uow: UnitOfWork, report_id: int) -> list[ReportMedia]:
    """The files of one report, in the order in which they came."""
    found = await uow.session.scalars(
        select(ReportMedia).where(ReportMedia.report_id == report_id).order_by(ReportMedia.id)
    )
    return list(found)


async def wanted_media(uow: UnitOfWork, at_most: int = 20) -> list[WantedMedia]:
    """The oldest files without a copy of our own, reports' before evidence."""
    reports = await uow.session.execute(
        select(ReportMedia.id, ReportMedia.file_id)
        .where(ReportMedia.store_key.is_(None))
        .order_by(ReportMedia.id)
        .limit(at_most)
    )
    evidence = await uow.session.execute(
        select(Evidence.id, Evidence.file_id)
        .where(Evidence.file_id.is_not(None), Evidence.store_key.is_(None))
        .order_by(Evidence.id)
        .limit(at_most)
    )
    wanted = [WantedMedia(MediaOwner.REPORT, id_, file_id) for id_, file_id in reports]
    wanted += [WantedMedia(MediaOwner.EVIDENCE, id_, file_id or "") for id_, file_id in evidence]
    return wanted[:at_most]


async def keep_media(uow: UnitOfWork, wanted: WantedMedia, store_key: str) -> None:
    """Note where our copy lies; LOST if there will never be one. A copy once noted is not replaced."""
    table = ReportMedia if wanted.owner is MediaOwner.REPORT else Evidence
    await uow.session.execute(
        update(table).where(table.id == wanted.id, table.store_key.is_(None)).values(store_key=store_key)
    )
