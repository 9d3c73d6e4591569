"""What the playground finds when it opens: tables, sample, people, shops and devices; and how all of it begins anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import structlog
from alembic.util import CommandError
from sqlalchemy.engine import make_url

from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.migrations.running import differences
from bot.app import open_work
from bot.installing import bring_up_to_date, give_defaults, is_set_up
from bot.playing import has_changed, load_sample, seat_cast
from bot.sample_devices import SampleDevices, seat_devices
from bot.sample_market import open_market
from bot.sample_services import open_services
from bot.sample_story import seat_story
from playground.community.shapes import Community

log = structlog.get_logger(__name__)

KEPT = ".before-starting-over"
"""Ends the name of the database that was put away: one is kept, so that a press by mistake loses nothing."""
BESIDE = ("", "-wal", "-shm")


async def prepare(settings: Settings, community: Community) -> SampleDevices:
    """Bring the database up to date and seat what is missing in it, whichever version made it; twice is safe.

    A file with tables that no released version had, such as a development version's, is put away.
    """
    if can_begin_anew(settings) and not await _can_be_brought_up_to_date(settings):
        log.warning("playground.database_put_away", reason="its tables are of no version that is known")
        put_away(settings)
    texts, folder = load_texts(), settings.home / "sample"
    work = open_work(settings, texts)
    try:
        await bring_up_to_date(work.database)
        if not await is_set_up(work) or has_changed(community, folder):
            log.info("playground.loading_sample")
            await load_sample(work, texts, community, folder)
            await seat_cast(work, community)
        await give_defaults(work, texts)
        await seat_story(work, community)
        await open_market(work, community)
        await open_services(work, community)
        return await seat_devices(work, community)
    finally:
        await work.database.close()


async def _can_be_brought_up_to_date(settings: Settings) -> bool:
    database = Database(settings.database_url)
    try:
        await bring_up_to_date(database)
        return not await differences(database.engine)
    except CommandError:  # it says that the version is unknown: a later program has had the file
        return False
    finally:
        await database.close()


def can_begin_anew(settings: Settings) -> bool:
    """Whether the database is a file of the playground's own, which may be put away."""
    return _file_of(settings) is not None


def put_away(settings: Settings) -> None:
    """Put the database away, and what people sent: the next `prepare` makes everything as on the first start.

    Nobody may have the database open. Twice is safe.
    """
    path = _file_of(settings)
    if path is None or not path.exists():
        return
    for end in BESIDE:
        kept, old = path.with_name(path.name + KEPT + end), path.with_name(path.name + end)
        kept.unlink(missing_ok=True)
        if old.exists():
            old.replace(kept)
    shutil.rmtree(settings.home / "media", ignore_errors=True)


def _file_of(settings: Settings) -> Path | None:
    url = make_url(settings.database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(url.database) if is_file and url.database else None
