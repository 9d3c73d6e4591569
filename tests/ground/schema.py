"""Gives a database its tables the way an installation does: by the migrations."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kernel.tables import Base

BACKEND = Path(__file__).parents[2] / "backend"
MIGRATIONS = BACKEND / "migrations"


def bring_up_to_date(url: str) -> None:
    """Migrate the database at `url` to the newest tables."""
    if not (MIGRATIONS / "env.py").exists():
        asyncio.run(_create_tables(url))
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")


async def _create_tables(url: str) -> None:
    for models in sorted(BACKEND.glob("*/models.py")):
        importlib.import_module(f"backend.{models.parent.name}.models")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
