"""The MQTT door at a real broker: acknowledged once it is stored, taken up again where it was left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from structlog.testing import capture_logs

from backend.devices.observations import Kind
from backend.ingest.batching import BatchWriter
from backend.ingest.doors.mqtt import Broker, MqttDoor
from backend.ingest.doors.topics import TOPICS, read_published
from backend.ingest.errors import Undecodable
from backend.ingest.parcels import digest_of
from backend.kernel.background import Nursery
from backend.kernel.clock import MovableClock
from backend.kernel.metrics import Metrics
from playground.devices import ManholeCover, SepticTank
from playground.devices.broker import Broker as RunningBroker
from playground.devices.broker import mosquitto, running_broker
from playground.devices.publishing import publish
from tests.ingest.doors.ledger import Ledger

CODE, EUI = "500105009001", "24e124136b502217"
WAITING = 100
needs_mosquitto = pytest.mark.skipif(
    mosquitto() is None, reason="amqtt knows neither users nor shared subscriptions, and keeps nothing for who is away"
)


@pytest.fixture
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RunningBroker]:
    """The broker of this machine; amqtt for a test that asks for it by the parameter `plain`."""
    async with running_broker(tmp_path, is_plain=getattr(request, "param", "") == "plain") as made:
        yield made


also_without_mosquitto = pytest.mark.parametrize("broker", ["installed", "plain"], indirect=True)


@pytest.fixture
async def door(broker: RunningBroker, writer: BatchWriter, clock: MovableClock, metrics: Metrics) -> MqttDoor:
    async def find_community(code: str) -> int | None:
        return 3 if code == CODE else None

    return MqttDoor(
        broker=Broker(url=broker.url, client_id="ingest-1", is_version_5=broker.speaks_version_5),
        writer=writer,
        clock=clock,
        metrics=metrics,
        find_community=find_community,
    )


async def listening(door: MqttDoor, nursery: Nursery, ledger: Ledger) -> asyncio.Task[None]:
    """Start the door and wait until it hears: what is published before a subscription is lost."""
    task = nursery.start(door.run(), name="mqtt")
    url = door.broker.url
    while not ledger.batches:
        assert not task.done()
        await publish(url, "frigate/events", json.dumps({"type": "new", "after": THING}).encode())
        ledger.changed.clear()
        try:
            await asyncio.wait_for(ledger.changed.wait(), 0.3)
        except TimeoutError:
            continue
    ledger.batches.clear()
    return task


THING = {"id": "1607123955.475377-mxklsc", "camera": "gate", "label": "person", "start_time": 1607123955.4}


async def parcels_reach(ledger: Ledger, count: int) -> None:
    """Wait until so many parcels are stored."""
    while sum(len(batch) for batch in ledger.batches) < count:
        ledger.changed.clear()
        await asyncio.wait_for(ledger.changed.wait(), 5)


@also_without_mosquitto
async def test_a_tank_and_a_manhole_cover_are_heard_through_the_broker(
    door: MqttDoor, nursery: Nursery, ledger: Ledger
):
    await listening(door, nursery, ledger)

    await SepticTank("t0ken", community=CODE, device="tank-1", mqtt_url=door.broker.url).level(1.9)
    await ManholeCover(EUI, mqtt_url=door.broker.url).tilt(40)
    await parcels_reach(ledger, 2)

    # amqtt keeps no order.
    tank, cover = sorted((one for batch in ledger.batches for one in batch), key=lambda one: len(one.uplinks))
    assert [(one.device, one.kind, one.value) for one in tank.observations] == [("tank-1", Kind.LEVEL, 1.9)]
    assert (tank.token, tank.community_id) == ("t0ken", 3)
    assert cover.uplinks[0].device == EUI


@needs_mosquitto
async def test_what_could_not_be_stored_comes_again_after_the_connection_is_taken_up(
    door: MqttDoor, nursery: Nursery, ledger: Ledger
):
    await listening(door, nursery, ledger)
    tank = SepticTank("t0ken", community=CODE, device="tank-1", mqtt_url=door.broker.url)
    ledger.is_away = True
    with capture_logs() as logs:
        await tank.level(1.9)
        await asyncio.wait_for(ledger.refused.wait(), 5)

        ledger.is_away = False
        await parcels_reach(ledger, 1)

    assert [one.value for one in ledger.observations] == [1.9]
    assert "ingest.mqtt_not_stored" in [log["event"] for log in logs]


@needs_mosquitto
async def test_a_message_with_properties_is_heard_like_one_without(door: MqttDoor, nursery: Nursery, ledger: Ledger):
    await listening(door, nursery, ledger)
    properties = Properties(PacketTypes.PUBLISH)
    properties.ContentType = "application/json"
    said = json.dumps({"values": {"level": 1.9}, "token": "t0ken"}).encode()

    port = urlsplit(door.broker.url).port or 0
    async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V5) as client:
        await client.publish(f"youlin/{CODE}/tank-1/up", said, qos=1, properties=properties)
        await client.publish(f"youlin/{CODE}/tank-2/up", said, qos=0)
        await client.publish(f"youlin/{CODE}/tank-3/up", said, qos=1)
    await parcels_reach(ledger, 3)

    assert [one.device for one in ledger.observations] == ["tank-1", "tank-2", "tank-3"]
    assert {parcel.digest for batch in ledger.batches for parcel in batch} == {digest_of(said)}


@needs_mosquitto
async def test_what_is_published_while_nobody_listens_is_kept_by_the_broker(
    door: MqttDoor, nursery: Nursery, ledger: Ledger
):
    task = await listening(door, nursery, ledger)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    await SepticTank("t0ken", community=CODE, device="tank-1", mqtt_url=door.broker.url).level(1.9)
    nursery.start(door.run(), name="mqtt")
    await parcels_reach(ledger, 1)

    assert [one.value for one in ledger.observations] == [1.9]


@needs_mosquitto
async def test_what_waited_at_the_broker_is_stored_together(door: MqttDoor, nursery: Nursery, ledger: Ledger):
    task = await listening(door, nursery, ledger)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with aiomqtt.Client("127.0.0.1", urlsplit(door.broker.url).port or 0) as client:
        for number in range(WAITING):
            said = {"values": {"level": number / 100}, "id": f"m{number}", "token": "t0ken"}
            await client.publish(f"youlin/{CODE}/tank-1/up", json.dumps(said).encode(), qos=1)

    nursery.start(door.run(), name="mqtt")
    await parcels_reach(ledger, WAITING)

    assert sorted(one.value or 0 for one in ledger.observations) == [number / 100 for number in range(WAITING)]
    assert len(ledger.batches) <= WAITING / 10


@also_without_mosquitto
async def test_what_cannot_be_read_is_counted_and_holds_nothing_up(
    door: MqttDoor, nursery: Nursery, ledger: Ledger, metrics: Metrics
):
    await listening(door, nursery, ledger)

    await publish(door.broker.url, f"youlin/{CODE}/tank-1/up", b"\xff\x00")
    await publish(door.broker.url, f"youlin/{CODE}/tank-1/up", b'{"values":{"level":1.9}}')
    await publish(door.broker.url, "youlin/nowhere/tank-1/up", b'{"values":{"level":1.9},"token":"t"}')
    await SepticTank("t0ken", community=CODE, device="tank-1", mqtt_url=door.broker.url).level(1.9)
    await parcels_reach(ledger, 1)

    counted = {
        reason: metrics.registry.get_sample_value("youlin_ingest_refused_total", {"door": "mqtt", "reason": reason})
        for reason in ("not_json", "bad_signature", "unknown_community")
    }
    assert counted == {"not_json": 1, "bad_signature": 1, "unknown_community": 1}


@needs_mosquitto
async def test_two_processes_share_what_is_published(door: MqttDoor, nursery: Nursery, ledger: Ledger):
    shared = replace(door, broker=replace(door.broker, group="ingest"))
    other = replace(door, broker=replace(shared.broker, client_id="ingest-2"))
    await listening(shared, nursery, ledger)
    await listening(other, nursery, ledger)

    tank = SepticTank("t0ken", community=CODE, device="tank-1", mqtt_url=door.broker.url)
    for step in range(6):
        await tank.level(step / 10)
    await parcels_reach(ledger, 6)

    assert sorted(one.value or 0 for one in ledger.of(Kind.LEVEL)) == [0, 0.1, 0.2, 0.3, 0.4, 0.5]


@needs_mosquitto
async def test_the_broker_is_shown_a_password_under_tls(
    tmp_path: Path, door: MqttDoor, nursery: Nursery, ledger: Ledger
):
    key, certificate, passwords = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "passwords"
    await run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
              "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost",
              "-addext", "subjectAltName=DNS:localhost")  # fmt: skip
    await run("mosquitto_passwd", "-c", "-b", str(passwords), "youlin", "s3cret word")
    lines = ("allow_anonymous false", f"password_file {passwords}", f"certfile {certificate}", f"keyfile {key}")
    async with running_broker(tmp_path, lines=lines) as broker:
        safe = Broker(
            url=f"mqtts://youlin@localhost:{broker.port}",
            client_id="ingest-1",
            password="s3cret word",
            ca_file=str(certificate),
        )
        nursery.start(replace(door, broker=safe).run(), name="mqtt")
        async with replace(safe, client_id="sender").connection() as sender:
            while not ledger.batches:
                await sender.publish("frigate/events", json.dumps({"type": "new", "after": THING}), qos=1)
                ledger.changed.clear()
                await asyncio.wait([asyncio.ensure_future(ledger.changed.wait())], timeout=0.3)

    assert "s3cret" not in repr(safe)


async def run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0


def test_topics_are_told_apart_and_others_are_refused():
    assert len({topic.filter for topic in TOPICS}) == len(TOPICS)
    for topic in ("youlin/a/up", "youlin/a/b/c/up", "application/1/device/2/event", "", "/", "$SYS/broker"):
        with pytest.raises(Undecodable):
            read_published(topic, b"{}")
