"""How fast devices are heard at the doors (F4): watches by TCP and sensors by MQTT, beside a bare subscriber."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.alarm_desk import AlarmDesk, alarm_desk
from bench.children import Child, child
from bench.figures import Row, Section, Spread, quantile, ratios
from bench.ingest import DEVICES
from bench.machine import Noise
from bench.node_red import NodeRed, NoNode, fetch, node_red
from bench.outbox import databases
from bench.publishing import publish
from playground.devices.broker import running_broker
from playground.devices.watch_words import packed

NAME = "doors"
METHOD = """The program's doors run as one process on one core, with all default rules and the devices of the bench
`ingest`. Watches: a thousand TCP connections say where they are (four observations a frame) as fast as they are read,
and end with a sign of life that is answered once all is stored; meanwhile another watch presses SOS each tenth of a
second. Sensors: messages of QoS 1 with a token and two values through Mosquitto, acknowledged after the commit. One
message in 53 says that a tank is full, which the program's rule finds and calls in by HTTP. Floor: a process that
subscribes on the same broker with the same library, parses the JSON and counts, stores nothing and acknowledges at
once. Beside it Node-RED, fetched from npm, with a flow that parses the JSON, keeps the same rule with hysteresis and
makes the same call, once keeping nothing, as flows usually do, and on PostgreSQL once more inserting what it heard with
the usual driver; it knows no device, asks for no token, seals nothing, tells no repetition apart, and confirms messages
before it has stored them. All on the same core, in turns."""
ROUNDS, WATCHES, FRAMES, MESSAGES = 3, 1_000, 4, 4_000
AT_ONCE = 200
OBSERVATIONS_PER_FRAME, OBSERVATIONS_PER_MESSAGE = 4, 2
ONE_FULL_IN = 53
SOS_PAUSE = 0.1
PROMISED_MS = 1_000


@dataclass
class Told:
    """What one kind of database came to, round by round."""

    watch_rates: list[float] = field(default_factory=list)
    watch_cpu: list[float] = field(default_factory=list)
    sos_ms: list[float] = field(default_factory=list)
    mqtt_rates: list[float] = field(default_factory=list)
    mqtt_cpu: list[float] = field(default_factory=list)
    floor_rates: list[float] = field(default_factory=list)
    floor_cpu: list[float] = field(default_factory=list)
    node_rates: list[float] = field(default_factory=list)
    node_cpu: list[float] = field(default_factory=list)
    keeping_rates: list[float] = field(default_factory=list)
    keeping_cpu: list[float] = field(default_factory=list)


Others = tuple[Child, NodeRed | None, NodeRed | None]
"""The bare subscriber; Node-RED, and one that inserts what it hears, where they can be had."""


class Line:
    """A watch's connection, raw, so that the load costs little."""

    def __init__(self, number: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer

    def say(self, contents: Sequence[str]) -> None:
        self._writer.write(b"".join(packed("3G", self.number, content) for content in contents))

    async def answered(self) -> None:
        """Wait for one answer, a frame."""
        await self._reader.readuntil(b"]")

    def close(self) -> None:
        self._writer.close()


async def lines_to(port: int, count: int) -> list[Line]:
    """So many watches, each known by its sign of life."""
    lines = []
    for start in range(0, count, AT_ONCE):
        some = range(start, min(start + AT_ONCE, count))
        pairs = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in some))
        lines += [Line(f"{2 * one:010}", *pair) for one, pair in zip(some, pairs, strict=True)]
    for line in lines:
        line.say(["LK"])
    await asyncio.gather(*(line.answered() for line in lines))
    return lines


def frame(number: int, status: str = "00000000", word: str = "UD") -> str:
    """A position, never twice the same."""
    moment = f"221126,{number // 3600 % 24:02}{number // 60 % 60:02}{number % 60:02}"
    place = f"A,{29.57 + number % 1000 / 1e5:.6f},N,106.530000,E,0.00,0.0,250.0,8,80,{number % 60 + 30},{number}"
    return f"{word},{moment},{place},0,{status},1,0,460,0,9529,21809,130,0,12.0"


async def press(line: Line, began: int, until: asyncio.Event) -> list[float]:
    """SOS after SOS, with the milliseconds until each was answered."""
    waited = []
    while not until.is_set():
        began += 1
        asked = perf_counter()
        line.say([frame(began, "00010000", "AL")])
        await line.answered()
        waited.append((perf_counter() - asked) * 1000)
        await asyncio.sleep(SOS_PAUSE)
    return waited


async def watches_speak(program: Child, lines: Sequence[Line], round_number: int, frames: int, told: Told) -> None:
    before = program.ask()
    over, began = asyncio.Event(), perf_counter()
    first = round_number * 10_000
    pressing = asyncio.ensure_future(press(lines[-1], first, over))
    speaking = lines[:-1]
    for line in speaking:
        line.say([*(frame(first + number) for number in range(frames)), "LK"])
    await asyncio.gather(*(line.answered() for line in speaking))
    seconds = perf_counter() - began
    over.set()
    told.sos_ms += await pressing
    observations = len(speaking) * (frames * OBSERVATIONS_PER_FRAME + 1)
    told.watch_rates.append(observations / seconds)
    told.watch_cpu.append((program.ask()["cpu"] - before["cpu"]) * 1e6 / observations)


@dataclass(frozen=True)
class Hearer:
    """Who hears the sensors under measurement: the first level of its topics is its name. `calls` alarms in, or not."""

    name: str
    heard: Child | NodeRed
    calls: bool = True


async def sensors_speak(
    hearer: Hearer, broker: str, desk: AlarmDesk, round_number: int, count: int
) -> tuple[float, float]:
    """Observations a second until the last is stored, or counted, and called in; the CPU of each in microseconds."""
    before, numbers = hearer.heard.ask(), range(round_number * count, (round_number + 1) * count)
    alarms = desk.calls(hearer.name) + sum(is_full(number) for number in numbers)
    load = [message(hearer.name, number) for number in numbers]
    began = perf_counter()
    await publish(broker, load)
    after = await asyncio.to_thread(lambda: hearer.heard.ask(until=before["stored"] + count))
    if hearer.calls:
        await desk.heard(hearer.name, alarms)
    observations = count * OBSERVATIONS_PER_MESSAGE
    return observations / (perf_counter() - began), (after["cpu"] - before["cpu"]) * 1e6 / observations


def is_full(number: int) -> bool:
    """Whether this message is of a full tank; the next of the same tank never is."""
    return number % ONE_FULL_IN == 0


def message(root: str, number: int) -> tuple[str, bytes]:
    """A topic and a payload of one of the sensors."""
    device = number * 2 % DEVICES + 1
    values = {"level": 1.95 if is_full(number) else 0.5 + number % 50 / 100, "battery": 80}
    return f"{root}/bench/{device:010}/up", json.dumps(
        {"values": values, "id": f"m{number}", "token": f"token-{device}"}
    ).encode()


async def _rounds(
    program: Child, others: Others, broker: str, desk: AlarmDesk, noise: Noise, size: tuple[int, ...]
) -> Told:
    rounds, watches, frames, messages = size
    told = Told()
    lines = await lines_to(program.ready, watches)
    for number in range(rounds + 1):
        now = told if number else Told()  # the first round warms up
        with noise.watched():
            await watches_speak(program, lines, number, frames, now)
            for hearer, rates, cpu in _turns(program, others, now):
                rate, cost = await sensors_speak(hearer, broker, desk, number, messages)
                rates.append(rate)
                cpu.append(cost)
    for line in lines:
        line.close()
    return told


def _turns(program: Child, others: Others, told: Told) -> list[tuple[Hearer, list[float], list[float]]]:
    """Who hears the sensors one after the other, and where their figures go."""
    floor, flow, keeping = others
    turns = [(Hearer("floor", floor, calls=False), told.floor_rates, told.floor_cpu)]
    if flow is not None:
        turns.append((Hearer("node-red", flow), told.node_rates, told.node_cpu))
    if keeping is not None:
        turns.append((Hearer("node-red-keeping", keeping), told.keeping_rates, told.keeping_cpu))
    return [*turns, (Hearer("youlin", program), told.mqtt_rates, told.mqtt_cpu)]


def measure(noise: Noise, *, is_smoke: bool = False, rounds: int = ROUNDS) -> Section:
    """Both databases, one after the other, each beside the floor."""
    size = (1, 50, 2, 200) if is_smoke else (rounds, WATCHES, FRAMES, MESSAGES)
    rows: list[Row] = []
    notes: list[str] = []
    try:
        fetch()
    except NoNode as missing:
        notes.append(f"{missing}.")
        print(missing, flush=True)
    with databases() as urls:
        for name, url in urls.items():
            rows += _rows(name, asyncio.run(_beside(url, noise, size, has_node=not notes)))
    return Section(NAME, "observations heard at the doors and stored with rules (F4)", METHOD, rows, notes)


async def _beside(url: str, noise: Noise, size: tuple[int, ...], *, has_node: bool) -> Told:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = await stack.enter_async_context(running_broker(folder))
        desk = await stack.enter_async_context(alarm_desk())
        program = stack.enter_context(child("bench.doors_program", url, broker.url, f"{desk.url}/youlin"))
        floor = stack.enter_context(child("bench.doors_floor", broker.url))
        flow = keeping = None
        if has_node:
            flow = stack.enter_context(node_red("node-red", broker.url, desk.url))
            if url.startswith("postgresql"):
                keeping = stack.enter_context(node_red("node-red-keeping", broker.url, desk.url, url))
        return await _rounds(program, (floor, flow, keeping), broker.url, desk, noise, size)


def _rows(name: str, told: Told) -> list[Row]:
    sos = [quantile(told.sos_ms, share) for share in (0.5, 0.99)]
    rows: list[tuple[str, Any, str, str]] = [
        ("watches, observations a second", Spread.of(told.watch_rates), "1/s", "≥ 1,000"),
        ("watches, CPU per observation", Spread.of(told.watch_cpu), "µs", ""),
        ("SOS answered meanwhile, p50 and p99", Spread.of(sos), "ms", f"p99 ≤ {PROMISED_MS:,}"),
        ("sensors, observations a second", Spread.of(told.mqtt_rates), "1/s", "≥ 1,000"),
        ("sensors, CPU per observation", Spread.of(told.mqtt_cpu), "µs", ""),
        ("bare subscriber, observations a second", Spread.of(told.floor_rates), "1/s", ""),
        ("bare subscriber, CPU per observation", Spread.of(told.floor_cpu), "µs", ""),
        ("sensors over bare subscriber, CPU", ratios(told.mqtt_cpu, told.floor_cpu), "×", ""),
    ]
    for whose, rates, cpu in (
        ("Node-RED that keeps nothing", told.node_rates, told.node_cpu),
        ("Node-RED that inserts", told.keeping_rates, told.keeping_cpu),
    ):
        if rates:
            rows += [
                (f"{whose}, observations a second", Spread.of(rates), "1/s", ""),
                (f"{whose}, CPU per observation", Spread.of(cpu), "µs", ""),
                (f"**sensors over {whose}, observations a second**", ratios(told.mqtt_rates, rates), "×", "≥ 1"),
                (f"sensors over {whose}, CPU", ratios(told.mqtt_cpu, cpu), "×", ""),
            ]
    return [Row(f"{name}: {what}", spread, unit, goal) for what, spread, unit, goal in rows]
