"""The batch writer: together, in order of urgency, answered after the commit, and nobody sunk by another."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from backend.devices.observations import Flag, Kind, Observation, Protocol
from backend.ingest.batching import MOST_IN_BATCH, BatchWriter, NotStored
from backend.ingest.parcels import Door, Fate, Parcel
from backend.kernel.background import Nursery
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import Work
from tests.ingest.doors.ledger import Ledger
from tests.service.world import NOON


def parcel(value: float = 70, *, alarm: bool = False) -> Parcel:
    said = Observation(
        device="1",
        protocol=Protocol.WATCH,
        kind=Kind.ALARM if alarm else Kind.HEART_RATE,
        value=None if alarm else value,
        flags=(Flag.SOS,) if alarm else (),
    )
    return Parcel(door=Door.WATCH, received_at=NOON, observations=(said,))


async def test_what_comes_together_is_stored_in_one_transaction(writer: BatchWriter, ledger: Ledger):
    fates = await asyncio.gather(*(writer.hand_in(parcel(60 + number)) for number in range(20)))

    assert fates == [Fate.STORED] * 20
    assert [len(batch) for batch in ledger.batches] == [20]


async def test_an_alarm_goes_before_what_waited_longer(work: Work, ledger: Ledger, metrics: Metrics, nursery: Nursery):
    writer = BatchWriter(work, ledger.store, metrics)
    handed = [asyncio.ensure_future(writer.hand_in(parcel(70))) for _ in range(MOST_IN_BATCH + 5)]
    handed.append(asyncio.ensure_future(writer.hand_in(parcel(alarm=True))))
    await asyncio.sleep(0)

    nursery.start(writer.run(), name="writer")
    await asyncio.gather(*handed)

    assert ledger.batches[0][0].is_urgent
    assert [len(batch) for batch in ledger.batches] == [1, MOST_IN_BATCH, 5]


async def test_an_alarm_that_could_not_be_stored_once_is_stored_and_not_thrown_away(
    writer: BatchWriter, ledger: Ledger
):
    ledger.stumbles = 1

    fate = await writer.hand_in(parcel(alarm=True))

    assert fate is Fate.STORED
    assert len(ledger.observations) == 1


async def test_a_poisonous_packet_is_set_apart_and_the_others_are_stored(
    writer: BatchWriter, ledger: Ledger, metrics: Metrics
):
    ledger.poison = {66}

    with capture_logs() as logs:
        fates = await asyncio.gather(*(writer.hand_in(parcel(60 + number)) for number in range(20)))

    assert fates == [Fate.POISONOUS if number == 6 else Fate.STORED for number in range(20)]
    assert sorted(one.value or 0 for one in ledger.observations) == [60 + n for n in range(20) if n != 6]
    assert [log["event"] for log in logs] == ["ingest.poisonous"]
    assert metrics.registry.get_sample_value("youlin_ingested_total", {"door": "watch", "fate": "poisonous"}) == 1


async def test_nobody_is_answered_while_the_database_is_away_and_everybody_afterwards(
    writer: BatchWriter, ledger: Ledger
):
    ledger.is_away = True
    with pytest.raises(NotStored):
        await writer.hand_in(parcel())

    ledger.is_away = False

    assert await writer.hand_in(parcel()) is Fate.STORED


async def test_a_full_queue_holds_doors_up_but_not_alarms(
    work: Work, ledger: Ledger, metrics: Metrics, nursery: Nursery
):
    writer = BatchWriter(work, ledger.store, metrics, most_waiting=10)
    handed = [asyncio.ensure_future(writer.hand_in(parcel(60 + number))) for number in range(12)]
    handed.append(asyncio.ensure_future(writer.hand_in(parcel(alarm=True))))
    await asyncio.sleep(0)

    nursery.start(writer.run(), name="writer")
    await asyncio.gather(*handed)

    assert [len(batch) for batch in ledger.batches[:2]] == [1, 10]
    assert ledger.batches[0][0].is_urgent
    assert len(ledger.observations) == 13


async def test_what_was_handed_in_is_stored_although_its_door_has_gone(
    work: Work, ledger: Ledger, metrics: Metrics, nursery: Nursery
):
    writer = BatchWriter(work, ledger.store, metrics)
    gone = asyncio.ensure_future(writer.hand_in(parcel(alarm=True)))
    await asyncio.sleep(0)
    gone.cancel()

    nursery.start(writer.run(), name="writer")
    await ledger.changed.wait()

    assert len(ledger.of(Kind.ALARM)) == 1


async def test_the_end_of_the_process_answers_nobody(work: Work, ledger: Ledger, metrics: Metrics):
    nursery = Nursery()
    writer = BatchWriter(work, ledger.store, metrics)
    running = nursery.start(writer.run(), name="writer")
    await asyncio.sleep(0)
    handed = asyncio.ensure_future(writer.hand_in(parcel()))
    running.cancel()

    with pytest.raises(NotStored):
        await handed
    await nursery.close()
