"""However many messages wait, a claim reads only those that it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from backend.messaging.claim import Lease, claim_messages
from backend.messaging.contents import Lane
from tests.service.messaging.post_office import PostOffice


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: PostgreSQL's planner reads an empty table whole, and rightly."""
    return sqlite_url


async def test_who_is_before_whom_is_asked_of_the_index(office: PostOffice) -> None:
    asked: list[tuple[str, Any]] = []
    engine = office.work.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _s, sql, values, *_: asked.append((sql, values)))

    async with office.work.begin() as uow:
        lease = Lease("a process", timedelta(seconds=15))
        await claim_messages(uow, lease=lease, rooms=dict.fromkeys(Lane, 10), pace=None)
        sql, values = next(one for one in asked if "AS earlier" in one[0])
        connection = await uow.session.connection()
        plan = [row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]

    assert any(step.startswith("SEARCH earlier USING") and "ix_message_turn" in step for step in plan), plan
    assert not any(step.startswith("SCAN earlier") for step in plan), plan
