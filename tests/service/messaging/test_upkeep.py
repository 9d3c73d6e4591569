"""What staff see of the outbox, what it forgets, and how processes share a token's rate."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.messaging.channel import Never
from backend.messaging.contents import Lane
from backend.messaging.health import newest_troubles, outbox_health
from backend.messaging.retention import forget_old_broadcasts, forget_old_messages
from backend.messaging.shares import Seat, beat, fair_shares, keep_share
from tests.service.messaging.post_office import PostOffice

WANG, LIU = 7001, 7002


async def test_the_health_of_the_outbox_names_lanes_that_are_late(office: PostOffice) -> None:
    await office.write(WANG, "fire", Lane.EMERGENCY)
    await office.write(LIU, "news", Lane.BULK)
    office.clock.advance(timedelta(seconds=30))

    async with office.work.look() as uow:
        health = await outbox_health(uow)

    by_lane = {lane.lane: lane for lane in health.lanes}
    assert by_lane[Lane.EMERGENCY].is_late
    assert by_lane[Lane.EMERGENCY].oldest >= timedelta(seconds=30)
    assert (by_lane[Lane.BULK].waiting, by_lane[Lane.BULK].is_late) == (1, False)
    assert not health.is_well


async def test_what_failed_is_listed_with_its_reason(office: PostOffice) -> None:
    office.channel.answers[str(WANG)] = [Never("bot was blocked by the user", blocked=True)]
    await office.write(WANG, "hello")
    async with office.opened():
        await office.until_idle()

    async with office.work.look() as uow:
        troubles, health = await newest_troubles(uow), await outbox_health(uow)

    assert [trouble.reason for trouble in troubles] == ["bot was blocked by the user"]
    assert (health.ended, health.blocked_contacts, health.is_well) == ({"failed": 1}, 1, True)


async def test_old_messages_are_forgotten_and_waiting_ones_are_not(office: PostOffice) -> None:
    await office.write(WANG, "hello")
    async with office.opened():
        await office.until_idle()
    await office.write(WANG, "next year", due_at=office.clock.now() + timedelta(days=365))
    office.clock.advance(timedelta(days=100))

    async with office.work.begin() as uow:
        first, second = await forget_old_messages(uow), await forget_old_messages(uow)
        await forget_old_broadcasts(uow)

    assert (first, second) == (1, 0)
    assert set(await office.states()) == {"next year"}


@given(st.dictionaries(st.text(max_size=3), st.booleans(), min_size=1, max_size=12), st.floats(1, 100))
def test_shares_always_add_up_to_the_rate_and_a_busy_process_never_has_less(
    busy: dict[str, bool], per_second: float
) -> None:
    shares = fair_shares(per_second, busy)

    assert sum(shares.values()) == pytest.approx(per_second)
    assert all(share > 0 for share in shares.values())
    eager = [shares[name] for name, is_busy in busy.items() if is_busy]
    idle = [shares[name] for name, is_busy in busy.items() if not is_busy]
    assert not eager or not idle or min(eager) >= max(idle) - 1e-9


async def test_processes_agree_on_shares_and_forget_who_died(office: PostOffice) -> None:
    first, second = Seat("t", "a", 30), Seat("t", "b", 30)
    async with office.work.begin() as uow:
        alone = await beat(uow, first, is_busy=True)
        joined = await beat(uow, second, is_busy=False)
        both = await beat(uow, first, is_busy=True)
    office.clock.advance(timedelta(seconds=10))
    async with office.work.begin() as uow:
        again = await beat(uow, first, is_busy=True)

    assert (alone, joined, both, again) == ((30, True), (2, False), (28, False), (30, True))


async def test_a_share_grows_one_beat_later_than_the_others_shrink(office: PostOffice) -> None:
    class Rates:
        is_busy = True

        def __init__(self) -> None:
            self.given: list[float] = []

        def set_rate(self, per_second: float) -> None:
            self.given.append(per_second)

    async with office.work.begin() as uow:
        await beat(uow, Seat("t", "old", 30, timedelta(seconds=60)), is_busy=True)
    rates = Rates()

    task = asyncio.ensure_future(keep_share(office.work, rates, Seat("t", "new", 30, timedelta(seconds=0.5))))
    await office.until(lambda: len(rates.given) >= 2)
    task.cancel()

    assert rates.given[:2] == [2, 15]
