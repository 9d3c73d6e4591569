"""What becomes due by time alone: silence, dead gateways, what lasts, what is missing. All of it survives restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import select, update

from backend.devices import FencePurpose, Hours, draw_fence, drawn_circle, mute_device, set_rule, unmute_device
from backend.devices.events import AlarmSeen, DeviceBack, DeviceSilent
from backend.devices.kinds import DeviceStatus
from backend.devices.models import DeviceCommand, DeviceState
from backend.devices.observations import FixKind, Flag, Kind
from backend.kernel.alarms import AlarmStatus, SubjectKind
from backend.kernel.database import Database
from backend.kernel.unit_of_work import UnitOfWork
from tests.service.devices.scenes import DEVICE_EVENTS, HOME, Yard, at, north_of, of_tank, of_watch
from tests.service.scheduler.conftest import clock_of
from tests.service.world import NOON, open_world


async def test_a_silent_device_is_noticed_in_time_and_its_return_too(both_yards: Yard):
    yard = both_yards
    device_id = await yard.enrol_watch()
    await yard.says(of_watch(Kind.ALIVE))

    await yard.minutes(24.9)
    assert yard.alarms() == []
    await yard.minutes(0.1)
    await yard.minutes(60)
    assert yard.alarms() == ["device_silent"]
    await yard.says(of_watch(Kind.ALIVE))

    assert yard.cleared() == [f"device_silent:device:{device_id}"]
    assert [type(event) for event in yard.world.heard if isinstance(event, DeviceSilent | DeviceBack)] == [
        DeviceSilent,
        DeviceBack,
    ]


async def test_a_device_that_speaks_is_only_put_off(yard: Yard):
    await yard.enrol_watch()
    for _ in range(10):
        await yard.says(of_watch(Kind.ALIVE))
        await yard.minutes(20)

    assert yard.alarms() == []


async def test_nobody_waits_for_what_never_spoke_or_is_being_mended(yard: Yard):
    await yard.enrol_watch("Liu Yang", "88")
    device_id = await yard.enrol_watch()
    await yard.says(of_watch(Kind.ALIVE))
    staff = yard.world.actor("staff Chen")
    async with yard.world.work.begin() as uow:
        await mute_device(uow, actor=staff, device_id=device_id, reason="new strap")

    await yard.minutes(3000)
    silent = yard.alarms()
    await yard.says(of_watch(Kind.ALARM, None, Flag.SOS))
    async with yard.world.work.begin() as uow:
        await unmute_device(uow, actor=staff, device_id=device_id)
    await yard.says(of_watch(Kind.ALIVE))
    await yard.minutes(26)

    assert silent == []
    (press, last) = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert (press.alarm, press.status) == ("sos", AlarmStatus.TEST)
    assert (last.alarm, last.status) == ("device_silent", AlarmStatus.ACTUAL)


async def test_a_dead_gateway_is_one_alarm_and_who_stays_silent_behind_it_another(both_yards: Yard):
    yard = both_yards
    ids = [await yard.enrol_tank(f"t{number}", gateway="gw-7") for number in range(6)]
    for number in range(6):
        await yard.says(of_tank(Kind.LEVEL, 0.3, f"t{number}"))
        await yard.minutes(0.5)

    for _ in range(4):
        await yard.minutes(30)

    (dead,) = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert (dead.gateway_key, dead.subject_kind, dead.dedup_key) == (
        "gw-7",
        SubjectKind.FACILITY,
        "device_silent:gateway:1",
    )
    for number in range(1, 6):
        await yard.says(of_tank(Kind.LEVEL, 0.3, f"t{number}"))
    assert "device_silent:gateway:1" in yard.cleared()

    await yard.minutes(59)
    for number in range(1, 6):
        await yard.says(of_tank(Kind.LEVEL, 0.3, f"t{number}"))
    await yard.minutes(2)

    (_, alone) = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert alone.dedup_key == f"device_silent:device:{ids[0]}"


async def test_a_door_left_open_alarms_when_time_is_up_though_it_says_nothing_more(yard: Yard):
    device_id = await yard.enrol_tank()
    await yard.says(of_tank(Kind.DOOR_OPEN, 1))

    await yard.minutes(9.9)
    before = yard.alarms()
    await yard.minutes(0.1)
    after = yard.alarms()
    await yard.says(of_tank(Kind.DOOR_OPEN, 0))

    assert (before, after) == ([], ["door_open"])
    assert yard.cleared() == [f"door_open:device:{device_id}"]


async def test_who_does_not_move_is_missed_but_not_while_the_watch_is_silent_or_off(yard: Yard):
    await yard.enrol_watch()

    async def lies_still(minutes: int) -> None:
        for _ in range(minutes // 20):
            await yard.says(of_watch(Kind.HEART_RATE, 70), of_watch(Kind.STEPS, 120))
            await yard.minutes(20)

    await yard.says(of_watch(Kind.STEPS, 100))
    await yard.says(of_watch(Kind.STEPS, 120))
    await lies_still(220)
    assert yard.alarms() == []
    await lies_still(40)

    assert yard.alarms() == ["no_movement"]


async def test_a_watch_on_the_table_asks_to_be_put_on_and_says_nothing_of_its_owner(yard: Yard):
    device_id = await yard.enrol_watch()
    await yard.says(of_watch(Kind.STEPS, 100))
    await yard.says(of_watch(Kind.STEPS, 120), of_watch(Kind.ALARM, None, Flag.TAKEN_OFF))
    for _ in range(18):
        await yard.minutes(20)
        await yard.says(of_watch(Kind.OXYGEN, 71), of_watch(Kind.HEART_RATE, None))

    assert yard.alarms() == ["not_worn"]
    for rate in (70, 71):
        await yard.says(of_watch(Kind.HEART_RATE, rate))
    assert yard.cleared() == [f"not_worn:device:{device_id}"]


async def test_a_racing_heart_is_confirmed_by_asking_the_watch_again(yard: Yard):
    await yard.enrol_watch()

    await yard.says(of_watch(Kind.HEART_RATE, 140))
    async with yard.world.work.look() as uow:
        asked = (await uow.session.scalars(select(DeviceCommand.kind))).all()
    first = yard.alarms()
    await yard.minutes(2)
    await yard.says(of_watch(Kind.HEART_RATE, 142))

    assert (asked, first, yard.alarms()) == (["heart_rate_period"], [], ["heart_rate_high"])


async def test_limits_for_one_person_win_over_those_of_the_community(yard: Yard):
    await yard.enrol_watch()
    await yard.enrol_watch("Liu Yang", "88")
    staff, person_id = yard.world.actor("staff Chen"), yard.world.actors["Liu Yang"].person_id
    one_reading = {"times": 1, "of": 1}
    async with yard.world.work.begin() as uow:
        for scope, changes in (("community", one_reading | {"at_most": 90}), (f"person:{person_id}", {"at_most": 80})):
            await set_rule(
                uow,
                actor=staff,
                community_id=yard.world.community_id,
                scope=scope,
                key="oxygen_very_low",
                changes=changes,
            )

    await yard.says(of_watch(Kind.OXYGEN, 88), of_watch(Kind.OXYGEN, 88, external_id="88"))

    (seen,) = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert seen.subject_name == "Wang Fang"


async def fence(yard: Yard, purpose: FencePurpose, hours: Hours | None = None) -> None:
    person_id = yard.world.actors["Wang Fang"].person_id
    assert person_id is not None
    async with yard.world.work.begin() as uow:
        await draw_fence(
            uow,
            actor=yard.world.actor("staff Chen"),
            person_id=person_id,
            purpose=purpose,
            name="home",
            shape=drawn_circle(HOME.longitude, HOME.latitude, 300),
            hours=hours,
        )


async def test_leaving_the_circle_warns_once_and_coming_back_ends_it(yard: Yard):
    device_id = await yard.enrol_watch()
    await fence(yard, FencePurpose.CIRCLE)
    for metres in (0, 100, 450, 480, 500):
        await yard.says(at(north_of(HOME, metres)))
        await yard.minutes(5)
    out = yard.alarms()
    await yard.says(at(north_of(HOME, 50)))

    assert out == ["left_circle"]
    assert yard.cleared() == [f"left_circle:device:{device_id}"]
    (seen,) = [event for event in yard.world.heard if isinstance(event, AlarmSeen)]
    assert seen.place is not None


async def test_cells_alone_only_make_us_ask_the_watch_where_it_is(yard: Yard):
    await yard.enrol_watch()
    await fence(yard, FencePurpose.CIRCLE)
    await yard.says(at(HOME))
    for minute in range(5):
        await yard.minutes(1)
        far = at(north_of(HOME, 2500 + minute), kind=FixKind.CELL, accuracy=None)
        await yard.says(replace(far, device_time=yard.world.clock.now()))

    async with yard.world.work.look() as uow:
        asked = (await uow.session.scalars(select(DeviceCommand.kind))).all()
    assert yard.alarms() == []
    assert asked == ["locate_now"]


async def test_who_is_out_when_the_hours_begin_is_missed_until_they_return(yard: Yard):
    await yard.enrol_watch()
    await fence(yard, FencePurpose.CURFEW, Hours(frozenset(range(7)), time(21), time(6)))
    await yard.says(at(north_of(HOME, 2000)))
    yard.world.clock.set(NOON + timedelta(hours=8, minutes=50))
    await yard.says(at(north_of(HOME, 2000)))

    before = yard.alarms()
    await yard.minutes(10)
    await yard.minutes(2)

    assert "out_at_curfew" not in before
    assert "out_at_curfew" in yard.alarms()


async def test_two_sweeps_at_once_tell_everything_once(both_yards: Yard):
    yard = both_yards
    await yard.enrol_watch()
    await yard.says(of_watch(Kind.ALIVE))
    yard.world.clock.advance(timedelta(hours=1))

    assert await yard.sweep() == 1
    assert await yard.sweep() == 0
    async with yard.world.work.begin() as uow:
        await uow.session.execute(update(DeviceState).values(check_at=uow.now))
        statuses = (await uow.session.scalars(select(DeviceState.status))).all()
    await yard.sweep()

    assert statuses == [DeviceStatus.SILENT]
    assert yard.alarms() == ["device_silent"]


async def test_one_device_that_fails_does_not_keep_the_others_from_being_missed(sqlite_url: str):
    async def choke(_uow: UnitOfWork, event: AlarmSeen) -> None:
        if event.subject_name == "Wang Fang":
            raise RuntimeError("a fault of ours")

    database = Database(sqlite_url)
    yard = Yard(await open_world(database, hears=DEVICE_EVENTS, reactions={AlarmSeen: (choke,)}))
    for number, name in enumerate(("Wang Fang", "Liu Yang", "Zhou Min")):
        await yard.enrol_watch(name, f"{number}")
        await yard.says(of_watch(Kind.ALIVE, external_id=f"{number}"))
    yard.world.clock.advance(timedelta(hours=1))

    await clock_of(yard.world, "sweep_devices").run_due(yard.world.clock.now())

    async with yard.world.work.look() as uow:
        states = (await uow.session.scalars(select(DeviceState.status).order_by(DeviceState.id))).all()
    assert states == [DeviceStatus.HEALTHY, DeviceStatus.SILENT, DeviceStatus.SILENT]
    await database.close()
