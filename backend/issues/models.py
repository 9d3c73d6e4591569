"""Tables of the issues domain: categories, reports, issues, tasks, evidence, history, clocks; demands stand beside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.issues.categories.models import Category, CategoryLimit
from backend.issues.demands.models import (
    Direction,
    IssueRequest,
    OrgDispatch,
    Rating,
    RequestKind,
    Supervision,
)
from backend.issues.states import (
    ClockTarget,
    ClockUnit,
    EvidenceKind,
    IssueStatus,
    ReportSource,
    RiskGrade,
    TaskStatus,
)
from backend.kernel.tables import Base, BigId, Id, enum_column

__all__ = [
    "Category",
    "CategoryLimit",
    "Direction",
    "Evidence",
    "HistoryEntry",
    "Issue",
    "IssueClock",
    "IssueCounter",
    "IssueFollower",
    "IssueRequest",
    "OrgDispatch",
    "Rating",
    "Report",
    "ReportMedia",
    "RequestKind",
    "Supervision",
    "Task",
]


def _reference(target: str) -> ForeignKey:
    return ForeignKey(target)


class IssueCounter(Base):
    """The last number given out per community and year; numbers are said aloud, so they stay short."""

    __tablename__ = "issue_counter"

    community_id: Mapped[int] = mapped_column(BigId, _reference("org_unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Issue(Base):
    """The deduplicated problem on the one list. Grade is judged, lateness lives in clocks, colour is derived."""

    __tablename__ = "issue"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, _reference("org_unit.id"), index=True)
    org_unit_id: Mapped[int] = mapped_column(BigId, _reference("org_unit.id"), index=True)
    """Who answers for it now: its grid, or the community where no grid fits."""
    year: Mapped[int] = mapped_column(SmallInteger)
    serial: Mapped[int]
    category_id: Mapped[int] = mapped_column(BigId, _reference("category.id"), index=True)
    status: Mapped[IssueStatus] = mapped_column(enum_column(IssueStatus), index=True)
    resume_status: Mapped[IssueStatus | None] = mapped_column(enum_column(IssueStatus))
    """Where a waiting or suspended issue goes back to."""
    risk_grade: Mapped[RiskGrade] = mapped_column(enum_column(RiskGrade))
    summary: Mapped[str] = mapped_column(Text, default="")
    """What groups may read: the report's words with numbers of phones and identity cards masked."""
    place: Mapped[str] = mapped_column(String(300), default="")
    building_id: Mapped[int | None] = mapped_column(BigId, _reference("building.id"), index=True)
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    opened_at: Mapped[datetime]
    status_entered_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    anonymised_at: Mapped[datetime | None]
    """When words and persons were taken out; see `anonymising`."""
    merged_into_id: Mapped[int | None] = mapped_column(BigId, _reference("issue.id"))
    reopened_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    supervision_level: Mapped[int] = mapped_column(SmallInteger, default=0)
    video_room: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("community_id", "year", "serial"),
        Index("ix_issue_near", "community_id", "category_id", "latitude"),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own attribute

    @property
    def number(self) -> str:
        """What people say aloud: two digits of the year and the serial, such as `26-0123`."""
        return f"{self.year % 100:02d}-{self.serial:04d}"


class Report(Base):
    """What one source said; never changed. Whoever is named to be told hears how it ends."""

    __tablename__ = "report"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, _reference("org_unit.id"), index=True)
    issue_id: Mapped[int] = mapped_column(BigId, _reference("issue.id"), index=True)
    source: Mapped[ReportSource] = mapped_column(enum_column(ReportSource))
    door: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(BigId, _reference("account.id"), index=True)
    on_behalf_of_sealed: Mapped[str | None] = mapped_column(Text)
    """Name and telephone of the person for whom this was reported, sealed."""
    is_anonymous: Mapped[bool] = mapped_column(Boolean, default=False)
    text_sealed: Mapped[str] = mapped_column(Text, default="")
    """The source's own words, sealed: people write names and numbers into them."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    place: Mapped[str] = mapped_column(String(300), default="")
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    received_at: Mapped[datetime]
    external_id: Mapped[str | None] = mapped_column(String(100))
    """The number that the source itself gave it (hotline, sensor, device): the same one never counts twice."""
    __table_args__ = (UniqueConstraint("community_id", "source", "external_id"),)


class ReportMedia(Base):
    """A photo, voice note or file of a report; `store_key` follows once our own copy is made, empty if it never can."""

    __tablename__ = "report_media"

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(BigId, _reference("report.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    file_id: Mapped[str] = mapped_column(String(255))
    file_unique_id: Mapped[str] = mapped_column(String(64))
    media_group_id: Mapped[str | None] = mapped_column(String(64), index=True)
    store_key: Mapped[str | None] = mapped_column(String(80))
    __table_args__ = (
        UniqueConstraint("report_id", "file_unique_id"),
        Index(
            "ix_report_media_wanted",
            "id",
            sqlite_where=text("store_key IS NULL"),
            postgresql_where=text("store_key IS NULL"),
        ),
    )


class IssueFollower(Base):
    """Who hears of progress: every reporter, and whoever chose to follow."""

    __tablename__ = "issue_follower"

    issue_id: Mapped[int] = mapped_column(BigId, _reference("issue.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigId, _reference("account.id"), primary_key=True)
    is_reporter: Mapped[bool] = mapped_column(Boolean, default=False)
    since_at: Mapped[datetime]


class Task(Base):
    """One piece of work for one group. A returned or transferred task is over; `successor` rows carry on."""

    __tablename__ = "task"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, _reference("org_unit.id"), index=True)
    issue_id: Mapped[int] = mapped_column(BigId, _reference("issue.id"), index=True)
    predecessor_id: Mapped[int | None] = mapped_column(BigId, _reference("task.id"))
    status: Mapped[TaskStatus] = mapped_column(enum_column(TaskStatus), index=True)
    org_unit_id: Mapped[int] = mapped_column(BigId, _reference("org_unit.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(BigId, _reference("partner.id"))
    """Set when a partner's group, not the unit's own, got the task."""
    assignee_id: Mapped[int | None] = mapped_column(BigId, _reference("account.id"), index=True)
    instructions: Mapped[str] = mapped_column(Text, default="")
    reopening: Mapped[int] = mapped_column(SmallInteger, default=0)
    """The issue's `reopened_count` when this work was opened: work of an earlier life does not count in this one."""
    created_at: Mapped[datetime]
    status_entered_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(BigId)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own attribute


class Evidence(Base):
    """What proves work: photo, note, place, with the distance to the issue where the place is known."""

    __tablename__ = "evidence"

    id: Mapped[Id]
    task_id: Mapped[int] = mapped_column(BigId, _reference("task.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(enum_column(EvidenceKind))
    account_id: Mapped[int] = mapped_column(BigId, _reference("account.id"))
    file_id: Mapped[str | None] = mapped_column(String(255))
    file_unique_id: Mapped[str | None] = mapped_column(String(64))
    media_group_id: Mapped[str | None] = mapped_column(String(64))
    store_key: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text, default="")
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    distance_metres: Mapped[int | None]
    given_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("task_id", "file_unique_id"),
        Index(
            "ix_evidence_wanted",
            "id",
            sqlite_where=text("file_id IS NOT NULL AND store_key IS NULL"),
            postgresql_where=text("file_id IS NOT NULL AND store_key IS NULL"),
        ),
    )


class HistoryEntry(Base):
    """One step of an issue's life; append-only. `is_public` steps are shown to followers."""

    __tablename__ = "history_entry"

    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(BigId, _reference("issue.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(BigId, _reference("task.id"))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(BigId)
    actor_role: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(32))
    from_status: Mapped[str | None] = mapped_column(String(24))
    to_status: Mapped[str | None] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(Text, default="")
    """The reason or comment that the actor gave, masked like `Issue.summary`."""
    is_public: Mapped[bool] = mapped_column(Boolean, default=True)


class IssueClock(Base):
    """One limit that runs. `pauses` is a list of [from, to or null] in ISO 8601; `due_at` already counts them in."""

    __tablename__ = "issue_clock"

    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(BigId, _reference("issue.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(BigId, _reference("task.id"))
    target: Mapped[ClockTarget] = mapped_column(enum_column(ClockTarget))
    amount: Mapped[int] = mapped_column(SmallInteger)
    unit: Mapped[ClockUnit] = mapped_column(enum_column(ClockUnit))
    started_at: Mapped[datetime]
    pauses: Mapped[list[Any]] = mapped_column(default=list)
    due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    climbed: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many rungs of the ladder have heard already."""
    next_look_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the clock job looks again; None while paused or stopped."""
