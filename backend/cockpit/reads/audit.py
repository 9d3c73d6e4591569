"""The audit trail as its readers search it, newest first, and whether its seals hold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.audit import AuditEntry, AuditSeal, first_broken_seal
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account

PAGE_SIZE = 50
CHECK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class AuditLine:
    entry: AuditEntry
    name: str | None
    """Who did it; None for the clock and the shell."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; empty words look for everything. `before_id` is where the page starts."""

    subject: str = ""
    action: str = ""
    name: str = ""
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class Seals:
    """How far the chain reaches. `broken_at` is the first entry that does not fit it, if it was looked for."""

    sealed: int
    unsealed: int
    broken_at: int | None = None
    was_checked: bool = False
    took_too_long: bool = False


async def audit_lines(uow: UnitOfWork, actor: Actor, search: Search) -> tuple[list[AuditLine], bool]:
    """One page of what the actor may see, and whether older lines follow."""
    conditions = [_seen_by(actor)]
    if search.before_id is not None:
        conditions.append(AuditEntry.id < search.before_id)
    if search.subject:
        conditions.append(AuditEntry.subject.startswith(search.subject, autoescape=True))
    if search.action:
        conditions.append(AuditEntry.action.icontains(search.action, autoescape=True))
    if search.name:
        conditions.append(Account.display_name.icontains(search.name, autoescape=True))
    rows = await uow.session.execute(
        select(AuditEntry, Account.display_name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(*conditions)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    found = [AuditLine(entry, name) for entry, name in rows]
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """What lies below the actor's units; whoever stands at a root also sees what belongs to no unit."""
    paths: Sequence[str] = actor.paths_of(PERMISSIONS[Permission.READ_AUDIT])
    seen = [AuditEntry.org_path.startswith(path, autoescape=True) for path in paths]
    at_root = any(path.count("/") <= 2 for path in paths)
    return or_(*seen, AuditEntry.org_path == "/" if at_root else AuditEntry.id < 0)


async def seals_counted(uow: UnitOfWork) -> Seals:
    """How many entries are sealed and how many wait for the sealing job."""
    last = await uow.session.scalar(select(func.max(AuditSeal.entry_id))) or 0
    sealed = await uow.session.scalar(select(func.count()).select_from(AuditSeal)) or 0
    unsealed = await uow.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.id > last)) or 0
    return Seals(sealed, unsealed)


async def seals_checked(uow: UnitOfWork) -> Seals:
    """Walk the whole chain; a trail too long for a page is left to the shell."""
    counted = await seals_counted(uow)
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            broken = await first_broken_seal(uow)
    except TimeoutError:
        return Seals(counted.sealed, counted.unsealed, took_too_long=True)
    return Seals(counted.sealed, counted.unsealed, broken_at=broken, was_checked=True)
