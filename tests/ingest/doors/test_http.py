"""The HTTP door: who shows its key is heard, once, and told when to come again."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import md5

import httpx
import pytest
from fastapi import FastAPI

from backend.devices.observations import Kind
from backend.ingest.batching import BatchWriter
from backend.ingest.doors.http import HttpDoor, ingest_router
from backend.ingest.models import Platform
from backend.ingest.sources import OLD_KEY_LIVES, GivenKey, NetworkUnfit, add_source, end_source, rotate_key, sources_of
from backend.ingest.usage import SourceUsage
from backend.kernel.background import Nursery
from backend.kernel.database import Database
from backend.kernel.errors import AccessDenied
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import UnitOfWork
from playground.devices import Camera, ManholeCover, SepticTank, SmokeAlarm
from tests.ingest.doors.ledger import Ledger
from tests.ingest.doors.serving import served
from tests.service.world import World, open_world

SMOKE_ID, COVER, MAC, TOKEN = "acf7baaee65e431eadfb8f5fe50e8b81", "24e124136b502217", "44:19:b6:5a:01:02", "t0ken"
FORWARDED = "203.0.113.9"


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    database = Database(sqlite_url)
    yield await open_world(database)
    await database.close()


@pytest.fixture
async def door(world: World, ledger: Ledger, metrics: Metrics, nursery: Nursery) -> HttpDoor:
    async def find_by_token(_uow: UnitOfWork, token: str) -> str | None:
        return "tank-1" if token == TOKEN else None

    writer = BatchWriter(world.work, ledger.store, metrics)
    nursery.start(writer.run(), name="writer")
    return HttpDoor(
        work=world.work,
        writer=writer,
        metrics=metrics,
        origin_of=lambda request: request.headers.get("x-forwarded-for", "127.0.0.1"),
        find_by_token=find_by_token,
        usage=SourceUsage(world.work),
    )


@pytest.fixture
async def address(door: HttpDoor) -> AsyncIterator[str]:
    application = FastAPI()
    application.include_router(ingest_router(door))
    async with served(application) as found:
        yield found


@pytest.fixture
async def client(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address) as made:
        yield made


async def key_for(world: World, platform: Platform, networks: tuple[str, ...] = ()) -> GivenKey:
    async with world.work.begin() as uow:
        return await add_source(
            uow,
            actor=world.actor("staff Chen"),
            community_id=world.community_id,
            platform=platform,
            title="test",
            networks=networks,
        )


async def test_a_smoke_alarm_is_heard_through_its_operators_platform(world: World, address: str, ledger: Ledger):
    key = await key_for(world, Platform.CTWING)
    alarm = SmokeAlarm(SMOKE_ID, url=address + key.path)

    await alarm.smoke()
    await alarm.replay()

    (first, again) = [parcel for batch in ledger.batches for parcel in batch]
    assert first.uplinks[0].device == SMOKE_ID
    assert first.uplinks[0].values == {"Alarm_Status": 2, "Battery_Level": 100, "RSRP": 114}
    assert first.community_id == world.community_id
    assert first.is_urgent
    assert (first.uplinks, first.digest) == (again.uplinks, again.digest)


async def test_a_manhole_cover_is_heard_through_its_network_server(world: World, address: str, ledger: Ledger):
    key = await key_for(world, Platform.CHIRPSTACK)

    await ManholeCover(COVER, url=address + key.path).tilt(45)

    (uplink,) = ledger.batches[0][0].uplinks
    assert (uplink.device, uplink.raw) == (COVER, bytes.fromhex("01755a03cf00000000941104"))


async def test_a_camera_is_heard_alone_and_with_a_picture_and_its_bomb_is_refused(
    world: World, address: str, ledger: Ledger
):
    key = await key_for(world, Platform.HIKVISION)
    camera = Camera(MAC, url=address + key.path)

    await camera.event()
    await camera.event(with_picture=True)
    await camera.over()
    await camera.heartbeat()
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        await camera.bomb()

    assert [(one.device, one.kind, one.value) for one in ledger.observations] == [
        (f"{MAC}/1", Kind.CAMERA_EVENT, 1),
        (f"{MAC}/1", Kind.CAMERA_EVENT, 1),
        (f"{MAC}/1", Kind.CAMERA_EVENT, 0),
        (f"{MAC}/1", Kind.ALIVE, None),
    ]


async def test_a_device_of_our_own_shows_its_token(address: str, ledger: Ledger):
    await SepticTank(TOKEN, url=f"{address}/ingest/native").level(1.7)
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        await SepticTank("wrong", url=f"{address}/ingest/native").level(1.7)

    assert [(one.device, one.kind, one.value) for one in ledger.observations] == [("tank-1", Kind.LEVEL, 1.7)]


async def test_onenet_proves_the_address_and_signs_what_it_pushes(
    world: World, client: httpx.AsyncClient, ledger: Ledger
):
    key = await key_for(world, Platform.ONENET)
    message = {"at": 1795317342277, "type": 1, "ds_id": "3303_0_5700", "value": 21.5, "dev_id": 42}
    text = json.dumps(message, separators=(",", ":"))

    proof = await client.get(key.path, params={"msg": "hello", "nonce": "n", "signature": signed(key, "n", "hello")})
    right = await client.post(key.path, json={"msg": message, "nonce": "n", "msg_signature": signed(key, "n", text)})
    forged = await client.post(key.path, json={"msg": message, "nonce": "n", "msg_signature": signed(key, "m", text)})

    assert (proof.status_code, proof.text) == (200, "hello")
    assert (right.status_code, forged.status_code) == (200, 403)
    assert [parcel.uplinks[0].values for batch in ledger.batches for parcel in batch] == [{"3303_0_5700": 21.5}]


def signed(key: GivenKey, nonce: str, message: str) -> str:
    return b64encode(md5(f"{key.signing_token}{nonce}{message}".encode()).digest()).decode()


ALARM = """<?xml version="1.0" encoding="GB2312"?><Notify><CmdType>Alarm</CmdType><SN>2</SN>
<DeviceID>34020000001320000001</DeviceID><AlarmPriority>1</AlarmPriority><AlarmMethod>5</AlarmMethod>
<AlarmTime>2026-11-22T11:15:42</AlarmTime><AlarmDescription>视频动检</AlarmDescription></Notify>"""
THING = {"id": "1607123955.475377-mxklsc", "camera": "gate", "label": "person", "start_time": 1607123955.4}
BODIES = [
    (Platform.GB28181, ALARM.encode("gb2312"), Kind.CAMERA_EVENT, b"<Response>"),
    (Platform.FRIGATE, json.dumps({"type": "new", "after": THING}).encode(), Kind.CAMERA_EVENT, b"stored"),
    (Platform.SENML, b'[{"bn":"urn:tank/","n":"level","u":"m","v":1.2}]', Kind.LEVEL, b"stored"),
    (Platform.WATCH_CLOUD, b'{"deviceId":"8800000015","flag":"LK","data":"LK,1,0,80"}', Kind.ALIVE, b"Success"),
]


@pytest.mark.parametrize(("platform", "body", "kind", "answer"), BODIES)
async def test_every_platform_is_answered_in_its_own_way(
    world: World, client: httpx.AsyncClient, ledger: Ledger, platform: Platform, body: bytes, kind: Kind, answer: bytes
):
    key = await key_for(world, platform)
    path = f"{key.path}/notify" if platform is Platform.WATCH_CLOUD else key.path

    response = await client.post(path, content=body)

    assert response.status_code == 200
    assert answer in response.content
    assert kind in {one.kind for one in ledger.observations}


async def test_a_key_may_travel_as_a_bearer_token(world: World, client: httpx.AsyncClient, ledger: Ledger):
    key = await key_for(world, Platform.SENML)

    response = await client.post("/ingest/senml", content=BODIES[2][1], headers={"Authorization": f"Bearer {key.key}"})

    assert response.status_code == 200
    assert len(ledger.observations) == 1


BAD = [
    (b"", "application/json", 400, "not_json"),
    (b"[" * 100_000, "application/json", 413, "too_large"),
    (b'{"messageType":"dataReport"}', "application/json", 400, "wrong_shape"),
    (b"x" * 300_000, "application/json", 413, "too_large"),
]


@pytest.mark.parametrize(("body", "content_type", "status", "reason"), BAD)
async def test_what_cannot_be_read_is_refused_with_its_reason_and_counted(
    world: World,
    client: httpx.AsyncClient,
    ledger: Ledger,
    metrics: Metrics,
    body: bytes,
    content_type: str,
    status: int,
    reason: str,
):
    key = await key_for(world, Platform.CTWING)

    response = await client.post(key.path, content=body, headers={"Content-Type": content_type})

    assert (response.status_code, response.json()) == (status, {"error": reason})
    labels = {"door": "http", "reason": reason}
    assert metrics.registry.get_sample_value("youlin_ingest_refused_total", labels) == 1
    assert ledger.observations == []


async def test_a_packed_body_and_one_beyond_all_measure_are_refused(world: World, client: httpx.AsyncClient):
    key = await key_for(world, Platform.HIKVISION)

    packed = await client.post(key.path, content=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    huge = await client.post(key.path, content=b"x" * (5 << 20))

    assert (packed.status_code, huge.status_code) == (415, 413)


async def test_a_wrong_key_another_platforms_key_and_no_key_open_nothing(
    world: World, client: httpx.AsyncClient, ledger: Ledger
):
    key = await key_for(world, Platform.CTWING)

    answers = [
        await client.post(path, content=b"{}")
        for path in (
            "/ingest/ctwing/wrong",
            f"/ingest/chirpstack/{key.key}",
            "/ingest/ctwing",
            "/ingest/ctwing/" + "k" * 999,
        )
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert ledger.batches == []


async def test_a_source_with_a_list_of_networks_is_heard_from_these_only(world: World, client: httpx.AsyncClient):
    key = await key_for(world, Platform.SENML, ("203.0.113.0/24",))

    near = await client.post(key.path, content=BODIES[2][1], headers={"X-Forwarded-For": FORWARDED})
    far = await client.post(key.path, content=BODIES[2][1])

    assert (near.status_code, far.status_code) == (200, 403)


async def test_a_replaced_key_lives_on_for_a_day_and_an_ended_source_not_at_all(
    world: World, client: httpx.AsyncClient
):
    old = await key_for(world, Platform.SENML)
    async with world.work.begin() as uow:
        new = await rotate_key(uow, actor=world.actor("staff Chen"), source_id=old.source_id)
    body = BODIES[2][1]

    today = [(await client.post(key.path, content=body)).status_code for key in (old, new)]
    world.clock.advance(OLD_KEY_LIVES)
    tomorrow = [(await client.post(key.path, content=body)).status_code for key in (old, new)]
    async with world.work.begin() as uow:
        await end_source(uow, actor=world.actor("staff Chen"), source_id=old.source_id)
        assert await sources_of(uow, actor=world.actor("staff Chen"), community_id=world.community_id) == []
    ended = [(await client.post(key.path, content=body)).status_code for key in (old, new)]

    assert (today, tomorrow, ended) == ([200, 200], [403, 200], [403, 403])


async def test_a_sender_is_told_to_come_again_while_the_database_is_away(
    world: World, client: httpx.AsyncClient, ledger: Ledger
):
    key = await key_for(world, Platform.SENML)
    ledger.is_away = True
    away = await client.post(key.path, content=BODIES[2][1])
    ledger.is_away = False

    again = await client.post(key.path, content=BODIES[2][1])

    assert (away.status_code, away.headers["Retry-After"]) == (503, "10")
    assert again.status_code == 200
    assert len(ledger.observations) == 1


@pytest.mark.parametrize("name", ["worker Li", "Wang Fang", "foreign staff Bai"])
async def test_only_staff_of_the_community_give_keys_out(world: World, name: str):
    async with world.work.begin() as uow:
        with pytest.raises(AccessDenied):
            await add_source(
                uow,
                actor=world.actor(name),
                community_id=world.community_id,
                platform=Platform.SENML,
                title="test",
            )


async def test_networks_that_are_none_are_refused(world: World):
    with pytest.raises(NetworkUnfit):
        await key_for(world, Platform.SENML, ("everywhere",))


async def test_staff_see_when_a_source_last_pushed_and_why_it_was_refused(
    world: World, client: httpx.AsyncClient, door: HttpDoor
):
    given = await key_for(world, Platform.SENML)
    strict = await key_for(world, Platform.SENML, networks=("203.0.113.0/24",))
    said = [{"bn": "tank-1", "n": "battery", "u": "%", "v": 70}]

    taken = [await client.post(given.path, json=said) for _ in range(2)]
    await client.post(given.path, content=b"{")
    await client.post(strict.path, json=said)
    await client.post(f"{given.path}x", json=said)
    await door.usage.write()
    await door.usage.write()

    async with world.work.look() as uow:
        open_to_all, strict_one = await sources_of(
            uow, actor=world.actor("staff Chen"), community_id=world.community_id
        )
    assert [answer.status_code for answer in taken] == [200, 200]
    assert (open_to_all.pushes, open_to_all.last_push_at) == (2, world.clock.now())
    assert (open_to_all.refusals, open_to_all.last_refusal) == (1, "not_json")
    assert (strict_one.pushes, strict_one.last_push_at, strict_one.last_refusal) == (0, None, "wrong_network")
