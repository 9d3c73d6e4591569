"""The database goes away in the middle of people's work and comes back: all goes on, and each thing is done once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import story
from tests.faults.killing import POLLING, WEBHOOK, settings_of
from tests.faults.program import Forge
from tests.faults.scene import Filled, Scene, fill, open_scene
from tests.ground.postgres import PostgresServer
from tests.ground.schema import bring_up_to_date

AWAY = 3.0
"""Seconds."""


@pytest.fixture
def own_postgres() -> Iterator[Filled]:
    """The test world on a server that nobody else uses, to be stopped."""
    with PostgresServer() as server:
        name = server.create_database()
        bring_up_to_date(server.url_of(name))
        world, key = asyncio.run(fill(server.url_of(name)))
        yield Filled(world, key, server=server, name=name)


async def begin_and_report(scene: Scene) -> asyncio.Future[float]:
    """Start the program and let people act beside it."""
    await story.begin(scene)
    await scene.program.start()
    playing = asyncio.ensure_future(story.play(scene))
    await story.shows(scene.phone("Wang Fang"), "哪方面的问题")
    return playing


async def ends_well(scene: Scene, playing: asyncio.Future[float]) -> None:
    """The people come to their ends, in the same life of the program, and nothing happened twice."""
    await playing
    await scene.settles()
    assert [life.is_alive for life in scene.program.lives] == [True], scene.program.last_words()
    assert sorted(await scene.summaries()) == sorted([story.CORRIDOR, story.NOISE])
    assert set(await scene.states()) <= {"sent", "superseded"}
    questions = Counter({line: count for line, count in scene.said().items() if line[0] > 0 and count > 1})
    assert questions == Counter(), "said twice"


@pytest.mark.postgres
@pytest.mark.parametrize("mode", [POLLING, pytest.param(WEBHOOK, marks=pytest.mark.slow)])
async def test_postgresql_is_started_anew_while_people_report(
    own_postgres: Filled, forge: Forge, tmp_path: Path, mode: str
) -> None:
    assert own_postgres.server is not None
    async with open_scene(own_postgres, forge, tmp_path / "run", **settings_of(mode)) as scene:
        playing = await begin_and_report(scene)

        own_postgres.server.halt()
        await asyncio.sleep(AWAY)
        own_postgres.server.resume()

        await ends_well(scene, playing)


@pytest.mark.parametrize("seconds", [AWAY, pytest.param(14.0, marks=pytest.mark.slow)])
async def test_another_process_holds_the_lock_of_sqlite(
    filled_sqlite: Filled, forge: Forge, tmp_path: Path, seconds: float
) -> None:
    """Longer than the ten seconds that a writer waits, too."""
    async with open_scene(filled_sqlite, forge, tmp_path / "run") as scene:
        playing = await begin_and_report(scene)

        other = sqlite3.connect(tmp_path / "run" / "youlin.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
        other.rollback()
        other.close()

        await ends_well(scene, playing)
