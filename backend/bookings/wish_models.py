"""Tables of children, the consent of their guardians, and learning wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.bookings.states import WishState
from backend.kernel.tables import Base, BigId, Id, enum_column


class Child(Base):
    """A child under 14 is a record of the guardian and never has an account of its own (PIPL, article 31).

    The name is sealed; lists show `initial`, the family name's first letter or character.
    """

    __tablename__ = "child"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), index=True)
    guardian_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    name_sealed: Mapped[str] = mapped_column(Text)
    initial: Mapped[str] = mapped_column(String(4))
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    birth_month: Mapped[int] = mapped_column(SmallInteger)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    pick_up_sealed: Mapped[str | None] = mapped_column(Text)
    """Who fetches the child, as the guardian wrote it."""
    removed_at: Mapped[datetime | None]


class GuardianConsent(Base):
    """Which text the guardian agreed to, and when; ended, never deleted."""

    __tablename__ = "guardian_consent"

    id: Mapped[Id]
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("child.id"), index=True)
    guardian_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    text_version: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Wish(Base):
    """What a child, or an adult, wants to learn."""

    __tablename__ = "wish"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("child.id"))
    learner: Mapped[str] = mapped_column(String(32))
    """`child:<id>`, or `account:<id>` of a grown-up: nobody has the same wish open twice."""
    topic: Mapped[str] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(String(200), default="")
    is_online_fine: Mapped[bool] = mapped_column(Boolean, default=False)
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    state: Mapped[WishState] = mapped_column(enum_column(WishState), default=WishState.OPEN)
    session_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("session.id"))
    """The course that was offered for it."""
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "uq_wish_open",
            "learner",
            "topic",
            unique=True,
            sqlite_where=text("state IN ('open', 'answered')"),
            postgresql_where=text("state IN ('open', 'answered')"),
        ),
        Index("ix_wish_topic", "community_id", "topic", "state"),
    )
