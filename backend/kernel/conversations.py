"""Half-finished conversations, kept in the database so that a restart loses no half-written report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base
from backend.kernel.unit_of_work import UnitOfWork


class Conversation(Base):
    """Where one person stands in one chat with one bot: the step, and what was said so far."""

    __tablename__ = "conversation"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str | None] = mapped_column(String(64), index=True)
    notes_sealed: Mapped[str] = mapped_column(Text, default="")
    """What was said so far, sealed: half-written reports hold names, numbers and whereabouts."""
    updated_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]


def notes_of(uow: UnitOfWork, conversation: Conversation) -> dict[str, Any]:
    """What was said so far; a fresh dictionary each time."""
    if not conversation.notes_sealed:
        return {}
    return dict(uow.vault.open_json(conversation.notes_sealed))


def keep_notes(uow: UnitOfWork, conversation: Conversation, notes: Mapping[str, Any]) -> None:
    """Store what was said so far."""
    conversation.notes_sealed = uow.vault.seal_json(dict(notes)) if notes else ""


async def stale_conversations(uow: UnitOfWork, steps: str, idle: timedelta, at_most: int) -> list[Conversation]:
    """Conversations whose step begins with `steps`, idle for `idle`, not yet reminded; longest idle first."""
    found = await uow.session.scalars(
        select(Conversation)
        .where(
            Conversation.step.startswith(steps),
            Conversation.updated_at < uow.now - idle,
            Conversation.reminded_at.is_(None),
        )
        .order_by(Conversation.updated_at)
        .limit(at_most)
    )
    return list(found)


async def forget_conversations(uow: UnitOfWork, idle: timedelta) -> int:
    """Delete conversations idle for longer than `idle`: drafts hold personal data; returns how many."""
    result = await uow.session.execute(delete(Conversation).where(Conversation.updated_at < uow.now - idle))
    return int(result.rowcount)  # type: ignore[attr-defined]
