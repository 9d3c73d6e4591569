"""P7 and P8: from a watch's button to the first call or message, and how exactly steps are taken; idle and busy."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

import uvloop
from cryptography.fernet import Fernet
from sqlalchemy import func, select, update

from backend.alerts.models import Acknowledgement, Alert
from backend.alerts.raising import NewAlert, raise_alert
from backend.alerts.states import AckKind, AlertState, Ladder
from backend.devices import DeviceKind, NewDevice, enrol_device
from backend.devices.observations import Protocol
from backend.kernel.access import SHELL_ACTOR
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.contents import ChannelName, Content, Lane, telegram_chat
from backend.messaging.models import Message
from backend.messaging.rows import insert_new, message_row
from backend.messaging.written import write_content
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, note_consent
from backend.registry.contacts_models import RelationKind
from backend.registry.contacts_proving import vouch_for_method
from backend.registry.models import Person
from bench.children import child
from bench.figures import Row, Section, Spread, quantile
from bench.machine import Noise
from bench.outbox import databases
from bench.stub_carrier import StubCarrier
from bench.stub_telegram import StubTelegram
from playground.devices import Watch
from playground.telegram.serve import serve_application
from tests.service.world import World, middle_of, open_world

NAME = "alarm"
METHOD = """The program runs in one process with the roles ingest, delivery and clock; Telegram and the carrier are
stubs that take everything at once. Elders wear simulated watches that speak the real protocol over TCP and press SOS
one after the other; the very first, which warms the program up, is left out. A time runs from before the watch sends
until the first call about this elder reaches the carrier, or the first message about her Telegram, whichever is
earlier. Busy: a broadcast of 10,000 messages is leaving at Telegram's pace, and of 1,000 open alerts one comes due
every 60 ms: its taker has let the time pass and it climbs again; how late that is runs from its due moment to the
beginning of the transaction that takes the step."""
NOTES = ("inf: not taken at the end of the run, five seconds after the last came due.",)
ELDERS, EVERY, OPEN, BROADCAST = 40, 0.5, 1000, 10_000
DUE_AFTER, DUE_WITHIN = timedelta(seconds=15), timedelta(seconds=60)


@dataclass
class Ears:
    """What reached the outside first about each elder; `names` and `numbers` say who is meant."""

    first: dict[int, float] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def hear_call(self, number: str) -> None:
        if number in self.numbers:
            self.first.setdefault(self.numbers[number], perf_counter())

    def hear_message(self, _method: str, fields: dict[str, str]) -> None:
        text, now = fields.get("text", ""), perf_counter()
        for name, elder in self.names.items():
            if name in text:
                self.first.setdefault(elder, now)


@dataclass(frozen=True)
class Told:
    """Seconds: of each alarm from button to first notice, of each step how late it was taken."""

    alarms: list[float]
    steps: list[float]


def watch_number(elder: int) -> str:
    return f"88{elder:08}"


async def settle(work: Work, world: World, ears: Ears, elders: int) -> None:
    """Elders with watches, each with a daughter who has a telephone."""
    for elder in range(elders):
        name, number = f"Elder{elder:03}", f"+1617555{elder:04}"
        ears.names[name], ears.numbers[number] = elder, elder
        async with work.begin() as uow:
            person = Person(community_id=world.community_id, name=name)
            uow.session.add(person)
            await uow.session.flush()
            await _give_watch(uow, world, person.id, elder)
            new = NewContact(name="daughter", relation=RelationKind.CHILD, rank=1)
            contact = await add_contact(uow, actor=SHELL_ACTOR, person_id=person.id, contact=new)
            await note_consent(uow, actor=SHELL_ACTOR, contact_id=contact.id)
            way = NewMethod(channel=ChannelName.VOICE, phone=number)
            method = await add_method(uow, actor=SHELL_ACTOR, contact_id=contact.id, method=way)
            await vouch_for_method(uow, actor=SHELL_ACTOR, method_id=method.id)


async def _give_watch(uow: UnitOfWork, world: World, person_id: int, elder: int) -> None:
    new = NewDevice(
        community_id=world.community_id,
        kind=DeviceKind.WATCH,
        protocol=Protocol.WATCH,
        external_id=watch_number(elder),
        subject_kind=SubjectKind.PERSON,
        subject_id=person_id,
        place=middle_of(1),
        is_settled=True,
    )
    await enrol_device(uow, actor=SHELL_ACTOR, new=new)


async def make_busy(work: Work, world: World, count: int, broadcast: int) -> None:
    """A broadcast that waits to leave, and open alerts that somebody took long ago."""
    async with work.begin() as uow:
        content = write_content(Content("社区通知：今晚停水检修，请提前储水。"))
        rows = [
            message_row(
                telegram_chat(10_000_000 + number),
                lane=Lane.BULK,
                content=content,
                dedup_key=f"news:{number}",
                now=uow.now,
            )
            for number in range(broadcast)
        ]
        await insert_new(uow, Message, rows)
    for start in range(0, count, 100):
        async with work.begin() as uow:
            for number in range(start, min(start + 100, count)):
                await raise_alert(uow, _tank(world, number, uow.now))
    async with work.begin() as uow:
        taken = {"state": AlertState.ACKNOWLEDGED, "ladder": Ladder.WAITING, "incident_id": None}
        await uow.session.execute(update(Alert).values(**taken))


async def spread_due(work: Work) -> dict[int, datetime]:
    """Let the time of each open alert come, one after the other; returns when."""
    async with work.begin() as uow:
        ids = list(await uow.session.scalars(select(Alert.id).order_by(Alert.id)))
        step, begin = DUE_WITHIN / max(len(ids), 1), uow.now + DUE_AFTER
        due = {id_: begin + number * step for number, id_ in enumerate(ids)}
        for id_, moment in due.items():
            await uow.session.execute(update(Alert).where(Alert.id == id_).values(due_at=moment))
    return due


async def lateness(work: Work, due: dict[int, datetime]) -> list[float]:
    """By how many seconds each step was taken late, of those whose time has come."""
    async with work.look() as uow:
        rows = await uow.session.execute(
            select(Acknowledgement.alert_id, func.min(Acknowledgement.at))
            .where(Acknowledgement.kind == AckKind.LAPSED)
            .group_by(Acknowledgement.alert_id)
        )
        taken = {row[0]: row[1] for row in rows}
        came = [id_ for id_, moment in due.items() if moment <= uow.now - timedelta(seconds=5)]
    return [(taken[id_] - due[id_]).total_seconds() if id_ in taken else float("inf") for id_ in came]


def _tank(world: World, number: int, now: datetime) -> NewAlert:
    return NewAlert(
        community_id=world.community_id,
        grid_id=world.units[f"grid-{number % 3 + 1}"].id,
        subject_kind=SubjectKind.FACILITY,
        subject_id=number + 1,
        subject_name=f"{number}号化粪池",
        kind=AlarmKind.WATER_LEVEL,
        severity=Severity.WARNING,
        dedup_key=f"septic-{number}:level",
        occurred_at=now,
        received_at=now,
    )


async def press_all(watches: Sequence[Watch]) -> list[float]:
    """Every elder presses, at an even pace; returns when each did."""
    pressed, acked = [], []
    for watch in watches:
        pressed.append(perf_counter())
        acked.append(asyncio.ensure_future(watch.sos()))
        await asyncio.sleep(EVERY)
    await asyncio.gather(*acked)
    return pressed


async def one_run(url: str, noise: Noise, *, elders: int, open_alerts: int, broadcast: int) -> Told:
    """The program from its start to the last elder of whom somebody heard."""
    key, ears = Fernet.generate_key().decode(), Ears()
    database = Database(url)
    world = await open_world(database, vault=Vault([key]))
    work = Work(database, SystemClock(), Vault([key]))
    await settle(work, world, ears, elders + 1)
    if broadcast:
        await make_busy(work, world, open_alerts, broadcast)
    due = await spread_due(work) if open_alerts else {}
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(serve_application(StubTelegram(ears.hear_message)))
        twilio = await stack.enter_async_context(serve_application(StubCarrier(ears.hear_call)))
        home = stack.enter_context(tempfile.TemporaryDirectory())
        starting = child("bench.alarm_program", url, home, key, telegram, twilio)
        program = await asyncio.to_thread(starting.__enter__)
        try:
            watches = [Watch(watch_number(elder), host="127.0.0.1", port=program.ready) for elder in range(elders + 1)]
            await asyncio.gather(*(watch.start() for watch in watches))
            await press_all(watches[-1:])
            await _all_heard(ears, 1)
            with noise.watched():
                pressed = await press_all(watches[:-1])
                await _all_heard(ears, elders + 1)
                if due:
                    await _until(max(due.values()) + timedelta(seconds=6))
            assert not (await asyncio.to_thread(program.ask))["failed"]
            steps = await lateness(work, due)
            await asyncio.gather(*(watch.stop() for watch in watches))
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)
    await database.close()
    return Told([ears.first[elder] - pressed[elder] for elder in range(elders)], steps)


async def _all_heard(ears: Ears, elders: int) -> None:
    async with asyncio.timeout(60):
        while len(ears.first) < elders:  # noqa: ASYNC110 - the stubs only note moments
            await asyncio.sleep(0.05)


async def _until(moment: datetime) -> None:
    await asyncio.sleep(max((moment - SystemClock().now()).total_seconds(), 0))


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Idle and busy, on either database; each on a fresh one."""
    elders, open_alerts, broadcast = (4, 30, 200) if is_smoke else (ELDERS, OPEN, BROADCAST)
    told: dict[str, Told] = {}
    for name, load in (("idle", (0, 0)), ("busy", (open_alerts, broadcast))):
        with databases() as urls, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            for kind, url in urls.items():
                run = one_run(url, noise, elders=elders, open_alerts=load[0], broadcast=load[1])
                told[f"{kind}, {name}"] = runner.run(run)
    rows = [row for name, one in told.items() for row in _rows(name, one)]
    return Section(NAME, "from a watch's button to the first notice, and steps in time (P7, P8)", METHOD, rows, NOTES)


def _rows(name: str, told: Told) -> list[Row]:
    alarms = [seconds * 1000 for seconds in told.alarms]
    rows = [
        Row(f"{name}: button to first notice, p50", Spread.of([quantile(alarms, 0.5)]), "ms"),
        Row(f"{name}: button to first notice, p99", Spread.of([quantile(alarms, 0.99)]), "ms", "≤ 1,000 (P7)"),
    ]
    if told.steps:
        steps = [seconds * 1000 for seconds in told.steps]
        rows += [
            Row(f"{name}: a step is late, p50", Spread.of([quantile(steps, 0.5)]), "ms"),
            Row(f"{name}: a step is late, p99", Spread.of([quantile(steps, 0.99)]), "ms", "≤ 1,000 (P8)"),
        ]
    return rows
