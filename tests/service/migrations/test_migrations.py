"""The schema goes up and down on both databases and agrees with the tables in the code."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from backend.kernel.database import Database
from backend.migrations.running import current_revision, differences, downgrade, head_revision, upgrade


async def tables(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_up_down_and_up_again_leaves_what_the_code_wants(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    await upgrade(database.engine)
    await downgrade(database.engine, "base")
    left = await tables(database)
    await upgrade(database.engine)

    assert left <= {"alembic_version"}
    assert await current_revision(database.engine) == head_revision()
    assert await differences(database.engine) == []
    await database.close()


async def test_upgrading_twice_changes_nothing(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await upgrade(database.engine)
    before = await tables(database)

    await upgrade(database.engine)

    assert await tables(database) == before
    await database.close()


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'other'", "DELETE FROM audit_entry"])
async def test_the_audit_trail_only_grows(database_url: str, statement: str) -> None:
    database = Database(database_url)
    row = (
        "INSERT INTO audit_entry (at, door, action, subject, org_path)"
        " VALUES ('2026-01-01 00:00:00+00:00', 'chat', 'claim', 'task:1', '/')"
    )
    async with database.engine.begin() as connection:
        await connection.execute(text(row))

    with pytest.raises(DBAPIError, match="only grows"):
        async with database.engine.begin() as connection:
            await connection.execute(text(statement))

    await database.close()
