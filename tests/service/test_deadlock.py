"""Two who wait for each other: PostgreSQL lets one give way, and that one simply tries again."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from backend.kernel.database import Database, DatabaseAway
from tests.service.world import open_world


@pytest.mark.postgres
async def test_who_gives_way_in_a_deadlock_is_told_to_come_again(postgres_url: str):
    database = Database(postgres_url)
    world = await open_world(database)
    first, second = sorted(unit.id for unit in world.units.values())[:2]
    has_first, has_second = asyncio.Event(), asyncio.Event()

    async def rename(one: int, other: int, mine: asyncio.Event, theirs: asyncio.Event) -> str:
        try:
            async with world.work.begin() as uow:
                await uow.session.execute(text("UPDATE org_unit SET name = 'x' WHERE id = :id"), {"id": one})
                mine.set()
                await theirs.wait()
                await uow.session.execute(text("UPDATE org_unit SET name = 'x' WHERE id = :id"), {"id": other})
        except DatabaseAway:
            return "come again"
        return "done"

    outcomes = await asyncio.gather(
        rename(first, second, has_first, has_second), rename(second, first, has_second, has_first)
    )
    await database.close()

    assert sorted(outcomes) == ["come again", "done"]
