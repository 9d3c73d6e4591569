"""Ten thousand alarms in a minute (P10), and hands that take alerts while messages leave (P12)."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from time import perf_counter

import pytest
from sqlalchemy import func, select

from backend.alerts.models import Acknowledgement, Alert, AlertNotification
from backend.alerts.raising import raise_alert
from backend.alerts.states import AckKind, Outcome
from backend.kernel.background import Nursery
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.wakeup import WakeUp
from backend.messaging import channel
from backend.messaging.channel import OutgoingMessage, Sent, Starting
from backend.messaging.contents import ChannelName
from backend.messaging.deliver import DeliveryLoop, Rhythm
from backend.messaging.models import DeliveryAttempt, Message, MessageState
from tests.faults.results import note
from tests.service.alerts.conftest import TABLE
from tests.service.alerts.scene import Family, raised, says, septic, settle_family, sos
from tests.service.world import NOON, World, open_world

TWO_MINUTES = timedelta(minutes=2)
BATCH = 20
"""Alarms of one unit of work, as the doors hand them in."""


async def storm(world: World, family: Family, count: int, lives: int) -> None:
    """So many septic tanks within a minute, and among them so many lives, each of somebody else."""
    step = timedelta(seconds=60) * BATCH / count
    every = max(count // lives, 1)
    for start in range(0, count, BATCH):
        async with world.work.begin() as uow:
            for number in range(start, min(start + BATCH, count)):
                if number % every == every - 1:
                    one = sos(world, family, subject_id=None, device_id=number, dedup_key=f"watch-{number}:sos")
                else:
                    one = septic(world, number)
                await raise_alert(uow, one)
        world.clock.advance(step)


async def notices(world: World) -> Sequence[AlertNotification]:
    """What was told to anybody, oldest first; without what was kept for a summary."""
    async with world.work.look() as uow:
        found = select(AlertNotification).order_by(AlertNotification.at, AlertNotification.id)
        rows = await uow.session.scalars(found)
        return [row for row in rows if row.outcome not in {Outcome.FOLDED, Outcome.WITHDRAWN}]


async def check_storm(world: World, count: int, lives: int) -> str:
    """None lost; nobody told twice in two minutes but of a new life; each life told in its own transaction."""
    async with world.work.look() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Alert)) == count
        rescues = {row.id: row.first_at for row in await uow.session.scalars(select(Alert).where(Alert.kind == "sos"))}
        held = await uow.session.scalar(
            select(func.count()).where(Message.dedup_key.startswith("alerts:folded:"), Message.state == "pending")
        )
    assert len(rescues) == lives
    told, first = defaultdict[str, list[datetime]](list), dict[int, datetime]()
    for one in await notices(world):
        if one.alert_id in rescues:
            first.setdefault(one.alert_id, one.at)
        else:
            told[f"{one.channel} {one.address}"].append(one.at)
    assert first == rescues, "a new life in danger is told at once"
    gaps = [after - before for moments in told.values() for before, after in pairwise(moments)]
    assert [gap for gap in gaps if gap < TWO_MINUTES] == []
    return f"{count} alarms, {lives} lives: {sum(map(len, told.values()))} notices, {held} summaries to {len(told)}"


@pytest.mark.parametrize(("count", "lives"), [(400, 4), pytest.param(10_000, 20, marks=pytest.mark.slow)])
async def test_a_storm_of_alarms_loses_none_and_leaves_people_their_ears(
    sqlite_url: str, count: int, lives: int
) -> None:
    database = Database(sqlite_url)
    world = await open_world(database, reactions=TABLE)
    family = await settle_family(world)
    began = perf_counter()

    await storm(world, family, count, lives)

    took = perf_counter() - began
    note("P10", f"{await check_storm(world, count, lives)}; {took:.0f} s of work")
    await database.close()


class SlowChannel:
    """Takes everything, after a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def send(self, message: OutgoingMessage, starting: Starting) -> channel.Outcome:
        await starting()
        await asyncio.sleep(self._seconds)
        return Sent(str(message.id), "main")

    async def reconcile(self, message: OutgoingMessage) -> channel.Outcome | None:
        del message
        return None


@pytest.mark.parametrize("count", [12, pytest.param(100, marks=pytest.mark.slow)])
async def test_once_somebody_has_it_nothing_more_about_it_begins(sqlite_url: str, count: int) -> None:
    """Promise P12, at random moments while messages of it are leaving."""
    database = Database(sqlite_url)
    world = await open_world(database, reactions=TABLE)
    family = await settle_family(world)
    world.clock = MovableClock()
    world.clock.set(NOON)
    world.work, bell = replace(world.work, clock=world.clock), WakeUp()
    world.work = replace(world.work, ring_outbox=bell.ring)
    nursery, dice = Nursery(), random.Random(count)
    slow = SlowChannel(0.05)
    loop = DeliveryLoop(
        world.work,
        dict.fromkeys(ChannelName, slow),
        bell=bell,
        nursery=nursery,
        name="test",
        rhythm=Rhythm(sweep=0.05, paced_sweep=0.02),
    )
    nursery.start(loop.run(), name="delivery")

    for number in range(count):
        alert_id = await raised(world, sos(world, family, subject_id=None, device_id=number, dedup_key=f"w{number}"))
        await asyncio.sleep(dice.random() * 0.2)
        await says(world, "worker Li", alert_id, AckKind.CLAIMED)
    await until_nothing_waits(world)

    late, withdrawn = await begun_after(world)
    note("P12", f"{count} acknowledgements, {withdrawn} messages taken back, latest start after one: {late:.2f} s")
    assert late <= 1.0
    await nursery.close()
    await database.close()


async def until_nothing_waits(world: World) -> None:
    """Wait for the delivery loop."""
    async with asyncio.timeout(60):
        while True:
            async with world.work.look() as uow:
                waits = select(Message.id).where(
                    Message.state.in_((MessageState.PENDING, MessageState.SENDING)), Message.due_at <= uow.now
                )
                if await uow.session.scalar(waits.limit(1)) is None:
                    return
            await asyncio.sleep(0.05)


async def begun_after(world: World) -> tuple[float, int]:
    """By how many seconds the latest notification began after its alert was taken; how many never began."""
    async with world.work.look() as uow:
        rows = await uow.session.execute(
            select(DeliveryAttempt.started_at, Acknowledgement.at)
            .join(Message, Message.id == DeliveryAttempt.message_id)
            .join(AlertNotification, AlertNotification.key == Message.dedup_key)
            .join(Acknowledgement, Acknowledgement.alert_id == AlertNotification.alert_id)
        )
        late = [(started - taken).total_seconds() for started, taken in rows]
        withdrawn = await uow.session.scalar(select(func.count()).where(Message.last_error == "withdrawn"))
    return max(late), withdrawn or 0
