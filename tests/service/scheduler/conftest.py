"""The world with everybody told of everything, and a clock that runs the schedule over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend.kernel.database import Database
from backend.kernel.events import merged
from backend.kernel.files import DiskFileStore
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.notify.table import notifications
from backend.reactions import REACTIONS
from scheduler.runner import ClockRunner
from scheduler.schedule import SCHEDULE, Row
from tests.service.world import World, open_world

TEXTS = load_texts()
VIDEO = "https://meet.example"
CHONGQING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The small community at noon of a workday, on both databases."""
    database = Database(database_url)
    yield await open_world(database, reactions=merged(REACTIONS, notifications(TEXTS, video_base_url=VIDEO)))
    await database.close()


@pytest.fixture
def files(tmp_path: Path) -> DiskFileStore:
    return DiskFileStore(tmp_path / "media")


def rows(*names: str) -> tuple[Row, ...]:
    """These rows of the schedule; all without names."""
    return tuple(row for row in SCHEDULE if not names or row.name in names)


def clock_of(world: World, *names: str, files: DiskFileStore | None = None) -> ClockRunner:
    """A fresh clock process, as after a restart, for these jobs."""
    settings = Settings(_env_file=None, video_base_url=VIDEO)  # type: ignore[call-arg]
    return ClockRunner(world.work, TEXTS, settings, files=files, schedule=rows(*names))


def at(day: int, hour: int, minute: int = 0, *, month: int = 5, year: int = 2026) -> datetime:
    """A local moment of the world."""
    return datetime(year, month, day, hour, minute, tzinfo=CHONGQING)


async def time_comes(world: World, clock: ClockRunner, moment: datetime) -> int:
    """The clock's hands show `moment`, and the clock looks."""
    world.clock.set(moment)
    return await clock.run_due(world.clock.now())


async def time_passes(world: World, clock: ClockRunner, *, hours: float, step: float = 0.5) -> None:
    """The clock looks every so many hours while the time passes."""
    for _ in range(round(hours / step)):
        world.clock.advance(timedelta(hours=step))
        await clock.run_due(world.clock.now())
