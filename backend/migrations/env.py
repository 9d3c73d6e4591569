"""Alembic's entry: runs on the connection that `backend.migrations.running` hands over."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy import Connection

from backend.kernel.tables import UtcDateTime
from backend.migrations.tables import all_tables


def rendered(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """How our own column types stand in a migration: as what the database sees, so that old ones never change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


connection: Connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=all_tables(),
    # SQLite cannot alter most things in place: Alembic copies the table instead.
    render_as_batch=True,
    compare_type=True,
    render_item=rendered,
)
with context.begin_transaction():
    context.run_migrations()
