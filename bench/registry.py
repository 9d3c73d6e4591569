"""A first look at F6: how long the sample community's 7,180 registry records take to be checked and stored."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter

import uvloop
from sqlalchemy import make_url

from backend.kernel.texts import load_texts
from bench.figures import Row, Section, Spread
from bench.machine import Noise
from bench.outbox import open_empty_work
from bot.installing import load_org_file, load_registry_lines
from playground.community.files import write
from playground.community.generator import generate
from tests.ground.postgres import PostgresServer
from tests.ground.schema import bring_up_to_date

NAME = "registry"
METHOD = """The sample's registry file is read, every record validated against all others, and stored in one transaction
in an empty database; the org units and categories are there already."""
ROUNDS = 5


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Both databases in turns, each time an empty one."""
    seconds: dict[str, list[float]] = {"PostgreSQL": [], "SQLite": []}
    with PostgresServer(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        units, records, _ = write(generate(), home)
        for number in range(1 if is_smoke else ROUNDS):
            urls = {
                "PostgreSQL": server.url_of(server.create_database()),
                "SQLite": f"sqlite+aiosqlite:///{home / f'{number}.sqlite3'}",
            }
            for name, url in urls.items():
                bring_up_to_date(url)
                with noise.watched(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    seconds[name].append(runner.run(_load(url, units.read_text("utf-8"), records)))
            server.drop_database(str(make_url(urls["PostgreSQL"]).database))
    rows = [Row(f"{name}: 7,180 records", Spread.of(taken), "s", "≤ 5") for name, taken in seconds.items()]
    return Section(NAME, "the registry's 7,180 records (a look ahead at F6)", METHOD, rows)


async def _load(url: str, units: str, records: Path) -> float:
    work, _ = open_empty_work(url)
    await load_org_file(work, load_texts(), units)
    began = perf_counter()
    with records.open(encoding="utf-8") as lines:
        await load_registry_lines(work, lines)
    took = perf_counter() - began
    await work.database.close()
    return took
