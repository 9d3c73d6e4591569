"""The audit trail: who did what to which thing, on whose behalf, by which door; sealed by a hash chain."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import String, Table, exists, func, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.access import Actor
from backend.kernel.tables import Base, Id
from backend.kernel.unit_of_work import UnitOfWork

GENESIS = "0" * 64
"""What the first seal builds on."""

SEAL_BATCH = 1_000


_WRITERS = text(
    "SELECT count(*) FROM pg_locks WHERE relation = 'audit_entry'::regclass AND mode = 'RowExclusiveLock'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()"
)


class AuditEntry(Base):
    """One write. Append-only (a trigger refuses change); `seal` is empty until the sealing job has come by."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    at: Mapped[datetime]
    account_id: Mapped[int | None]
    on_behalf_of_person_id: Mapped[int | None]
    door: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    org_path: Mapped[str] = mapped_column(String(120), default="/")
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class AuditSeal(Base):
    """The chain: one row per sealed entry, each holding the digest of the entry and of the row before."""

    __tablename__ = "audit_seal"

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


_entries: Table = AuditEntry.__table__  # type: ignore[assignment]
_WRITE = insert(_entries)
_ACTS = "acts to write down"


def audit(
    uow: UnitOfWork,
    actor: Actor,
    action: str,
    subject: str,
    *,
    org_path: str = "/",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    on_behalf_of: int | None = None,
) -> None:
    """Write down an act at the end of the transaction. `subject` is `kind:id`; sealed fields never appear in clear."""
    acts: list[dict[str, Any]] = uow.session.info.setdefault(_ACTS, [])
    acts.append(
        {
            "at": uow.now,
            "account_id": actor.account_id,
            "on_behalf_of_person_id": on_behalf_of,
            "door": actor.door.value,
            "action": action,
            "subject": subject,
            "org_path": org_path,
            "before": before,
            "after": after,
        }
    )
    uow.before_commit(_write_acts)


async def _write_acts(uow: UnitOfWork) -> None:
    await uow.run(_WRITE, uow.session.info.pop(_ACTS))


def digest_of(entry: AuditEntry, previous: str) -> str:
    """The link of `entry` in the chain: SHA-256 over the link before and every column of the row."""
    row = [
        entry.id,
        entry.at.isoformat(),
        entry.account_id,
        entry.on_behalf_of_person_id,
        entry.door,
        entry.action,
        entry.subject,
        entry.org_path,
        entry.before,
        entry.after,
    ]
    written = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{written}".encode()).hexdigest()


async def seal_audit_trail(uow: UnitOfWork) -> int:
    """Seal what is not sealed yet, oldest first, at most SEAL_BATCH rows; returns how many. Twice is safe.

    While somebody is about to commit entries on PostgreSQL it seals nothing: try again a moment later.
    """
    newest = await _newest_settled(uow)
    last = await uow.session.scalar(select(AuditSeal).order_by(AuditSeal.entry_id.desc()).limit(1))
    previous, last_id = (last.digest, last.entry_id) if last else (GENESIS, 0)
    entries = await uow.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.id > last_id, AuditEntry.id <= newest)
        .order_by(AuditEntry.id)
        .limit(SEAL_BATCH)
    )
    sealed = 0
    for entry in entries:
        previous = digest_of(entry, previous)
        uow.session.add(AuditSeal(entry_id=entry.id, digest=previous))
        sealed += 1
    return sealed


async def has_unsealed(uow: UnitOfWork) -> bool:
    """Whether there is anything to seal: asked before the write lock is taken."""
    last = select(func.coalesce(func.max(AuditSeal.entry_id), 0)).scalar_subquery()
    found: bool | None = await uow.session.scalar(select(exists().where(AuditEntry.id > last)))
    return bool(found)


async def _newest_settled(uow: UnitOfWork) -> int:
    """The id up to which no entry can appear any more; 0 when that cannot be said now.

    PostgreSQL gives ids before the commit, so a slow transaction may commit a lower id after a higher one was sealed,
    which would look like tampering. Whoever has taken an id holds a lock on the table until the end: when nobody
    does, all ids seen before are settled.
    """
    newest = await uow.session.scalar(select(func.max(AuditEntry.id))) or 0
    if uow.is_sqlite:
        return newest
    return 0 if await uow.session.scalar(_WRITERS) else newest


async def first_broken_seal(uow: UnitOfWork) -> int | None:
    """The id of the first entry that was changed, removed or slipped in after sealing; None if the chain holds."""
    previous = GENESIS
    seals = await uow.session.stream_scalars(select(AuditSeal).order_by(AuditSeal.entry_id))
    last_id = 0
    async for seal in seals:
        entries = list(
            await uow.session.scalars(select(AuditEntry).where(AuditEntry.id > last_id, AuditEntry.id <= seal.entry_id))
        )
        if len(entries) != 1 or digest_of(entries[0], previous) != seal.digest:
            return seal.entry_id
        previous, last_id = seal.digest, seal.entry_id
    return None
