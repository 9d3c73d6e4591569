"""The audit trail is chained each minute; a slow transaction that writes an older entry is no tampering."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.kernel.access import SHELL_ACTOR
from backend.kernel.audit import AuditSeal, audit, first_broken_seal
from backend.kernel.database import Database
from tests.service.scheduler.conftest import clock_of
from tests.service.world import World, open_world


async def act(world: World, *, hold: asyncio.Event | None = None, began: asyncio.Event | None = None) -> None:
    """Somebody does something; the commit waits for `hold`."""
    async with world.work.begin() as uow:
        audit(uow, SHELL_ACTOR, "act", "thing:1")
        await uow.session.flush()
        if began is not None:
            began.set()
        if hold is not None:
            await hold.wait()


async def seals(world: World) -> int:
    async with world.work.look() as uow:
        return await uow.session.scalar(select(func.count()).select_from(AuditSeal)) or 0


async def test_every_minute_seals_what_was_written(world: World) -> None:
    clock = clock_of(world, "seal_audit_trail")
    await act(world)

    assert await clock.run_due(world.clock.now()) == 1
    await act(world)
    assert await clock.run_due(world.clock.now()) == 0
    world.clock.advance(timedelta(minutes=1))
    assert await clock.run_due(world.clock.now()) == 1

    async with world.work.look() as uow:
        assert await first_broken_seal(uow) is None


@pytest.mark.postgres  # on SQLite there is only one writer: entries are committed in the order of their ids
async def test_an_older_entry_that_is_committed_later_breaks_no_seal(postgres_url: str) -> None:
    database = Database(postgres_url)
    world = await open_world(database)
    began, hold = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(act(world, hold=hold, began=began))
        await began.wait()
        await act(world)
        await clock_of(world, "seal_audit_trail").run_due(world.clock.now())
        hold.set()

    await clock_of(world, "seal_audit_trail").run_due(world.clock.now())

    assert await seals(world) == 2
    async with world.work.look() as uow:
        assert await first_broken_seal(uow) is None
    await database.close()
