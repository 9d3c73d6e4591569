"""Tables of the web door: one-time entries, sessions, and the forms that were already sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id


class WebEntry(Base):
    """A link given in chat. Only the digest of its token is kept; it opens the door once, within minutes."""

    __tablename__ = "web_entry"

    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser. Only the digest of its cookie is kept, so a stolen table opens no door."""

    __tablename__ = "web_session"

    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    community_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    """The community that is on screen, for those who serve several; None: the first that they may see."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class SentForm(Base):
    """A form that was sent: its number is taken in the transaction that it caused, so a second click does nothing."""

    __tablename__ = "sent_form"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("web_session.id", ondelete="CASCADE"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    sent_at: Mapped[datetime]
