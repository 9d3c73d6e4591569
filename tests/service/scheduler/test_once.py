"""A job runs once for each of its slots: over restarts, beside other clocks, and whatever the time does."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from backend.kernel.job_runs import LEASE, JobRun, SlotClaim, SlotLost, claim_slot, finish_slot, hold_slot
from backend.kernel.settings import Settings
from scheduler.runner import ClockRunner
from scheduler.schedule import Row
from scheduler.slots import At
from scheduler.turn import Turn
from tests.service.scheduler.conftest import TEXTS, at, time_comes
from tests.service.world import World

MORNING = At(hour=7, minute=30, catch_up=timedelta(hours=2, minutes=30))


class Bell:
    """A job that counts for which slots it rang; `fails` times it breaks instead."""

    def __init__(self, *, fails: int = 0) -> None:
        self.slots: list[datetime] = []
        self.fails = fails
        self.rang = asyncio.Event()

    async def ring(self, turn: Turn) -> int:
        async with turn.batch():
            await asyncio.sleep(0)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the bell is broken")
        self.slots.append(turn.slot)
        self.rang.set()
        return 1


def clock_with(world: World, bell: Bell) -> ClockRunner:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    return ClockRunner(world.work, TEXTS, settings, schedule=(Row("ring", MORNING, bell.ring),))


async def test_a_restart_does_not_run_a_slot_again(world: World) -> None:
    bell = Bell()

    await time_comes(world, clock_with(world, bell), at(12, 7, 30))
    await time_comes(world, clock_with(world, bell), at(12, 7, 31))
    await time_comes(world, clock_with(world, bell), at(12, 9, 59))

    assert bell.slots == [at(12, 7, 30)]


async def test_two_clocks_at_the_same_moment_run_a_slot_once(world: World) -> None:
    bell = Bell()
    clocks = [clock_with(world, bell) for _ in range(4)]
    world.clock.set(at(12, 7, 30))

    await asyncio.gather(*(clock.run_due(world.clock.now()) for clock in clocks))
    await asyncio.gather(*(clock.run_due(world.clock.now()) for clock in clocks))

    assert bell.slots == [at(12, 7, 30)]


async def test_a_time_that_jumps_forward_runs_the_newest_slot_only(world: World) -> None:
    bell = Bell()
    clock = clock_with(world, bell)

    await time_comes(world, clock, at(12, 8))
    await time_comes(world, clock, at(20, 8))

    assert bell.slots == [at(12, 7, 30), at(20, 7, 30)]


async def test_a_time_that_jumps_back_runs_nothing_again(world: World) -> None:
    bell = Bell()
    clock = clock_with(world, bell)
    await time_comes(world, clock, at(12, 8))
    await time_comes(world, clock, at(13, 8))

    await time_comes(world, clock, at(12, 8))
    await time_comes(world, clock, at(12, 9))
    await time_comes(world, clock, at(13, 8))

    assert bell.slots == [at(12, 7, 30), at(13, 7, 30)]


async def test_a_job_that_breaks_is_run_again_for_the_same_slot(world: World) -> None:
    bell = Bell(fails=1)
    clock = clock_with(world, bell)

    with pytest.raises(RuntimeError):
        await time_comes(world, clock, at(12, 7, 30))
    await time_comes(world, clock, at(12, 7, 31))
    await time_comes(world, clock, at(12, 7, 32))

    assert bell.slots == [at(12, 7, 30)]


async def test_a_run_that_died_is_taken_over_when_its_lease_is_out(world: World) -> None:
    dead, bell = Bell(fails=1), Bell()
    with pytest.raises(RuntimeError):
        await time_comes(world, clock_with(world, dead), at(12, 7, 30))
    heir = clock_with(world, bell)

    await heir.run_due(world.clock.now())
    assert bell.slots == []
    world.clock.advance(LEASE + timedelta(seconds=1))
    await heir.run_due(world.clock.now())

    assert bell.slots == [at(12, 7, 30)]


async def test_a_run_that_was_taken_over_can_write_nothing_more(world: World) -> None:
    late, heir = (SlotClaim("ring", at(12, 7, 30), name) for name in ("late", "heir"))
    async with world.work.begin() as uow:
        assert await claim_slot(uow, late)
    world.clock.advance(LEASE + timedelta(seconds=1))
    async with world.work.begin() as uow:
        assert await claim_slot(uow, heir)

    for act in (hold_slot, finish_slot):
        with pytest.raises(SlotLost):
            async with world.work.begin() as uow:
                await act(uow, late)

    async with world.work.begin() as uow:
        await finish_slot(uow, heir)
    async with world.work.look() as uow:
        run = await uow.session.scalar(select(JobRun))
    assert run is not None
    assert (run.runner, run.finished_at) == ("heir", world.clock.now())


async def test_one_job_that_breaks_does_not_keep_others_from_running(world: World) -> None:
    broken, bell = Bell(fails=100), Bell()
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    schedule = (Row("broken", MORNING, broken.ring), Row("ring", MORNING, bell.ring))
    clock = ClockRunner(world.work, TEXTS, settings, schedule=schedule)
    world.clock.set(at(12, 7, 30))

    async with clock.ticking():
        async with asyncio.timeout(10):
            await bell.rang.wait()

    assert bell.slots == [at(12, 7, 30)]
    assert 98 <= broken.fails <= 99
