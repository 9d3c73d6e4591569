"""How many observations a second are stored and judged (F4): the service itself, without a door before it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import uvloop
from sqlalchemy import insert

from backend.devices import DeviceKind, DeviceStatus, ReceivedPacket, make_months, store_observations
from backend.devices.models import Device, DeviceState
from backend.devices.observations import Fix, FixKind, Kind, Observation, Protocol
from backend.kernel.alarms import SubjectKind
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import Work
from backend.registry.models import OrgKind, OrgUnit
from bench.answering import timed
from bench.figures import Row, Section, Spread
from bench.machine import Noise
from bench.outbox import databases, open_empty_work

NAME = "ingest"
METHOD = """Two thousand watches and level sensors take turns. Each packet of a watch has five observations (a place, a
heart rate, oxygen, steps, battery), each of a sensor two; batches of 100 packets go through `store_observations`, one
unit of work each: devices found, names of packets noted, all default rules judged, packets sealed and stored, states
sealed and stored. Commits reach the disk. One process with one connection: one core of ours beside the database's."""
ROUNDS, PACKETS, BATCH, DEVICES = 5, 4_000, 100, 2_000
WEST, SOUTH = 106.53, 29.57


@dataclass(frozen=True)
class Field:
    """A database with devices in it."""

    work: Work
    devices: int = DEVICES

    async def fill(self) -> None:
        """Enrol the devices, half of them watches."""
        async with self.work.begin() as uow:
            unit = OrgUnit(kind=OrgKind.COMMUNITY, code="bench", name="bench", path="/1/")
            uow.session.add(unit)
            await uow.session.flush()
            rows = [_device(number, unit.id) | {"enrolled_at": uow.now} for number in range(self.devices)]
            await uow.session.execute(insert(Device), rows)
            states = [{"id": number + 1, "status": DeviceStatus.INACTIVE} for number in range(self.devices)]
            await uow.session.execute(insert(DeviceState), states)
            await make_months(uow)

    async def store(self, round_number: int, count: int) -> dict[str, Any]:
        """Store so many packets, in batches."""
        return await timed(self._run(round_number, count))

    async def _run(self, round_number: int, count: int) -> int:
        done = 0
        for start in range(0, count, BATCH):
            async with self.work.begin() as uow:
                base = uow.now + timedelta(seconds=300 * round_number)
                packets = [_packet(start + number, round_number, base) for number in range(BATCH)]
                done += (await store_observations(uow, packets)).observations
        return done


def _device(number: int, community_id: int) -> dict[str, Any]:
    is_watch = number % 2 == 0
    return {
        "id": number + 1,
        "community_id": community_id,
        "kind": DeviceKind.WATCH if is_watch else DeviceKind.SEPTIC_LEVEL,
        "protocol": Protocol.WATCH if is_watch else Protocol.NATIVE,
        "external_id": f"{number:010}",
        "model": "",
        "subject_kind": SubjectKind.PERSON if is_watch else SubjectKind.FACILITY,
        "subject_id": number,
        "subject_name": f"{number}",
        "depth_m": None if is_watch else 2.0,
        "expected_interval_s": 1500,
    }


def _packet(number: int, round_number: int, at: Any) -> ReceivedPacket:
    device = number % DEVICES
    said = _watch(device, number) if device % 2 == 0 else _sensor(device, number)
    digest = f"{round_number}:{number}"
    return ReceivedPacket(observations=tuple(said), received_at=at, door="bench", digest=digest)


def _watch(device: int, number: int) -> Sequence[Observation]:
    fix = Fix(point=Point(SOUTH, WEST + number % 100 / 1e5), kind=FixKind.GPS, accuracy_m=12)
    values = ((Kind.HEART_RATE, 60 + number % 40), (Kind.OXYGEN, 97), (Kind.STEPS, number), (Kind.BATTERY, 70))
    name = f"{device:010}"
    return [
        Observation(device=name, protocol=Protocol.WATCH, kind=Kind.POSITION, fix=fix),
        *(Observation(device=name, protocol=Protocol.WATCH, kind=kind, value=value) for kind, value in values),
    ]


def _sensor(device: int, number: int) -> Sequence[Observation]:
    values = ((Kind.LEVEL, 0.5 + number % 50 / 100), (Kind.BATTERY, 80))
    return [
        Observation(device=f"{device:010}", protocol=Protocol.NATIVE, kind=kind, value=value) for kind, value in values
    ]


def measure(noise: Noise, *, is_smoke: bool = False, rounds: int = ROUNDS) -> Section:
    """Both databases in turns."""
    with databases() as urls, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runs = runner.run(_rounds(urls, noise, *((1, 400) if is_smoke else (rounds, PACKETS))))
    rows = []
    for name, told in runs.items():
        rows += [
            Row(
                f"{name}: observations a second",
                Spread.of(run["done"] / run["seconds"] for run in told),
                "1/s",
                "≥ 1,000",
            ),
            Row(f"{name}: CPU per observation", Spread.of(run["cpu"] * 1e6 / run["done"] for run in told), "µs"),
        ]
    return Section(NAME, "observations stored with rules (F4, the service alone)", METHOD, rows)


async def _rounds(urls: dict[str, str], noise: Noise, rounds: int, count: int) -> dict[str, list[dict[str, Any]]]:
    fields = {name: Field(open_empty_work(url)[0]) for name, url in urls.items()}
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in urls}
    for field in fields.values():
        await field.fill()
    for number in range(rounds + 1):
        with noise.watched():
            for name, field in fields.items():
                told = await field.store(number, count)
                if number:  # the first round warms up
                    runs[name].append(told)
    for field in fields.values():
        await field.work.database.close()
    return runs
