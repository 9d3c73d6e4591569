"""Fetches what callers said from the carrier into our own store, and lets staff hear it, privately."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import select

from backend.issues.models import Issue, Report
from backend.issues.reports.media import add_stored_media
from backend.kernel.access import OFFICE
from backend.kernel.database import DatabaseAway
from backend.kernel.files import FileStore
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.contents import Content, Lane, Media, MediaKind
from backend.notify.messages import tell
from backend.notify.people import persons
from backend.notify.words import Voice, Words
from backend.phone.models import CallRecording
from backend.registry import queries

LARGEST = 20 * 1024 * 1024
AT_ONCE = 5
SWEEP_SECONDS = 2.0
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 300, 1800, 7200))
"""After the first, second, ... time that it was not ready; after the last it counts as lost."""

log = structlog.get_logger(__name__)


class RecordingSource(Protocol):
    """A carrier that keeps recordings."""

    async def fetch_recording(self, provider_id: str, largest: int) -> bytes | None:
        """The sound (MP3); None while it cannot be had."""
        ...


class RecordingKeeper:
    """One for each process that has carriers; a recording that two of them fetch is kept once."""

    def __init__(self, work: Work, files: FileStore, sources: Mapping[str, RecordingSource], voice: Voice) -> None:
        self._work = work
        self._files = files
        self._sources = sources
        self._voice = voice

    async def run(self) -> None:
        """Fetch whatever is wanted, for ever."""
        while True:
            try:
                settled = await self.keep_some()
            except DatabaseAway as error:
                log.warning("recordings.wait", error=str(error))
                settled = 0
            if not settled:
                await asyncio.sleep(SWEEP_SECONDS)

    async def keep_some(self) -> int:
        """Fetch the next few; returns how many came. The network is used outside any transaction."""
        async with self._work.look() as uow:
            due = select(CallRecording).where(CallRecording.next_try_at <= uow.now).order_by(CallRecording.next_try_at)
            wanted = (await uow.session.scalars(due.limit(AT_ONCE))).all()
        return sum([await self._keep(one) for one in wanted])

    async def _keep(self, wanted: CallRecording) -> bool:
        source = self._sources.get(wanted.carrier)
        sound = await source.fetch_recording(wanted.provider_id, LARGEST) if source is not None else None
        key = await self._files.put(sound) if sound else None
        async with self._work.begin() as uow:
            row = await uow.session.get(CallRecording, wanted.id, with_for_update=True)
            if row is None or row.next_try_at is None:
                return False
            if key is None:
                _postpone(uow, row)
                return False
            row.store_key, row.next_try_at = key, None
            await add_stored_media(uow, report_id=row.report_id, kind=MediaKind.VOICE.value, store_key=key)
            await self._let_staff_hear(uow, row.report_id, key)
        return True

    async def _let_staff_hear(self, uow: UnitOfWork, report_id: int, key: str) -> None:
        """Every one of the community's staff in private: a voice says who somebody is, so it hangs in no group."""
        report = await uow.session.get_one(Report, report_id)
        issue = await uow.session.get_one(Issue, report.issue_id)
        staff = persons(await queries.holders_of(uow, report.community_id, *OFFICE))

        def say(words: Words) -> Content:
            return Content(words("phone.recording", number=issue.number), media=(Media(MediaKind.VOICE, None, key),))

        await tell(uow, self._voice, staff, say, key=f"recording:{report_id}", lane=Lane.URGENT)


def _postpone(uow: UnitOfWork, row: CallRecording) -> None:
    if row.tries >= len(PAUSES):
        row.next_try_at = None
        log.error("recordings.lost", recording=row.id, report=row.report_id)
        return
    row.next_try_at = uow.now + PAUSES[row.tries]
    row.tries += 1
