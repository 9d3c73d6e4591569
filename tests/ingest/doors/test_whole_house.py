"""From a device's own protocol to what the rules say of it, and back: the doors as the program opens them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from backend.devices import (
    CommandKind,
    DeviceKind,
    NewDevice,
    StrangerReason,
    commands_of,
    queue_command,
    rotate_secret,
    unknown_devices,
)
from backend.devices.errors import CommandNotForDevice
from backend.devices.kinds import CommandStatus
from backend.devices.observations import Flag, Kind, Observation, Protocol
from backend.ingest.models import Platform
from backend.ingest.parcels import Door, Fate, Parcel
from backend.ingest.sources import add_source
from backend.ingest.storing import Storing
from backend.kernel.alarms import SubjectKind
from backend.kernel.background import Nursery
from backend.kernel.database import Database
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.wakeup import WakeUp
from bot.doors import Doors, rung_by_commands
from playground.devices import IwWatch, ManholeCover, SepticTank, SmokeAlarm, Watch
from tests.ingest.doors.ledger import IW_ID
from tests.ingest.doors.serving import served
from tests.service.devices.scenes import DEVICE_EVENTS, TANK, WATCH, Yard
from tests.service.world import NOON, open_world

SMOKE, COVER = "acf7baaee65e431eadfb8f5fe50e8b81", "24e124136b502217"


@dataclass
class House:
    """The program's doors open, in front of the small community."""

    yard: Yard
    doors: Doors
    metrics: Metrics
    stack: AsyncExitStack
    address: str

    async def watch(self) -> Watch:
        assert self.doors.watch_port is not None
        watch = Watch(WATCH, host="127.0.0.1", port=self.doors.watch_port, clock=self.yard.world.clock)
        self.stack.push_async_callback(watch.stop)
        await watch.start()
        return watch

    async def key(self, platform: Platform) -> str:
        world = self.yard.world
        async with world.work.begin() as uow:
            given = await add_source(
                uow,
                actor=world.actor("staff Chen"),
                community_id=world.community_id,
                platform=platform,
                title="test",
            )
        return self.address + given.path

    async def enrol(self, kind: DeviceKind, protocol: Protocol, external_id: str, **more: Any) -> int:
        return await self.yard.enrol(
            NewDevice(
                community_id=self.yard.world.community_id,
                kind=kind,
                protocol=protocol,
                external_id=external_id,
                subject_kind=SubjectKind.FACILITY,
                subject_id=await self.yard.facility(),
                **more,
            )
        )


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    database, bell, nursery, metrics = Database(sqlite_url), WakeUp(), Nursery(), Metrics()
    world = await open_world(database, hears=DEVICE_EVENTS, reactions=rung_by_commands(bell))
    settings = Settings(_env_file=None, watch_port=0, iw_port=0, device_host="127.0.0.1")
    doors = Doors(world.work, metrics, nursery, settings, bell)
    application = FastAPI()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        stack.push_async_callback(nursery.close)
        application.include_router(doors.router())
        address = await stack.enter_async_context(served(application))
        await doors.open()
        yield House(Yard(world), doors, metrics, stack, address)


async def test_sos_and_fall_become_alarms_and_a_replay_changes_nothing(house: House):
    await house.yard.enrol_watch()
    watch = await house.watch()

    await watch.sos()
    await watch.replay()
    await watch.fall()

    assert house.yard.alarms() == ["sos", "fall"]


async def test_a_second_press_of_a_watch_whose_clock_stands_is_heard(house: House):
    await house.yard.enrol_watch()
    watch = await house.watch()
    watch.clock_at(datetime(1970, 1, 1, tzinfo=UTC))

    await watch.sos_without_fix()
    house.yard.world.clock.advance(timedelta(minutes=30))
    await watch.sos_without_fix()

    assert house.yard.alarms() == ["sos", "sos"]


async def test_a_command_reaches_the_watch_and_its_answer_the_record(house: House):
    device_id = await house.yard.enrol_watch()
    watch = await house.watch()
    world = house.yard.world

    async with world.work.begin() as uow:
        await queue_command(
            uow,
            actor=world.actor("staff Chen"),
            device_id=device_id,
            kind=CommandKind.MESSAGE,
            arguments={"text": "晚上吃饭"},
        )
    async with asyncio.timeout(5):
        while await _status(house, device_id) is not CommandStatus.ANSWERED:
            await watch.link()

    assert watch.state.shown == ["晚上吃饭"]


async def _status(house: House, device_id: int) -> CommandStatus:
    world = house.yard.world
    async with world.work.look() as uow:
        (command,) = await commands_of(uow, actor=world.actor("staff Chen"), device_id=device_id)
        return command.status


async def test_what_was_queued_for_a_watch_that_was_away_reaches_it_when_it_comes(house: House):
    device_id = await house.yard.enrol_watch()
    world = house.yard.world
    orders = {
        CommandKind.CONTACTS: {"contacts": [{"number": "13800000001", "name": "女儿"}]},
        CommandKind.SOS_NUMBERS: {"numbers": ["13800000001"]},
        CommandKind.UPLOAD_INTERVAL: {"seconds": 300},
        CommandKind.HEART_RATE_PERIOD: {"seconds": 600},
        CommandKind.QUIET_TIMES: {"stretches": [["22:00", "06:30"]]},
        CommandKind.LANGUAGE_ZONE: {"language": "zh_Hans", "hours_east": 8},
        CommandKind.LOCATE_NOW: {},
    }
    async with world.work.begin() as uow:
        for kind, arguments in orders.items():
            await queue_command(
                uow, actor=world.actor("staff Chen"), device_id=device_id, kind=kind, arguments=arguments
            )

    watch = await house.watch()
    async with asyncio.timeout(5):
        while len(watch.state.commands) < len(orders):
            await watch.link()

    state = watch.state
    assert (state.contacts, state.sos_numbers) == ({"13800000001": "女儿"}, ["13800000001"])
    assert (state.interval_s, state.heart_rate_s, state.language) == (300, 600, "1,8")
    assert state.quiet_times[0] == "22:00-6:30"


async def test_a_watch_of_the_second_family_is_set_up_when_it_comes_and_obeys_staff(house: House):
    world = house.yard.world
    person_id = world.actor("Wang Fang").person_id
    assert person_id is not None
    new = NewDevice(
        community_id=world.community_id,
        kind=DeviceKind.WATCH,
        protocol=Protocol.IW,
        external_id=IW_ID,
        subject_kind=SubjectKind.PERSON,
        subject_id=person_id,
    )
    device_id = await house.yard.enrol(new)
    orders: dict[CommandKind, dict[str, Any]] = {
        CommandKind.MESSAGE: {"text": "晚上吃饭"},
        CommandKind.SOS_NUMBERS: {"numbers": ["13800000001"]},
        CommandKind.CONTACTS: {"contacts": [{"number": "13800000001", "name": "女儿"}]},
        CommandKind.LOCATE_NOW: {},
    }
    async with world.work.begin() as uow:
        for kind, arguments in orders.items():
            await queue_command(
                uow, actor=world.actor("staff Chen"), device_id=device_id, kind=kind, arguments=arguments
            )
        with pytest.raises(CommandNotForDevice):
            await queue_command(uow, actor=world.actor("staff Chen"), device_id=device_id, kind=CommandKind.FIND)

    assert house.doors.iw_port is not None
    watch = IwWatch(IW_ID, host="127.0.0.1", port=house.doors.iw_port)
    house.stack.push_async_callback(watch.stop)
    await watch.start()
    async with asyncio.timeout(5):
        while await _statuses(house, device_id) != {CommandStatus.ANSWERED}:
            await watch.beat(70)

    state = watch.state
    assert (state.language, state.interval_s, state.heart_minutes) == ("0,8", 600, 10)
    assert (state.shown, state.sos_numbers, state.contacts) == (
        ["晚上吃饭"],
        ["13800000001"],
        {"13800000001": "女儿"},
    )
    assert len(state.commands) == 7


async def _statuses(house: House, device_id: int) -> set[CommandStatus]:
    world = house.yard.world
    async with world.work.look() as uow:
        return {one.status for one in await commands_of(uow, actor=world.actor("staff Chen"), device_id=device_id)}


async def test_smoke_a_full_tank_and_an_open_manhole_become_alarms(house: House):
    await house.enrol(DeviceKind.SMOKE, Protocol.CTWING, SMOKE, model="ctwing.smoke")
    await house.enrol(DeviceKind.MANHOLE, Protocol.CHIRPSTACK, COVER, model="milesight.em310-tilt")
    tank_id = await house.yard.enrol_tank()
    world = house.yard.world
    async with world.work.begin() as uow:
        token = await rotate_secret(uow, actor=world.actor("staff Chen"), device_id=tank_id)

    await SmokeAlarm(SMOKE, url=await house.key(Platform.CTWING), clock=world.clock).smoke()
    await ManholeCover(COVER, url=await house.key(Platform.CHIRPSTACK), clock=world.clock).tilt(45)
    tank = SepticTank(token, url=f"{house.address}/ingest/native", clock=world.clock)
    for metres in (1.9, 1.95, 1.97):
        await tank.level(metres)
        world.clock.advance(timedelta(minutes=10))

    assert set(house.yard.alarms()) == {"smoke", "tilt", "water_level"}


async def test_who_is_not_enrolled_changes_nothing_and_a_payload_of_another_model_is_a_sign_of_life(house: House):
    device_id = await house.enrol(DeviceKind.SMOKE, Protocol.CTWING, SMOKE, model="milesight.em310-tilt")
    url = await house.key(Platform.CTWING)

    await SmokeAlarm("0" * 32, url=url).smoke()
    await SmokeAlarm(SMOKE, url=url).smoke()

    assert house.yard.alarms() == []
    counted = house.metrics.registry.get_sample_value
    assert counted("youlin_ingested_total", {"door": "http", "fate": "unknown_device"}) == 1
    assert counted("youlin_ingest_refused_total", {"door": "http", "reason": "bad_payload"}) == 1
    assert device_id


async def test_staff_see_which_watch_knocked_in_vain(house: House):
    assert house.doors.watch_port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", house.doors.watch_port)

    writer.write(b"[3G*1234567890*0002*LK]")
    assert await reader.read() == b""
    writer.close()

    world = house.yard.world
    async with world.work.look() as uow:
        (stranger,) = await unknown_devices(uow, actor=world.actor("staff Chen"))
    assert (stranger.external_id, stranger.reason, stranger.door) == ("1234567890", StrangerReason.UNKNOWN, "watch")


async def test_a_token_speaks_for_its_own_device_and_a_key_for_its_own_community(house: House):
    yard, world = house.yard, house.yard.world
    tank_id = await yard.enrol_tank()
    async with world.work.begin() as uow:
        token = await rotate_secret(uow, actor=world.actor("staff Chen"), device_id=tank_id)
    await yard.enrol_tank("tank-2")

    def parcel(device: str, shown: str | None, community_id: int | None = None) -> Parcel:
        said = Observation(
            device=device, protocol=Protocol.NATIVE, kind=Kind.ALARM, flags=(Flag.SOS,), sequence=f"{device}{shown}"
        )
        return Parcel(door=Door.MQTT, received_at=NOON, observations=(said,), token=shown, community_id=community_id)

    async with world.work.begin() as uow:
        fates = await Storing(house.metrics)(
            uow,
            [
                parcel(TANK, token),
                parcel("tank-2", token),
                parcel(TANK, "guessed"),
                parcel(TANK, None, world.units["neighbour"].id),
                parcel(TANK, None, world.community_id),
            ],
        )

    assert fates == [Fate.STORED, Fate.NOT_PROVEN, Fate.NOT_PROVEN, Fate.UNKNOWN_DEVICE, Fate.STORED]
