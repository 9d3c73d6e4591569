"""Runs Alembic from the program itself: no alembic.ini, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.migrations.tables import all_tables

FOLDER = Path(__file__).parent

LOCK = 0x796F756C696E
"""Of migrations on PostgreSQL: the letters of "youlin"."""


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Partitions come and go with the months; only the table that they are parts of stands in the code."""
    return kind != "table" or not (name or "").startswith("observed_packet_")


_COMPARING: dict[str, Any] = {"compare_type": True, "include_name": _is_ours}


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Bring the schema up to `revision`; does nothing when it is there already."""
    async with engine.begin() as connection:
        await _alone(connection)
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def _alone(connection: AsyncConnection) -> None:
    """Several processes start at once and each wants to migrate: on PostgreSQL they take turns."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Take the schema back to `revision` (`base` removes everything)."""
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))


async def current_revision(engine: AsyncEngine) -> str | None:
    """Where the database's schema stands; None for an empty database."""
    async with engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def head_revision() -> str | None:
    """Where this version of the program wants the schema to stand."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def differences(engine: AsyncEngine) -> list[object]:
    """What the migrated schema and the tables in the code do not agree on; empty when all is well."""
    async with engine.connect() as connection:
        return await connection.run_sync(
            lambda sync: list(compare_metadata(MigrationContext.configure(sync, opts=_COMPARING), all_tables()))
        )


async def write_revision(engine: AsyncEngine, message: str) -> None:
    """Write a new migration from the differences; for developers, to be read and mended by hand."""
    async with engine.begin() as connection:
        await connection.run_sync(
            lambda sync: command.revision(_config(sync), message=message, autogenerate=True, rev_id=None)
        )
