"""Staff look at devices, enrol who knocked, tell watches things, and take devices out of use; others see less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.devices import Device, DeviceStatus, find_device, latest_state
from backend.devices.models import DeviceCommand, UnknownDevice
from backend.devices.observations import Fix, Kind, Protocol
from backend.kernel.audit import AuditEntry
from tests.service.devices.scenes import HOME, WATCH, Yard, of_tank, of_watch
from tests.service.world import World
from tests.web.browsing import Browser, form_to, on_both


@pytest.fixture
def yard(world: World) -> Yard:
    return Yard(world)


async def acts(world: World, *named: str) -> list[str]:
    async with world.work.look() as uow:
        found = await uow.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        return [action for action in found if action in named]


async def device_of(yard: Yard, device_id: int) -> Device:
    async with yard.world.work.look() as uow:
        return await uow.session.get_one(Device, device_id)


@on_both
async def test_the_list_shows_each_role_what_it_may_know(browser: Browser, yard: Yard):
    await yard.live_in("Wang Fang", "2")
    watch, tank = await yard.enrol_watch(), await yard.enrol_tank()
    await yard.says(of_watch(Kind.HEART_RATE, 71), replace(of_watch(Kind.POSITION), fix=Fix(point=HOME)))
    await yard.says(of_tank(Kind.LEVEL, 1.25))

    staff = await (await browser.come_in("staff Chen")).open("/web/devices")
    seen = await browser.open(f"/web/devices/{watch}")
    full = await browser.open(f"/web/devices/{tank}")
    cut = await browser.open("/web/devices?status=silent")
    sought = await browser.open("/web/devices?text=Wang")
    # The watch lives in the second grid; the leader has the first.
    leader = await (await browser.come_in("leader Tang")).open("/web/devices")
    closed = await browser.open(f"/web/devices/{watch}")
    director = await (await browser.come_in("director Fu")).open("/web/devices")
    masked = await browser.open(f"/web/devices/{watch}")

    assert "Wang Fang" in staff.text
    assert "71–71" in seen.text
    assert f"{HOME.longitude:.5f}" in seen.text
    assert "1.25 m" in full.text
    assert "没有设备" in cut.text
    assert "1号化粪池" not in sought.text
    assert "1号化粪池" in leader.text
    assert "Wang Fang" not in leader.text
    assert closed.status_code == 403
    assert "Wang Fang" not in director.text
    assert "W**" in director.text
    assert "71–71" not in masked.text
    assert f"{HOME.longitude:.5f}" not in masked.text
    assert await acts(yard.world, "device.view_state") == ["device.view_state"]


async def test_a_stranger_is_enrolled_from_the_list_for_one_of_two_of_the_same_name(browser: Browser, yard: Yard):
    await yard.says(of_watch(Kind.ALIVE))
    await yard.says(of_watch(Kind.ALIVE, external_id="8800000099"))
    await browser.come_in("staff Chen")
    page = await browser.open("/web/devices")
    assert WATCH in page.text

    unclear = await browser.send(
        f"/web/devices/new?protocol=watch&external_id={WATCH}", "/web/devices/new", subject_kind="person", subject="w"
    )
    wrong = await browser.send("/web/devices/new", "/web/devices/new", external_id="x", subject="nobody")
    done = await browser.send(
        f"/web/devices/new?protocol=watch&external_id={WATCH}",
        "/web/devices/new",
        subject_kind="person",
        subject="Wang Fang",
    )
    again = await browser.send(
        f"/web/devices/new?protocol=watch&external_id={WATCH}", "/web/devices/new", subject="Liu Yang"
    )
    ignored = await browser.post(
        "/web/devices/strangers",
        form_to(await browser.open("/web/devices"), "/web/devices/strangers") | {"verdict": "ignore"},
    )

    async with yard.world.work.look() as uow:
        device = await find_device(uow, Protocol.WATCH, WATCH)
        left = (await uow.session.scalars(select(UnknownDevice))).all()
    assert (unclear.status_code, wrong.status_code) == (422, 422)
    assert "worker Li" in unclear.text
    assert done.status_code == 200
    assert device is not None
    assert device.subject_name == "Wang Fang"
    assert again.status_code == 409
    assert ignored.status_code == 303
    assert [(one.external_id, one.ignored_at is not None) for one in left] == [("8800000099", True)]
    assert "已忽略（1）" in (await browser.open("/web/devices")).text


async def test_a_device_of_our_own_shows_its_secret_once(browser: Browser, yard: Yard):
    await yard.facility()
    await browser.come_in("staff Chen")

    made = await browser.send(
        "/web/devices/new",
        "/web/devices/new",
        kind="septic_level",
        protocol="native",
        external_id="tank-9",
        subject_kind="facility",
        subject="化粪池",
        depth="200",
    )
    async with yard.world.work.look() as uow:
        device = await find_device(uow, Protocol.NATIVE, "tank-9")
    assert device is not None
    renewed = await browser.send(f"/web/devices/{device.id}", f"/web/devices/{device.id}/secret")
    page = await browser.open(f"/web/devices/{device.id}")

    secret = made.text.split('id="secret" readonly value="')[1].split('"')[0]
    assert len(secret) == 32
    assert device.depth_m == 2.0
    assert secret not in renewed.text
    assert 'id="secret"' in renewed.text
    assert 'id="secret"' not in page.text


async def test_a_watch_is_told_what_staff_say_and_nothing_that_makes_no_sense(browser: Browser, yard: Yard):
    watch = await yard.enrol_watch()
    await browser.come_in("staff Chen")
    page, order = f"/web/devices/{watch}", f"/web/devices/{watch}/order"

    found = await browser.send(page, order, order="find")
    shown = await browser.send(page, order, order="message", message="该吃药了")
    quiet = await browser.send(page, order, order="quiet_times", quiet_times="21:00-6:30，12:00到14:00")
    often = await browser.send(page, order, order="heart_rate_period", heart_minutes="2")
    odd = await browser.send(page, order, order="quiet_times", quiet_times="25:00-26:00")
    none = await browser.send(page, order, order="monitor")

    assert [one.status_code for one in (found, shown, quiet, often, odd, none)] == [303, 303, 303, 422, 422, 422]
    async with yard.world.work.look() as uow:
        told = (await uow.session.scalars(select(DeviceCommand).order_by(DeviceCommand.id))).all()
        arguments = [uow.vault.open_json(one.arguments_sealed) for one in told]
    assert arguments == [{}, {"text": "该吃药了"}, {"stretches": [["21:00", "06:30"], ["12:00", "14:00"]]}]


async def test_a_device_is_paused_taken_up_again_and_retired(browser: Browser, yard: Yard):
    tank = await yard.enrol_tank()
    await browser.come_in("leader Tang")
    page = f"/web/devices/{tank}"

    nothing = await browser.send(page, f"{page}/mute", reason="")
    muted = await browser.send(page, f"{page}/mute", reason="换探头")
    paused = await browser.open(page)
    taken_up = await browser.send(page, f"{page}/unmute")
    async with yard.world.work.look() as uow:
        state = await latest_state(uow, device_id=tank)
    retired = await browser.send(page, f"{page}/retire")
    gone = await browser.open(page)

    assert [one.status_code for one in (nothing, muted, taken_up, retired, gone)] == [422, 303, 303, 303, 404]
    assert "换探头" in paused.text
    assert state.state is DeviceStatus.INACTIVE
    assert (await device_of(yard, tank)).retired_at == yard.world.clock.now()
    assert await acts(yard.world, "device.mute", "device.unmute", "device.retire") == [
        "device.mute",
        "device.unmute",
        "device.retire",
    ]


async def test_staff_of_another_community_find_nothing(browser: Browser, yard: Yard):
    tank = await yard.enrol_tank()
    await browser.come_in("foreign staff Bai")

    listed = await browser.open("/web/devices")
    opened = await browser.open(f"/web/devices/{tank}")
    posted = await browser.post(f"/web/devices/{tank}/retire", form_to(listed, "/web/sign-out"))

    assert "1号化粪池" not in listed.text
    assert (opened.status_code, posted.status_code) == (403, 403)
