"""Tables of reference data that staff edit for every domain: the work calendar and the words of announcements."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId


class CalendarDay(Base):
    """A day that differs from the weekly pattern: a holiday, or a make-up workday."""

    __tablename__ = "calendar_day"

    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(100), default="")


class AnnouncementText(Base):
    """A community's own words for a key of the catalogues; they win over the catalogue's."""

    __tablename__ = "announcement_text"

    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
