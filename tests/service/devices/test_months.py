"""The history is kept by months on PostgreSQL: they are made ahead, none is missed, and old ones go whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from backend.devices import forget_packets, make_months
from backend.devices.observations import Kind
from backend.kernel.database import Database
from tests.service.devices.scenes import DEVICE_EVENTS, Yard, of_watch
from tests.service.world import open_world

PER_PARTITION = text("SELECT tableoid::regclass::text, count(*) FROM observed_packet GROUP BY 1 ORDER BY 1")


@pytest.mark.postgres
async def test_months_come_and_go_and_no_packet_is_refused_for_want_of_one(postgres_url: str):
    database = Database(postgres_url)
    yard = Yard(await open_world(database, hears=DEVICE_EVENTS))
    await yard.enrol_watch()

    async def months() -> dict[str, int]:
        async with yard.world.work.look() as uow:
            rows = await uow.session.execute(PER_PARTITION)
            return {row[0]: row[1] for row in rows}

    async def made() -> int:
        async with yard.world.work.begin() as uow:
            return await make_months(uow)

    await yard.says(of_watch(Kind.HEART_RATE, 70))
    nowhere = await months()
    first, twice = await made(), await made()
    await yard.says(of_watch(Kind.HEART_RATE, 71))
    at_home = await months()
    yard.world.clock.advance(timedelta(days=120))
    await yard.says(of_watch(Kind.HEART_RATE, 72))
    later = await made()
    async with yard.world.work.begin() as uow:
        gone = await forget_packets(uow)
    left = await months()

    assert nowhere == {"observed_packet_rest": 1}
    assert (first, twice, later) == (3, 0, 3)
    assert at_home == {"observed_packet_2026_05": 2}
    assert gone == 2
    assert left == {"observed_packet_2026_09": 1}
    await database.close()
