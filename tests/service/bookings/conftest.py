"""A service day with a barber, in the world of the service tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, time

import pytest
from sqlalchemy import select

from backend.bookings import (
    Booked,
    DayHours,
    apply_as_provider,
    book,
    decide_provider,
    make_days,
    myself,
    open_day,
    seed_offerings,
    wait,
)
from backend.bookings import events as booking_events
from backend.bookings.models import Booking, ServiceDay, Session
from backend.kernel.database import Database
from backend.kernel.events import Event
from tests.service.world import World, open_world

EVENTS = [kind for kind in vars(booking_events).values() if isinstance(kind, type) and issubclass(kind, Event)]
TWENTIETH = date(2026, 5, 20)
"""The next service day after the world's noon, eight days on."""


@dataclass
class Market:
    """The barber (plumber Guo has two trades) has three times of one seat on the twentieth."""

    world: World
    provider_id: int = 0
    day_id: int = 0
    sessions: list[int] = field(default_factory=list)

    async def book(self, name: str, slot: int = 0) -> Booked:
        async with self.world.work.begin() as uow:
            actor = self.world.actor(name)
            return await book(uow, actor=actor, session_id=self.sessions[slot], beneficiary=await myself(uow, actor))

    async def wait(self, name: str, slot: int = 0) -> Booked:
        async with self.world.work.begin() as uow:
            actor = self.world.actor(name)
            return await wait(uow, actor=actor, session_id=self.sessions[slot], beneficiary=await myself(uow, actor))

    async def taken(self, slot: int = 0) -> int:
        async with self.world.work.look() as uow:
            return (await uow.session.get_one(Session, self.sessions[slot])).taken

    async def state(self, booking_id: int) -> str:
        async with self.world.work.look() as uow:
            return (await uow.session.get_one(Booking, booking_id)).state.value


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    database = Database(database_url)
    try:
        yield await open_market(await open_world(database, hears=EVENTS))
    finally:
        await database.close()


async def open_market(world: World, *, seats: int = 1) -> Market:
    """Open the market on the twentieth from nine to ten, twenty minutes each."""
    async with world.work.begin() as uow:
        community = world.units["community"]
        await seed_offerings(uow, community.id)
        provider = await apply_as_provider(
            uow, actor=world.actor("plumber Guo"), community=community, trade="haircut", title="郭师傅理发"
        )
        await decide_provider(uow, actor=world.actor("staff Chen"), provider_id=provider.id, approve=True)
        await make_days(uow, community)
        day = (await uow.session.scalars(select(ServiceDay).where(ServiceDay.day_on == TWENTIETH))).one()
        sessions = await open_day(
            uow,
            actor=world.actor("plumber Guo"),
            provider_id=provider.id,
            service_day_id=day.id,
            hours=DayHours(begins=time(9), ends=time(10), minutes=20, seats=seats, place="活动室"),
        )
        market = Market(world, provider.id, day.id, [session.id for session in sessions])
    world.heard.clear()
    return market
