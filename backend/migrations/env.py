"""Alembic's entry: runs on the connection that `backend.migrations.running` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from backend.migrations.tables import all_tables

connection: Connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=all_tables(),
    # SQLite cannot alter most things in place: Alembic copies the table instead.
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
