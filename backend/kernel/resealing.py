"""After a new key was put in front: what older keys sealed is sealed anew, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData, Table, select, update

from backend.kernel.unit_of_work import UnitOfWork, Work

SEALED = "_sealed"
"""How the names of all sealed columns end."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of tokens, in a table with a number as its key."""

    table: Table
    id: Column[Any]
    token: Column[Any]


def sealed_columns(metadata: MetaData) -> Iterator[SealedColumn]:
    """Every sealed column of the tables that last.

    Half-written reports and waiting replies have no number as their key; they are gone within weeks, and every key
    in the list still opens them.
    """
    for table in metadata.sorted_tables:
        if "id" not in table.columns:
            continue
        for column in table.columns:
            if column.name.endswith(SEALED):
                yield SealedColumn(table, table.c.id, column)


async def reseal(work: Work, columns: Iterable[SealedColumn]) -> int:
    """Seal everything under the newest key, one unit of work for each batch; returns how many tokens.

    Twice is safe, and so is an interruption: old and new tokens may stand side by side. Raises
    cryptography.fernet.InvalidToken at the first token that no key opens.
    """
    count = 0
    for column in columns:
        after: int | None = 0
        while after is not None:
            async with work.begin() as uow:
                done, after = await _batch(uow, column, after)
                count += done
    return count


async def _batch(uow: UnitOfWork, column: SealedColumn, after: int) -> tuple[int, int | None]:
    found = await uow.session.execute(
        select(column.id, column.token)
        .where(column.id > after, column.token.is_not(None), column.token != "")
        .order_by(column.id)
        .limit(BATCH)
    )
    rows = found.all()
    for row_id, token in rows:
        # Only what still stands there: somebody may have written a new one meanwhile.
        await uow.session.execute(
            update(column.table)
            .where(column.id == row_id, column.token == token)
            .values({column.token: uow.vault.reseal(token)})
        )
    return len(rows), rows[-1][0] if len(rows) == BATCH else None
