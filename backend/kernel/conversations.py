"""Half-finished conversations, kept in the database so that a restart loses no half-written report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, Table, Text, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, UtcDateTime
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


class ConversationKey(NamedTuple):
    """Who talks where with which bot."""

    bot_id: int
    chat_id: int
    user_id: int


@dataclass
class Standing:
    """Where a conversation stands: `notes` is JSON, empty where nothing was said; `is_kept` once it is a row."""

    step: str | None = None
    notes: str = ""
    is_kept: bool = False


# These run with every update, so they are put together once.
_conversation: Table = Conversation.__table__  # type: ignore[assignment]
_KEY = ("bot_id", "chat_id", "user_id")
_STANDING = select(_conversation.c.step, _conversation.c.notes_sealed).where(
    *(_conversation.c[name] == bindparam(f"{name}_") for name in _KEY)
)
_NEW: dict[str, Any] = {name: bindparam(f"{name}_") for name in (*_KEY, "step", "notes_sealed")} | {
    "updated_at": bindparam("updated_at_", type_=UtcDateTime),
    "reminded_at": None,
}


def _keeping(dialect: Any) -> Any:
    statement = dialect.insert(_conversation).values(_NEW)
    changed = {name: statement.excluded[name] for name in _NEW if name not in _KEY}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=changed)


_KEEP_ON_SQLITE, _KEEP = _keeping(sqlite), _keeping(postgresql)


async def standing_of(uow: UnitOfWork, key: ConversationKey) -> Standing:
    """Where the conversation stands; at its beginning when it is not known."""
    found = (await uow.run(_STANDING, _parameters(key))).first()
    if found is None:
        return Standing()
    return Standing(found.step, uow.vault.open(found.notes_sealed) if found.notes_sealed else "", is_kept=True)


async def keep_standing(uow: UnitOfWork, key: ConversationKey, standing: Standing) -> None:
    """Store where the conversation stands now; who was reminded of it may be reminded again."""
    sealed = uow.vault.seal(standing.notes) if standing.notes else ""
    values = _parameters(key) | {"step_": standing.step, "notes_sealed_": sealed, "updated_at_": uow.now}
    await uow.run(_KEEP_ON_SQLITE if uow.is_sqlite else _KEEP, values)


def _parameters(key: ConversationKey) -> dict[str, Any]:
    return {f"{name}_": value for name, value in zip(_KEY, key, strict=True)}


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
