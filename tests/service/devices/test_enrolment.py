"""Who may enrol, read and command devices; secrets are told once; nobody listens in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.devices import (
    CommandKind,
    CommandStatus,
    Device,
    DeviceKind,
    NewDevice,
    PacketFate,
    StrangerReason,
    commands_of,
    drawn_circle,
    enrol_device,
    expire_commands,
    find_device,
    find_device_by_secret,
    note_command_answered,
    note_command_sent,
    note_refused_device,
    queue_command,
    retire_device,
    rotate_secret,
    set_rule,
    take_commands,
    unknown_devices,
    view_state,
)
from backend.devices.errors import (
    CommandNotForDevice,
    DeviceTaken,
    DeviceUnfit,
    FenceUnfit,
    RuleUnfit,
    SubjectUnknown,
)
from backend.devices.events import AlarmSeen
from backend.devices.fences.drawing import draw_fence
from backend.devices.kinds import FencePurpose
from backend.devices.models import DeviceCommand, DeviceSecret
from backend.devices.observations import Flag, Kind, Protocol
from backend.kernel.access import SHELL_ACTOR, Permission, may
from backend.kernel.alarms import SubjectKind
from backend.kernel.audit import AuditEntry
from backend.kernel.database import Database
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.geo import SourceCrs, from_wgs84
from backend.messaging.contents import ChannelName
from backend.reactions import REACTIONS
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, note_consent
from backend.registry.contacts_models import RelationKind
from backend.registry.contacts_proving import vouch_for_method
from backend.registry.models import Person, RegistryThing
from backend.registry.records import load_registry
from tests.service.devices.scenes import DEVICE_EVENTS, HOME, WATCH, Yard, of_watch
from tests.service.world import CAST, OUTSIDE, open_world


def new_watch(yard: Yard, **changes: Any) -> NewDevice:
    person_id = yard.world.actors["Wang Fang"].person_id
    assert person_id is not None
    watch = NewDevice(
        community_id=yard.world.community_id,
        kind=DeviceKind.WATCH,
        protocol=Protocol.WATCH,
        external_id=WATCH,
        subject_kind=SubjectKind.PERSON,
        subject_id=person_id,
    )
    return replace(watch, **changes)


async def test_a_secret_is_told_once_and_its_successor_lets_it_live_for_a_day(yard: Yard):
    staff = yard.world.actor("staff Chen")
    async with yard.world.work.begin() as uow:
        first = await enrol_device(uow, actor=staff, new=new_watch(yard))
    async with yard.world.work.begin() as uow:
        second = await rotate_secret(uow, actor=staff, device_id=first.device_id)

    async def works() -> list[bool]:
        async with yard.world.work.look() as uow:
            found = [await find_device_by_secret(uow, secret) for secret in (first.secret, second, "guess", "")]
            kept = (await uow.session.scalars(select(DeviceSecret.lookup))).all()
        assert not {first.secret, second} & set(kept)
        return [device is not None for device in found]

    assert await works() == [True, True, False, False]
    yard.world.hours_pass(25)
    assert await works() == [False, True, False, False]


async def test_one_id_belongs_to_one_device_until_that_is_let_go(both_yards: Yard):
    yard = both_yards
    device_id = await yard.enrol_watch()
    staff = yard.world.actor("staff Chen")
    with pytest.raises(DeviceTaken):
        await yard.enrol_watch("Liu Yang")

    async with yard.world.work.begin() as uow:
        await retire_device(uow, actor=staff, device_id=device_id)
    gone = await yard.says(of_watch(Kind.HEART_RATE, 70))
    await yard.enrol_watch("Liu Yang")

    assert gone.fates == (PacketFate.UNKNOWN_DEVICE,)
    async with yard.world.work.look() as uow:
        device = await find_device(uow, Protocol.WATCH, WATCH)
        assert device is not None
        assert device.subject_name == "Liu Yang"
        assert await unknown_devices(uow, actor=staff) == []


@pytest.mark.postgres
async def test_two_who_enrol_one_watch_at_once_do_not_both_have_it(postgres_url: str):
    database = Database(postgres_url)
    yard = Yard(await open_world(database))

    done = await asyncio.gather(
        yard.enrol_watch("Wang Fang"),
        yard.enrol_watch("Liu Yang"),
        yard.enrol_watch("Zhou Min"),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in done) == ["DeviceTaken", "DeviceTaken", "int"]
    await database.close()


async def test_a_device_without_sense_is_refused(yard: Yard):
    for changes, error in (
        ({"subject_id": 10**6}, SubjectUnknown),
        ({"subject_kind": SubjectKind.HOUSEHOLD, "subject_id": 10**6}, SubjectUnknown),
        ({"subject_kind": SubjectKind.FACILITY, "subject_id": 10**6}, SubjectUnknown),
        ({"external_id": ""}, DeviceUnfit),
        ({"external_id": "手表"}, DeviceUnfit),
        ({"depth_m": -1}, DeviceUnfit),
        ({"place": (500, 0)}, DeviceUnfit),
        ({"expected_interval": timedelta(seconds=1)}, DeviceUnfit),
    ):
        with pytest.raises(error):
            await yard.enrol(new_watch(yard, **changes))


async def test_a_place_from_a_chinese_map_finds_its_grid(yard: Yard):
    shown = from_wgs84(HOME, SourceCrs.GCJ02)
    device_id = await yard.enrol(new_watch(yard, place=(shown.longitude, shown.latitude), crs=SourceCrs.GCJ02))

    async with yard.world.work.look() as uow:
        device = await find_device(uow, Protocol.WATCH, WATCH)

    assert device is not None
    assert (device.id, device.grid_id) == (device_id, yard.world.units["grid-1"].id)
    assert device.longitude == pytest.approx(HOME.longitude, abs=1e-5)


async def test_who_may_do_what_with_a_device_is_the_table_and_nothing_else(yard: Yard):
    await yard.live_in("Wang Fang", "1")
    device_id = await yard.enrol_watch()
    grid = yard.world.path("grid-1")
    for one in CAST:
        actor = yard.world.actor(one.name)
        acts = {
            Permission.ENROL_DEVICE: lambda uow, actor=actor: rotate_secret(uow, actor=actor, device_id=device_id),
            Permission.READ_WHEREABOUTS: lambda uow, actor=actor: view_state(uow, actor=actor, device_id=device_id),
            Permission.READ_DEVICE: lambda uow, actor=actor: commands_of(uow, actor=actor, device_id=device_id),
            Permission.COMMAND_DEVICE: lambda uow, actor=actor: queue_command(
                uow, actor=actor, device_id=device_id, kind=CommandKind.FIND
            ),
            Permission.SET_DEVICE_RULE: lambda uow, actor=actor: set_rule(
                uow, actor=actor, community_id=yard.world.community_id, scope="community", key="fall", changes={}
            ),
        }
        async with yard.world.work.begin() as uow:
            for permission, act in acts.items():
                where = yard.world.path("community") if permission is Permission.SET_DEVICE_RULE else grid
                assert await is_let(act(uow)) == may(actor, permission, where), (one.name, permission)


async def is_let(act: Awaitable[object]) -> bool:
    try:
        await act
    except AccessDenied:
        return False
    return True


async def test_looking_at_a_person_is_written_down(yard: Yard):
    device_id = await yard.enrol_watch()
    async with yard.world.work.begin() as uow:
        await view_state(uow, actor=yard.world.actor("staff Chen"), device_id=device_id)

    async with yard.world.work.look() as uow:
        found = (await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "device.view_state"))).one()
    assert found.subject == f"device:{device_id}"


async def test_a_command_waits_is_taken_once_sent_and_answered(both_yards: Yard):
    yard = both_yards
    device_id = await yard.enrol_watch()
    worker, told = yard.world.actor("staff Chen"), {"text": "王奶奶，吃药了"}
    async with yard.world.work.begin() as uow:
        for kind, arguments in ((CommandKind.MESSAGE, {"text": "early"}), (CommandKind.MESSAGE, told)):
            await queue_command(uow, actor=worker, device_id=device_id, kind=kind, arguments=arguments)

    async with yard.world.work.begin() as uow:
        (taken,) = await take_commands(uow, [device_id, 77])
    async with yard.world.work.begin() as uow:
        leased = await take_commands(uow, [device_id])
    yard.world.clock.advance(timedelta(seconds=31))
    async with yard.world.work.begin() as uow:
        (again,) = await take_commands(uow, [device_id])
        await note_command_sent(uow, again.id)
        assert await note_command_answered(uow, device_id, CommandKind.MESSAGE)
        assert not await note_command_answered(uow, device_id, CommandKind.FIND)

    assert (taken.kind, taken.arguments, taken.external_id) == (CommandKind.MESSAGE, told, WATCH)
    assert (leased, again) == ([], taken)
    async with yard.world.work.look() as uow:
        rows = (await uow.session.scalars(select(DeviceCommand).order_by(DeviceCommand.id))).all()
        assert [row.status for row in rows] == [CommandStatus.CANCELLED, CommandStatus.ANSWERED]
        assert not any("吃药" in row.arguments_sealed for row in rows)


async def test_a_new_watch_is_told_whom_it_may_call(yard: Yard):
    staff, person_id = yard.world.actor("staff Chen"), yard.world.actors["Wang Fang"].person_id
    assert person_id is not None
    async with yard.world.work.begin() as uow:
        for rank, (name, number) in enumerate((("刘洋", "+8613800000011"), ("陌生人", "+8613800000012")), 1):
            new = NewContact(name=name, relation=RelationKind.CHILD, rank=rank)
            contact = await add_contact(uow, actor=staff, person_id=person_id, contact=new)
            await note_consent(uow, actor=staff, contact_id=contact.id)
            method = NewMethod(channel=ChannelName.VOICE, phone=number)
            added = await add_method(uow, actor=staff, contact_id=contact.id, method=method)
            if rank == 1:  # the other number is not proved yet
                await vouch_for_method(uow, actor=staff, method_id=added.id)

    async with yard.world.work.begin() as uow:
        device = await enrol_device(uow, actor=staff, new=new_watch(yard))
    async with yard.world.work.begin() as uow:
        told = {one.kind: one.arguments for one in await take_commands(uow, [device.device_id])}

    assert told[CommandKind.SOS_NUMBERS] == {"numbers": ["+8613800000011"]}
    assert told[CommandKind.CONTACTS] == {"contacts": [{"number": "+8613800000011", "name": "刘洋"}]}
    assert told[CommandKind.LANGUAGE_ZONE] == {"language": "zh_Hans", "hours_east": 8}
    assert {CommandKind.UPLOAD_INTERVAL, CommandKind.HEART_RATE_PERIOD} <= set(told)


async def test_a_call_to_locate_is_dropped_when_nobody_wants_it_any_more(yard: Yard):
    device_id = await yard.enrol_watch()
    async with yard.world.work.begin() as uow:
        await queue_command(uow, actor=yard.world.actor("staff Chen"), device_id=device_id, kind=CommandKind.LOCATE_NOW)
    yard.world.hours_pass(1)

    async with yard.world.work.begin() as uow:
        assert await take_commands(uow, [device_id]) == []
        assert await expire_commands(uow) == 1


def test_there_is_no_way_to_listen_in():
    words = " ".join(CommandKind)

    assert not any(word in words for word in ("monitor", "listen", "record", "capture", "answer"))


async def test_only_watches_take_commands_and_only_what_exists(yard: Yard):
    staff, tank = yard.world.actor("staff Chen"), await yard.enrol_tank()
    async with yard.world.work.begin() as uow:
        with pytest.raises(CommandNotForDevice):
            await queue_command(uow, actor=staff, device_id=tank, kind=CommandKind.FIND)
        with pytest.raises(NotFound):
            await queue_command(uow, actor=staff, device_id=999, kind=CommandKind.FIND)


async def test_who_comes_with_a_wrong_secret_is_shown_to_staff(yard: Yard):
    async with yard.world.work.begin() as uow:
        await note_refused_device(
            uow, protocol=Protocol.NATIVE, external_id="t9", door="http", reason=StrangerReason.WRONG_SECRET
        )

    async with yard.world.work.look() as uow:
        (row,) = await unknown_devices(uow, actor=yard.world.actor("leader Tang"))
        with pytest.raises(AccessDenied):
            await unknown_devices(uow, actor=yard.world.actor("Wang Fang"))
    assert (row.external_id, row.reason) == ("t9", StrangerReason.WRONG_SECRET)


async def test_a_rule_is_only_set_where_it_makes_sense(yard: Yard):
    staff, off = yard.world.actor("staff Chen"), {"is_active": False}
    for scope, key, changes, error in (
        ("community", "nonsense", {}, RuleUnfit),
        ("community", "fall", {"flags": []}, RuleUnfit),
        ("device:99", "fall", off, SubjectUnknown),
        ("person:x", "fall", off, SubjectUnknown),
        ("planet:1", "fall", off, SubjectUnknown),
    ):
        with pytest.raises(error):
            async with yard.world.work.begin() as uow:
                await set_rule(
                    uow,
                    actor=staff,
                    community_id=yard.world.community_id,
                    scope=scope,
                    key=key,
                    changes=changes,
                )


async def test_a_curfew_has_hours_and_a_home_has_none(yard: Yard):
    person_id = yard.world.actors["Wang Fang"].person_id
    assert person_id is not None

    with pytest.raises(FenceUnfit):
        async with yard.world.work.begin() as uow:
            await draw_fence(
                uow,
                actor=yard.world.actor("staff Chen"),
                person_id=person_id,
                purpose=FencePurpose.CURFEW,
                name="home",
                shape=drawn_circle(*OUTSIDE, 300),
            )


async def test_alarms_name_people_and_things_as_the_registry_does_after_a_file_was_loaded(database_url: str):
    database = Database(database_url)
    world = await open_world(database, hears=DEVICE_EVENTS, reactions=REACTIONS)
    yard = Yard(world)
    watch, tank = await yard.enrol_watch(), await yard.enrol_tank()
    person_id, thing_id = world.actor("Wang Fang").person_id, await yard.facility()
    header = {"format": "youlin.registry/1", "community": world.units["community"].code}

    async with world.work.begin() as uow:
        await uow.session.execute(update(Person).where(Person.id == person_id).values(name="王芳"))
        await uow.session.execute(update(RegistryThing).where(RegistryThing.id == thing_id).values(name="东门化粪池"))
        await load_registry(uow, actor=SHELL_ACTOR, lines=[json.dumps(header)])
    await yard.says(of_watch(Kind.ALARM, None, Flag.SOS))

    async with world.work.look() as uow:
        names = [(await uow.session.get_one(Device, id_)).subject_name for id_ in (watch, tank)]
    assert names == ["王芳", "东门化粪池"]
    assert [event.subject_name for event in world.heard if isinstance(event, AlarmSeen)] == ["王芳"]
    await database.close()
