"""What doors hand in is stored once, sealed where it is about somebody, and judged on its arrival."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from backend.devices import (
    DeviceStatus,
    PacketFate,
    access_device,
    book_of_device,
    devices_within,
    heart_rates_of_day,
    latest_state,
    rules_set,
    set_rule,
    states_of_person,
    status_counts,
)
from backend.devices.events import AlarmSeen
from backend.devices.history import content_of
from backend.devices.models import DeviceState, ObservedPacket, UnknownDevice
from backend.devices.observations import Fix, FixKind, Flag, Kind, Observation
from backend.devices.strangers import MOST_NOTED
from backend.kernel.access import Permission
from backend.kernel.alarms import Severity
from backend.kernel.database import Database
from backend.kernel.geo import Point, SourceCrs, distance_m, from_wgs84
from tests.service.devices.scenes import DEVICE_EVENTS, HOME, Yard, of_tank, of_watch
from tests.service.world import middle_of, open_world


async def test_one_packet_is_stored_once_however_often_it_comes(both_yards: Yard):
    yard = both_yards
    await yard.enrol_watch()
    sos = replace(of_watch(Kind.ALARM, None, Flag.SOS), device_time=datetime(2026, 5, 12, 3, 59, tzinfo=UTC))
    packet = yard.packet(sos, of_watch(Kind.BATTERY, 80))

    first = await yard.receive(packet, packet)
    again = await yard.receive(replace(packet, received_at=packet.received_at + timedelta(hours=3)))

    assert first.fates == (PacketFate.STORED, PacketFate.DUPLICATE)
    assert again.fates == (PacketFate.DUPLICATE,)
    assert yard.alarms() == ["sos"]
    async with yard.world.work.look() as uow:
        assert await uow.session.scalar(select(func.count(ObservedPacket.id))) == 1


async def test_an_alarm_says_whose_it_is_and_where_they_were(yard: Yard):
    await yard.live_in("Wang Fang", "2")
    device_id = await yard.enrol_watch()
    await yard.says(replace(of_watch(Kind.POSITION), fix=Fix(point=HOME, kind=FixKind.GPS, accuracy_m=8)))

    await yard.says(of_watch(Kind.ALARM, None, Flag.SOS, Flag.FALL, Flag.BATTERY_IS_LOW))

    sos, fall = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert (sos.alarm, fall.alarm) == ("sos", "fall")
    assert (sos.subject_name, sos.grid_id) == ("Wang Fang", yard.world.units["grid-2"].id)
    assert sos.place == (round(HOME.longitude, 6), round(HOME.latitude, 6))
    assert (sos.severity, sos.dedup_key) == (Severity.LIFE_SAFETY, f"sos:device:{device_id}")
    assert sos.received_at == yard.world.clock.now()


async def test_what_is_about_a_person_lies_sealed_and_what_is_about_a_tank_does_not(yard: Yard):
    await yard.enrol_watch()
    await yard.enrol_tank()

    await yard.says(of_watch(Kind.HEART_RATE, 123))
    await yard.says(of_tank(Kind.LEVEL, 1.234))

    async with yard.world.work.look() as uow:
        of_person, of_facility = (await uow.session.scalars(select(ObservedPacket).order_by(ObservedPacket.id))).all()
        memories = (await uow.session.scalars(select(DeviceState.memory_sealed))).all()
        assert of_person.content is None
        assert "123" not in (of_person.content_sealed or "")
        assert content_of(uow, of_person) == [{"kind": "heart_rate", "value": 123}]
        assert of_facility.content == [{"kind": "level", "value": 1.234}]
        assert all(memory and "heart" not in memory for memory in memories)


async def test_a_fix_in_the_coordinates_of_a_chinese_map_is_kept_in_ours(yard: Yard):
    device_id = await yard.enrol_watch()
    shown = from_wgs84(HOME, SourceCrs.GCJ02)

    await yard.says(replace(of_watch(Kind.POSITION), fix=Fix(point=shown, crs=SourceCrs.GCJ02, accuracy_m=10)))

    async with yard.world.work.look() as uow:
        packet = (await uow.session.scalars(select(ObservedPacket))).one()
        kept = content_of(uow, packet)[0]["fix"]
        state = await latest_state(uow, device_id=device_id)
    assert kept["crs"] == "gcj02"
    assert distance_m(Point(kept["latitude"], kept["longitude"]), HOME) < 1 < distance_m(shown, HOME)
    assert state.fix is not None
    assert distance_m(Point(state.fix.latitude, state.fix.longitude), HOME) < 1


async def test_a_wrong_clock_hides_no_alarm_and_both_times_are_kept(yard: Yard):
    await yard.enrol_watch()
    long_ago = datetime(1970, 1, 2, tzinfo=UTC)

    await yard.says(replace(of_watch(Kind.ALARM, None, Flag.SOS), device_time=long_ago))

    (seen,) = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert seen.occurred_at == seen.received_at == yard.world.clock.now()
    async with yard.world.work.look() as uow:
        packet = (await uow.session.scalars(select(ObservedPacket))).one()
    assert (packet.device_time, packet.received_at) == (long_ago, yard.world.clock.now())


async def test_what_was_stored_and_sent_later_is_history_and_alarms_nobody(yard: Yard):
    device_id = await yard.enrol_watch()
    late = replace(of_watch(Kind.ALARM, None, Flag.SOS), is_backfill=True, fix=Fix(point=HOME, kind=FixKind.GPS))

    stored = await yard.says(late)

    async with yard.world.work.look() as uow:
        state = await latest_state(uow, device_id=device_id)
    assert (stored.fates, yard.alarms(), state.fix) == ((PacketFate.STORED,), [], None)
    assert state.last_seen_at == yard.world.clock.now()


async def test_strangers_are_counted_for_staff_and_fill_no_table(both_yards: Yard):
    yard = both_yards
    for _ in range(2):
        await yard.receive(*(yard.packet(of_watch(Kind.ALIVE, None, external_id=f"x{n:03}")) for n in range(50)))

    async with yard.world.work.look() as uow:
        rows = (await uow.session.scalars(select(UnknownDevice))).all()
    assert len(rows) == MOST_NOTED
    assert {row.count for row in rows} == {2}


async def test_who_speaks_for_another_community_is_not_believed(yard: Yard):
    await yard.enrol_watch()
    foreign = replace(yard.packet(of_watch(Kind.ALARM, None, Flag.SOS)), community_id=yard.world.units["neighbour"].id)

    stored = await yard.receive(foreign)

    assert stored.fates == (PacketFate.UNKNOWN_DEVICE,)
    assert yard.alarms() == []


async def test_the_state_of_a_wearer_is_put_together_from_all_packets(yard: Yard):
    device_id = await yard.enrol_watch()
    for rate in (72, 91, 64):
        await yard.minutes(5)
        await yard.says(of_watch(Kind.HEART_RATE, rate), of_watch(Kind.BATTERY, 77), of_watch(Kind.STEPS, 1200))

    async with yard.world.work.look() as uow:
        state = await latest_state(uow, device_id=device_id)

    assert state.heart_rate is not None
    assert (state.heart_rate.low, state.heart_rate.high, state.heart_rate.last) == (64, 91, 64)
    assert (state.battery, state.steps, state.is_worn) == (77, 1200, True)


async def test_a_tank_runs_full_and_is_emptied(yard: Yard):
    device_id = await yard.enrol_tank()
    for level in (1.0, 1.65, 1.65, 1.95, 1.5, 0.4):
        await yard.says(of_tank(Kind.LEVEL, level))
        yard.world.clock.advance(timedelta(minutes=20))

    seen = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert [(event.alarm, event.severity) for event in seen if event.unit == ""] == [
        ("water_level", "warning"),
        ("water_level", "critical"),
    ]
    assert seen[0].place == middle_of(1)
    assert yard.cleared() == [f"water_level:device:{device_id}"]


async def test_staff_see_the_devices_states_and_rules_that_are_theirs(yard: Yard):
    await yard.live_in("Wang Fang", "2")
    watch, tank = await yard.enrol_watch(), await yard.enrol_tank()
    for minutes, rate in ((0, 70), (10, 75)):
        yard.world.clock.advance(timedelta(minutes=minutes))
        await yard.says(of_watch(Kind.HEART_RATE, rate))
    staff, names = yard.world.actor, ("staff Chen", "worker Li", "worker Sun", "foreign staff Bai", "Wang Fang")
    async with yard.world.work.begin() as uow:
        await set_rule(
            uow,
            actor=staff("staff Chen"),
            community_id=yard.world.community_id,
            scope=f"device:{watch}",
            key="fall",
            changes={"is_active": False},
            note="dances",
        )

    async with yard.world.work.look() as uow:
        seen = {name: [one.id for one in await devices_within(uow, actor=staff(name))] for name in names}
        rates = await heart_rates_of_day(uow, device_id=watch, day=yard.world.clock.now().date())
        (state,) = await states_of_person(uow, staff("Wang Fang").person_id or 0)
        counts = await status_counts(uow, yard.world.community_id)
        device = await access_device(uow, staff("staff Chen"), Permission.READ_DEVICE, watch)
        book = await book_of_device(uow, device[0])
        (row,) = await rules_set(uow, actor=staff("staff Chen"), community_id=yard.world.community_id)

    assert list(seen.values()) == [[watch, tank], [tank], [watch], [], []]
    assert [rate for _, rate in rates] == [70, 75]
    assert (state.device_id, state.is_home) == (watch, None)
    assert (counts[DeviceStatus.HEALTHY], counts[DeviceStatus.INACTIVE]) == (1, 1)
    assert (book.by_key["fall"].is_active, book.by_flag[Flag.FALL], row.note) == (False, (), "dances")


async def test_a_memory_that_no_key_opens_costs_nobody_an_alarm(yard: Yard):
    await yard.enrol_watch()
    async with yard.world.work.begin() as uow:
        await uow.session.execute(update(DeviceState).values(memory_sealed="gone"))

    stored = await yard.says(of_watch(Kind.ALARM, None, Flag.SOS))

    assert (stored.fates, yard.alarms()) == ((PacketFate.STORED,), ["sos"])


async def test_where_somebody_was_yesterday_is_not_where_they_are(yard: Yard):
    await yard.live_in("Wang Fang", "1")
    await yard.enrol_watch()
    await yard.says(replace(of_watch(Kind.POSITION), fix=Fix(point=Point(29.6, 106.6), kind=FixKind.GPS, accuracy_m=8)))
    yard.world.hours_pass(20)

    await yard.says(of_watch(Kind.ALARM, None, Flag.SOS))

    (seen,) = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert seen.place == middle_of(1)


@pytest.mark.postgres
async def test_batches_of_several_processes_wait_for_each_other_and_store_everything_once(postgres_url: str):
    database = Database(postgres_url)
    yard = Yard(await open_world(database, hears=DEVICE_EVENTS))
    for number in range(8):
        await yard.enrol_tank(f"t{number}")
    packets = [yard.packet(of_tank(Kind.GAS, 30 + number, f"t{number}")) for number in range(8)]

    stored = await asyncio.gather(
        yard.receive(*packets), yard.receive(*reversed(packets)), yard.receive(*packets[4:], *packets[:4])
    )

    fates = Counter(fate for batch in stored for fate in batch.fates)
    assert fates == {PacketFate.STORED: 8, PacketFate.DUPLICATE: 16}
    assert Counter(yard.alarms()) == {"gas": 16}  # each by both of its limits
    await database.close()


async def test_two_kinds_of_events_of_one_camera_are_two_alarms(yard: Yard):
    device_id = await yard.enrol_tank()

    def event(label: str, value: float) -> Observation:
        return replace(of_tank(Kind.CAMERA_EVENT, value), label=label)

    for label, value in (("fire", 1), ("crowd", 1), ("fire", 1), ("fire", 0)):
        await yard.says(event(label, value))
        yard.world.clock.advance(timedelta(seconds=20))

    assert [event.label for event in yard.world.heard if isinstance(event, AlarmSeen)] == ["fire", "crowd"]
    assert yard.cleared() == [f"camera_event:device:{device_id}:fire"]


async def test_smoke_alarms_each_time_and_ends_when_the_detector_says_so(yard: Yard):
    device_id = await yard.enrol_tank()
    for value in (0, 1, 1, 0, 0):
        await yard.says(of_tank(Kind.SMOKE, value))
        yard.world.clock.advance(timedelta(minutes=1))

    assert yard.alarms() == ["smoke", "smoke"]
    assert yard.cleared() == [f"smoke:device:{device_id}"]
