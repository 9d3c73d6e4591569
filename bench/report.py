"""F1: a resident's whole report, stored, beside a bare handler with one insert and commit on the same PostgreSQL."""

from __future__ import annotations

import tempfile
from typing import Any

from bench.children import Child, child
from bench.figures import Row, Section, Spread, ratios
from bench.machine import Noise
from tests.ground.postgres import PostgresServer

NAME = "report"
METHOD = """Raw JSON updates go into two processes in turns: into the program, where polling and the webhook hand them
over, and into an aiogram dispatcher whose only handler inserts one row through the ORM, commits and answers. Same
PostgreSQL server (commits reach the disk), same stub of Telegram, 96 residents at once, each waiting for the answer: so
many that the program is never idle: it sends a person one message a second, as Telegram asks, and the floor knows no
such limit.
A report is a photo with words, group and category, the category's questions, the place, a look at what is near (within
five metres, so that a crowded bench town stays like a real one), and the last press, which opens the issue, dispatches
it, starts its clocks and writes the group's card."""

PAIRS, REPORTS, SUBMITS = 5, 192, 96
FLOOR_FACTOR = 3
"""The floor is faster: so many times the work makes its turn about as long."""

Readings = list[dict[str, Any]]


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Run the pairs."""
    pairs, reports, submits = (2, 8, 8) if is_smoke else (PAIRS, REPORTS, SUBMITS)
    with (
        PostgresServer(durable=True) as server,
        tempfile.TemporaryDirectory() as home,
        child("bench.stub_telegram") as stub,
    ):
        urls = [server.url_of(server.create_database()) for _ in range(2)]
        with (
            child("bench.report_program", urls[0], home, stub.ready) as program,
            child("bench.report_floor", urls[1], stub.ready) as floor,
        ):
            whole = _in_turns(program, floor, noise, "reports", reports, pairs)
            last = _in_turns(program, floor, noise, "submits", submits, pairs)
    return _section(whole, last, reports)


def _in_turns(
    program: Child, floor: Child, noise: Noise, what: str, count: int, pairs: int
) -> tuple[Readings, Readings]:
    for warmed in (program, floor):
        warmed.ask(what=what, count=max(count // 2, 4))
    ours, theirs = [], []
    for _ in range(pairs):
        with noise.watched():
            ours.append(program.ask(what=what, count=count))
            theirs.append(floor.ask(what=what, count=count * FLOOR_FACTOR))
    return ours, theirs


def _section(whole: tuple[Readings, Readings], last: tuple[Readings, Readings], reports: int) -> Section:
    ours, theirs = whole
    rows = [
        Row("program: updates a second", _speed(ours), "1/s"),
        Row("floor: updates a second", _speed(theirs), "1/s"),
        Row("**updates a second, program / floor**", ratios(_speeds(ours), _speeds(theirs)), "×", "≥ 0.5"),
        Row("program: CPU per update", _cost(ours), "ms"),
        Row("floor: CPU per update", _cost(theirs), "ms"),
        Row("**CPU per update, program / floor**", ratios(_costs(ours), _costs(theirs)), "×", "≤ 2"),
        Row("program: CPU per whole report", Spread.of(run["cpu"] * 1000 / reports for run in ours), "ms"),
        Row("program: updates per report", Spread.of(run["done"] / reports for run in ours)),
        Row("program: CPU of the last press alone", _cost(last[0]), "ms"),
        Row("last press / floor's update, CPU", ratios(_costs(last[0]), _costs(last[1])), "×"),
        Row("program: share of a core it got", Spread.of(run["cpu"] / run["seconds"] for run in ours)),
        Row("floor: share of a core it got", Spread.of(run["cpu"] / run["seconds"] for run in theirs)),
    ]
    notes = ["The program answers a press with two calls (the press itself and the edited screen), the floor with one."]
    return Section(NAME, "a resident's whole report, stored (F1)", METHOD, rows, notes)


def _speeds(runs: Readings) -> list[float]:
    return [run["done"] / run["seconds"] for run in runs]


def _costs(runs: Readings) -> list[float]:
    return [run["cpu"] * 1000 / run["done"] for run in runs]


def _speed(runs: Readings) -> Spread:
    return Spread.of(_speeds(runs))


def _cost(runs: Readings) -> Spread:
    return Spread.of(_costs(runs))
