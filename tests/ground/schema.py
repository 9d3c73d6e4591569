"""Gives a database its tables the way an installation does: by the migrations."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path

from backend.kernel.database import Database
from backend.migrations.running import upgrade
from backend.migrations.tables import all_tables

BACKEND = Path(__file__).parents[2] / "backend"


def bring_up_to_date(url: str) -> None:
    """Migrate the database at `url` to the newest tables."""
    asyncio.run(_bring_up_to_date(url))


async def _bring_up_to_date(url: str) -> None:
    database = Database(url)
    if any((BACKEND / "migrations" / "versions").glob("*.py")):
        await upgrade(database.engine)
    else:
        await _create_tables(database)
    await database.close()


async def _create_tables(database: Database) -> None:
    for models in sorted(BACKEND.glob("*/models.py")):
        importlib.import_module(f"backend.{models.parent.name}.models")
    async with database.engine.begin() as connection:
        await connection.run_sync(all_tables().create_all)
