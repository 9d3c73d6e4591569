"""Counters with a limit that holds when two count at once: the limit is part of the statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, and_, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.tables import Base
from backend.kernel.unit_of_work import UnitOfWork


async def count_up(
    uow: UnitOfWork, counter: type[Base], key: Mapping[str, Any], *, most: int | None, by: int = 1
) -> bool:
    """Add to the counter of `key` unless it would exceed `most`; False when it would."""
    if most is not None and by > most:
        return False
    table: Table = counter.__table__  # type: ignore[assignment]
    dialect = sqlite if uow.is_sqlite else postgresql
    first = dialect.insert(table).values(**key, used=by)
    fits = None if most is None else table.c.used + by <= most
    counted = first.on_conflict_do_update(
        index_elements=[table.c[name] for name in key], set_={"used": table.c.used + by}, where=fits
    )
    return await uow.session.scalar(counted.returning(table.c.used)) is not None


async def count_down(uow: UnitOfWork, counter: type[Base], key: Mapping[str, Any], *, by: int = 1) -> None:
    """Give back what was counted; never below nothing."""
    table: Table = counter.__table__  # type: ignore[assignment]
    this = and_(*(table.c[name] == value for name, value in key.items()), table.c.used >= by)
    await uow.session.execute(update(table).where(this).values(used=table.c.used - by))
