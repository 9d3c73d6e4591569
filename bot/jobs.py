"""The clock's jobs as operators see them in the shell."""

from __future__ import annotations

from collections.abc import Iterator

from backend.kernel.files import DiskFileStore
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from scheduler.runner import ClockRunner
from scheduler.schedule import SCHEDULE


class UnknownJob(Exception):
    """No row of the schedule has this name."""


def described_jobs() -> Iterator[tuple[str, str]]:
    """Name and rule of each job, in the order of the table."""
    for row in SCHEDULE:
        yield row.name, str(row.when)


async def run_now(work: Work, settings: Settings, name: str) -> int:
    """Run a job once and return how much there was to do. Raises UnknownJob."""
    if name not in {row.name for row in SCHEDULE}:
        raise UnknownJob
    files = DiskFileStore(settings.home / "media")
    return await ClockRunner(work, load_texts(), settings, files=files).run_job(name)
