"""The history of an issue as screens show it, cut to what its reader may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from backend.issues.models import HistoryEntry
from backend.issues.movers import REPORTER_ROLE
from backend.kernel.access import Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account

MOST_STEPS = 300
_NAMELESS = frozenset({REPORTER_ROLE, Role.RESIDENT.value})
"""Whoever stands in a history as reporter or resident is not named there; `issue_view` says who reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStep:
    """One line: when, who by role (and, for colleagues, by name), what, where it led, in which words."""

    at: datetime
    role: str
    name: str
    action: str
    to_status: str | None
    words: str
    is_public: bool
    task_id: int | None


async def public_history(uow: UnitOfWork, issue_id: int, *, account_id: int | None = None) -> list[HistoryStep]:
    """What followers see, without any name, and what `account_id` itself said; oldest first."""
    visible: ColumnElement[bool] = HistoryEntry.is_public.is_(True)
    if account_id is not None:
        visible = or_(visible, (HistoryEntry.account_id == account_id) & HistoryEntry.actor_role.in_(_NAMELESS))
    entries = await uow.session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.issue_id == issue_id, visible)
        .order_by(HistoryEntry.id)
        .limit(MOST_STEPS)
    )
    return [_step(entry, "") for entry in entries]


async def full_history(uow: UnitOfWork, issue_id: int) -> list[HistoryStep]:
    """Every step with the names of colleagues, internal comments included; for those who work on the issue."""
    rows = await uow.session.execute(
        select(HistoryEntry, Account.display_name)
        .outerjoin(Account, Account.id == HistoryEntry.account_id)
        .where(HistoryEntry.issue_id == issue_id)
        .order_by(HistoryEntry.id)
        .limit(MOST_STEPS)
    )
    return [_step(entry, "" if entry.actor_role in _NAMELESS else name or "") for entry, name in rows]


def _step(entry: HistoryEntry, name: str) -> HistoryStep:
    return HistoryStep(
        at=entry.at,
        role=entry.actor_role,
        name=name,
        action=entry.action,
        to_status=entry.to_status,
        words=entry.words,
        is_public=entry.is_public,
        task_id=entry.task_id,
    )
