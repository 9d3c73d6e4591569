"""P5: a seat is never sold twice, and a freed seat goes to the waiting list in the same transaction."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backend.bookings import cancel_booking
from backend.kernel.database import Database
from backend.kernel.errors import DomainError
from tests.service.bookings.acting import ACTIONS, act, check_seats
from tests.service.bookings.conftest import Market, open_market
from tests.service.world import open_world

PEOPLE = ("Wang Fang", "Liu Yang", "Zhou Min", "worker Li", "worker Zhao", "stranger")


async def test_the_last_seat_goes_to_one_of_all_who_press_at_once(market: Market):
    async def press(name: str) -> str:
        try:
            return "got" if (await market.book(name)).is_new else "had"
        except DomainError as error:
            return type(error).__name__

    outcomes = await asyncio.gather(*(press(name) for name in PEOPLE), *(press(name) for name in PEOPLE))

    assert outcomes.count("got") == 1
    assert set(outcomes) <= {"got", "had", "SessionFull"}
    assert await market.taken() == 1


async def test_two_who_give_up_at_once_make_two_offers_and_no_third(market: Market):
    held = [await market.book(name, slot) for slot, name in enumerate(PEOPLE[:3])]
    waiting = [await market.wait(name) for name in PEOPLE[3:]]

    async def give_up(name: str, booking_id: int) -> None:
        async with market.world.work.begin() as uow:
            await cancel_booking(uow, actor=market.world.actor(name), booking_id=booking_id)

    await asyncio.gather(
        give_up(PEOPLE[0], held[0].booking.id),
        give_up(PEOPLE[1], held[1].booking.id),
        give_up(PEOPLE[0], held[0].booking.id),
    )

    states = [await market.state(one.booking.id) for one in waiting]
    assert states == ["offered", "offered", "waitlisted"]
    assert [await market.taken(slot) for slot in (0, 1, 2)] == [1, 1, 1]


@pytest.mark.parametrize("seats", ["taken = taken + 2", "taken = -1", "capacity = 0"])
async def test_the_database_itself_refuses_more_people_than_seats(market: Market, seats: str):
    await market.book("Wang Fang")

    with pytest.raises(IntegrityError):
        async with market.world.work.begin() as uow:
            await uow.session.execute(text(f"UPDATE session SET {seats} WHERE id = {market.sessions[0]}"))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.integers(0, len(PEOPLE) - 1),
        st.integers(0, 2),
    ),
    max_size=30,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_people_do_seats_and_bookings_agree(tmp_path_factory: Any, sqlite_template: Any, steps: list[Any]):
    async def play() -> None:
        path = tmp_path_factory.mktemp("seats") / "youlin.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite+aiosqlite:///{path}")
        try:
            market = await open_market(await open_world(database))
            for action, person, slot in steps:
                await _act(market, action, PEOPLE[person], slot)
                await check_seats(market.world.work)
        finally:
            await database.close()

    asyncio.run(play())


async def _act(market: Market, action: str, name: str, slot: int) -> None:
    with suppress(DomainError):
        async with market.world.work.begin() as uow:
            await act(uow, market.world.actor(name), action, market.sessions[slot])
    market.world.hours_pass(0.5)
