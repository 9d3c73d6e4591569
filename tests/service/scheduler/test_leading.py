"""Of several clocks on PostgreSQL one leads; when its connection ends another follows within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.kernel.background import Nursery
from backend.kernel.database import Database
from scheduler.leader import CLOCK_LOCK, lead
from tests.ground.postgres import PostgresServer

pytestmark = pytest.mark.postgres

BEAT = 0.05


class Candidate:
    """A process that would lead; `leads` while it does."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, pool_size=2)
        self.leads, self.stepped_down = asyncio.Event(), asyncio.Event()
        self.terms = 0

    @asynccontextmanager
    async def office(self) -> AsyncIterator[None]:
        self.terms += 1
        self.leads.set()
        self.stepped_down.clear()
        try:
            yield
        finally:
            self.leads.clear()
            self.stepped_down.set()

    async def run(self) -> None:
        await lead(self.database, self.office, beat=BEAT)


@asynccontextmanager
async def candidates(url: str, number: int) -> AsyncIterator[list[Candidate]]:
    nursery = Nursery()
    standing = [Candidate(url) for _ in range(number)]
    for index, one in enumerate(standing):
        nursery.start(one.run(), name=f"candidate {index}")
    try:
        yield standing
    finally:
        await nursery.close()
        for one in standing:
            await one.database.close()


async def first_to_lead(standing: list[Candidate]) -> Candidate:
    async with asyncio.timeout(10):
        while True:
            for one in standing:
                if one.leads.is_set():
                    return one
            await asyncio.sleep(BEAT / 2)


def end_session_of_leader(server: PostgresServer) -> None:
    """What the network, or the server's operator, does to a connection."""
    server.run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        f"AND objid = {CLOCK_LOCK} AND pid <> pg_backend_pid()"
    )


async def test_one_leads_and_the_others_wait(postgres_url: str) -> None:
    async with candidates(postgres_url, 3) as standing:
        await first_to_lead(standing)
        await asyncio.sleep(BEAT * 10)

        assert sum(one.terms for one in standing) == 1


async def test_another_follows_when_the_leaders_connection_is_ended(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    async with candidates(postgres_url, 2) as standing:
        leader = await first_to_lead(standing)
        (other,) = [one for one in standing if one is not leader]

        for _ in range(3):
            end_session_of_leader(postgres_server)
            async with asyncio.timeout(5):
                await leader.stepped_down.wait()
            leader = await first_to_lead(standing)

        assert leader.terms + other.terms >= 4
        assert sum(one.leads.is_set() for one in standing) == 1


async def test_a_leader_that_ends_in_order_makes_room_at_once(postgres_url: str) -> None:
    nursery, first, second = Nursery(), Candidate(postgres_url), Candidate(postgres_url)
    running = nursery.start(first.run(), name="first")
    await first_to_lead([first])
    nursery.start(second.run(), name="second")

    running.cancel()

    assert await first_to_lead([second]) is second
    assert not first.leads.is_set()
    await nursery.close()
    for one in (first, second):
        await one.database.close()
