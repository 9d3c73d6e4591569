"""Gives a database its tables the way an installation does: by the migrations."""

from __future__ import annotations

import asyncio

from backend.kernel.database import Database
from backend.migrations.running import head_revision, upgrade
from backend.migrations.tables import all_tables


def bring_up_to_date(url: str) -> None:
    """Migrate the database at `url` to the newest tables, and let go of it."""
    asyncio.run(_bring_up_to_date(url))


async def _bring_up_to_date(url: str) -> None:
    database = Database(url)
    if head_revision() is None:
        async with database.engine.begin() as connection:
            await connection.run_sync(all_tables().create_all)
    else:
        await upgrade(database.engine)
    await database.close()
