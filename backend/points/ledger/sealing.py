"""The chain over the transfers: made later by a job, so that nobody waits for it; anybody can check it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, func, select, text

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.ledger.models import Seal, Transfer

GENESIS = "0" * 64
SEAL_BATCH = 1_000

_WRITERS = text(
    "SELECT count(*) FROM pg_locks WHERE relation = 'points_transfer'::regclass AND mode = 'RowExclusiveLock'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()"
)
"""Who has an id and has not committed yet holds such a lock: while there are none, no lower id can appear."""


def digest_of(rows: Sequence[Row[Any]], previous: str) -> str:
    """The link over these rows: SHA-256 over the link before and every column of every row."""
    written = json.dumps([[str(value) for value in row] for row in rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{written}".encode()).hexdigest()


async def has_unsealed(uow: UnitOfWork) -> bool:
    """Whether there is anything to seal."""
    last = select(func.coalesce(func.max(Seal.last_id), 0)).scalar_subquery()
    return bool(await uow.session.scalar(select(exists().where(Transfer.id > last))))


async def seal_transfers(uow: UnitOfWork) -> int:
    """Seal what is not sealed yet, at most SEAL_BATCH rows in one link; returns how many. Twice is safe."""
    newest = await uow.session.scalar(select(func.max(Transfer.id))) or 0
    if not uow.is_sqlite and await uow.session.scalar(_WRITERS):
        return 0
    last = (await uow.session.execute(select(Seal.last_id, Seal.digest).order_by(Seal.id.desc()).limit(1))).first()
    after, previous = (last.last_id, last.digest) if last else (0, GENESIS)
    rows = await _rows(uow, after, newest, SEAL_BATCH)
    if rows:
        uow.session.add(
            Seal(
                first_id=rows[0].id,
                last_id=rows[-1].id,
                rows=len(rows),
                previous=previous,
                digest=digest_of(rows, previous),
                sealed_at=uow.now,
            )
        )
    return len(rows)


async def first_broken_seal(uow: UnitOfWork) -> int | None:
    """The id of the first seal whose transfers were changed, removed or added to; None if the chain holds."""
    previous, after = GENESIS, 0
    for seal in (await uow.session.scalars(select(Seal).order_by(Seal.id))).all():
        rows = await _rows(uow, after, seal.last_id, SEAL_BATCH + 1)
        if len(rows) != seal.rows or seal.previous != previous or digest_of(rows, previous) != seal.digest:
            return seal.id
        previous, after = seal.digest, seal.last_id
    return None


async def _rows(uow: UnitOfWork, after: int, upto: int, limit: int) -> Sequence[Row[Any]]:
    found = select(Transfer.__table__).where(Transfer.id > after, Transfer.id <= upto)
    return (await uow.session.execute(found.order_by(Transfer.id).limit(limit))).all()
