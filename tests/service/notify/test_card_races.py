"""Two transactions draw one card: whoever draws last has seen what the other did, so that nothing old stands there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from backend.issues.models import Task
from backend.issues.reports.reporter import comment_issue
from backend.issues.tasks.doing import claim_task
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.cards import refresh_open_cards
from tests.service.issues.scenes import STAFF, WORKER, dispatched
from tests.service.notify.conftest import VOICE
from tests.service.notify.post import letters
from tests.service.world import World

pytestmark = pytest.mark.postgres
Step = Callable[[World, UnitOfWork, int], Awaitable[None]]


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """On SQLite writers take turns."""
    return postgres_url


async def the_time_moves_on(_world: World, uow: UnitOfWork, _issue_id: int) -> None:
    await refresh_open_cards(uow, VOICE)


async def somebody_comments(world: World, uow: UnitOfWork, issue_id: int) -> None:
    await comment_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, words="带上手套")


async def until_somebody_waits(world: World) -> None:
    """Return when a transaction waits for another one; each look is one of its own, for within one the view stands."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(10):
        while True:
            async with world.work.look() as uow:
                if await uow.session.scalar(waits):
                    return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("step", [the_time_moves_on, somebody_comments])
async def test_what_is_claimed_meanwhile_stays_claimed_on_the_card(world: World, step: Step) -> None:
    issue_id, (task_id,) = await dispatched(world)
    world.hours_pass(1)

    async def meanwhile() -> None:
        async with world.work.begin() as uow:
            await uow.session.get_one(Task, task_id)
            await step(world, uow, issue_id)

    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=task_id)
        await uow.settle()
        other = asyncio.ensure_future(meanwhile())
        await until_somebody_waits(world)
    await other

    (card,) = await letters(world, "group grid-1")
    assert "已认领" in card.text
    assert "🚶 出发" in card.labels
    assert ("带上手套" in card.text) is (step is somebody_comments)
