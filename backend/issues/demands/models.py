"""Tables of what people ask of those who work: supervision, matters between units, requests, ratings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column


class Supervision(Base):
    """An order to hurry, with a reply due."""

    __tablename__ = "supervision"

    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(BigId, ForeignKey("issue.id"), index=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    issued_by_id: Mapped[int | None] = mapped_column(BigId)
    issued_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text, default="")
    reply_due_at: Mapped[datetime] = mapped_column(index=True)
    replied_at: Mapped[datetime | None]
    replied_by_id: Mapped[int | None] = mapped_column(BigId)
    reply: Mapped[str] = mapped_column(Text, default="")
    overdue_told_at: Mapped[datetime | None]


class Direction(StrEnum):
    DOWN = "down"
    UP = "up"


class OrgDispatch(Base):
    """A matter sent down from a superior unit or up to one, with the answer that goes back."""

    __tablename__ = "org_dispatch"

    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(BigId, ForeignKey("issue.id"), index=True)
    direction: Mapped[Direction] = mapped_column(enum_column(Direction))
    from_unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    to_unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    sent_by_id: Mapped[int | None] = mapped_column(BigId)
    sent_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text, default="")
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(BigId)
    answer: Mapped[str] = mapped_column(Text, default="")


class RequestKind(StrEnum):
    SUSPEND = "suspend"
    REOPEN = "reopen"


class IssueRequest(Base):
    """Something a person asked for and another decides: to suspend, to reopen."""

    __tablename__ = "issue_request"

    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(BigId, ForeignKey("issue.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(enum_column(RequestKind))
    asked_by_id: Mapped[int] = mapped_column(BigId)
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    until_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(BigId)
    decided_at: Mapped[datetime | None]
    is_granted: Mapped[bool | None] = mapped_column(Boolean)


class Rating(Base):
    """One verdict per follower and issue; a second tap changes it and never counts twice."""

    __tablename__ = "rating"

    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(BigId, ForeignKey("issue.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    """None once the issue is anonymised."""
    stars: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(Text, default="")
    rated_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("issue_id", "account_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    )
