"""Under measurement: the doors of the program on one core, with the devices of `bench.ingest` enrolled.

`python -m bench.doors_program DATABASE_URL BROKER_URL ALARM_URL`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from functools import partial
from time import process_time
from typing import Any

from aiohttp import ClientSession
from sqlalchemy import insert

from backend.devices.events import AlarmSeen
from backend.devices.finding import LOOKUP
from backend.devices.models import DeviceSecret
from backend.kernel.alarms import AlarmKind
from backend.kernel.background import Nursery
from backend.kernel.events import Event, ReactionTable
from backend.kernel.logs import set_up_logs
from backend.kernel.metrics import Metrics
from backend.kernel.settings import LogFormat, Settings
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.kernel.wakeup import WakeUp
from bench.answering import answer_questions, run
from bench.ingest import DEVICES, Field
from bench.outbox import open_empty_work
from bot.doors import Doors
from bot.roles import spare_the_collector

LOOK_SECONDS = 0.02
"""A look costs what storing an observation costs, so it must be seldom."""


def stored(metrics: Metrics) -> float:
    """Packets stored so far, by all doors."""
    return sum(
        sample.value
        for metric in metrics.ingested.collect()
        for sample in metric.samples
        if sample.name == "youlin_ingested_total" and sample.labels["fate"] == "stored"
    )


async def enrol(work: Work) -> None:
    """The devices, and a token for every sensor."""
    await Field(work).fill()
    async with work.begin() as uow:
        rows = [
            {"device_id": number + 1, "lookup": uow.vault.lookup(LOOKUP, f"token-{number}"), "created_at": uow.now}
            for number in range(1, DEVICES, 2)
        ]
        await uow.session.execute(insert(DeviceSecret), rows)


def calls_in(session: ClientSession, nursery: Nursery, alarm_url: str) -> ReactionTable:
    """Call a high water level in, once it stands in the database: the same call that the flow of Node-RED makes."""

    async def call(told: dict[str, Any]) -> None:
        async with session.post(alarm_url, json=told) as answer:
            await answer.read()

    def start(told: dict[str, Any]) -> None:
        nursery.start(call(told), name="bench.call")

    async def hear(uow: UnitOfWork, event: Event) -> None:
        if isinstance(event, AlarmSeen) and event.alarm is AlarmKind.WATER_LEVEL:
            told = {"device": event.device_id, "alarm": event.alarm.value, "value": event.value}
            uow.after_commit(partial(start, told))

    return {AlarmSeen: (hear,)}


async def main(database_url: str, broker_url: str, alarm_url: str) -> None:
    set_up_logs(LogFormat.JSON, "WARNING")  # to stderr: answers alone go to stdout
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    (work, _), nursery, metrics = open_empty_work(database_url), Nursery(), Metrics()
    await enrol(work)
    session = ClientSession()
    work = replace(work, reactions=calls_in(session, nursery, alarm_url))
    settings = Settings(
        _env_file=None,
        watch_port=0,
        device_host="127.0.0.1",
        mqtt_url=broker_url,
        device_connections_per_address=10_000,
    )
    doors = Doors(work, metrics, nursery, settings, WakeUp())
    await doors.open()
    spare_the_collector()  # as `youlin run` does

    async def answer(question: dict[str, Any]) -> dict[str, Any]:
        """`until`: wait until so many packets are stored. Always: how many are, and the CPU used so far."""
        while stored(metrics) < question.get("until", 0):  # noqa: ASYNC110 - metrics have no event
            await asyncio.sleep(LOOK_SECONDS)
        return {"stored": stored(metrics), "cpu": process_time()}

    await answer_questions(answer, ready=doors.watch_port)
    await nursery.close()
    await session.close()
    await work.database.close()


if __name__ == "__main__":
    run(main(*sys.argv[1:4]))
