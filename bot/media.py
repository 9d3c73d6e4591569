"""Copies photos and other files from Telegram into our own store: Telegram keeps none of them for us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiohttp import ClientError
from sqlalchemy.exc import DBAPIError

from backend.issues.reports.media import LOST, WantedMedia, keep_media, wanted_media
from backend.kernel.background import Nursery
from backend.kernel.errors import BadInput
from backend.kernel.files import FileStore
from backend.kernel.unit_of_work import Work
from bot.pictures import NotAPicture, without_metadata
from scheduler.leader import lead

MEDIA_LOCK = 7_230_002
"""Of several bot processes one copies, so that nothing is fetched twice."""
LARGEST = 20 * 1024 * 1024
"""What Telegram lets bots fetch."""
AT_ONCE = 20
SWEEP_SECONDS = 3.0
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 300, 3600))
"""After the first, second, ... failure of one file; after the last it counts as lost."""

log = structlog.get_logger(__name__)


class TooLarge(Exception):
    """More bytes came than were announced, or than anybody may send."""


class _Bounded(BytesIO):
    """A buffer that refuses to grow beyond what we keep."""

    def write(self, chunk: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(chunk) > LARGEST:
            raise TooLarge
        return super().write(chunk)


class MediaKeeper:
    """`bots` in the order in which they are asked: a file id belongs to the bot that received the file."""

    def __init__(self, work: Work, files: FileStore, bots: Mapping[str, Bot], nursery: Nursery) -> None:
        self._work = work
        self._files = files
        self._bots = tuple(bots.values())
        self._nursery = nursery
        self._failures: dict[WantedMedia, int] = {}
        self._waiting: dict[WantedMedia, float] = {}

    async def run(self) -> None:
        """Copy whatever is wanted, for ever, in one of all processes."""
        await lead(self._work.database, self._copying, key=MEDIA_LOCK)

    @asynccontextmanager
    async def _copying(self) -> AsyncIterator[None]:
        sweeping = self._nursery.start(self._sweep(), name="media.sweep")
        try:
            yield
        finally:
            sweeping.cancel()

    async def _sweep(self) -> None:
        while True:
            try:
                kept = await self.keep_some()
            except (DBAPIError, OSError) as error:
                log.warning("media.waits", error=type(error).__name__)
                kept = 0
            if not kept:
                await asyncio.sleep(SWEEP_SECONDS)

    async def keep_some(self) -> int:
        """Copy the next few files; returns how many are settled. The network is used outside any transaction."""
        now = asyncio.get_running_loop().time()
        async with self._work.look() as uow:
            found = await wanted_media(uow, at_most=AT_ONCE + len(self._waiting))
        ready = [one for one in found if self._waiting.get(one, 0) <= now][:AT_ONCE]
        return sum([await self._settle(one, now) for one in ready])

    async def _settle(self, wanted: WantedMedia, now: float) -> bool:
        key = await self._copy(wanted)
        if key is None:
            key = self._fail(wanted, now)
        if key is None:
            return False
        async with self._work.begin() as uow:
            await keep_media(uow, wanted, key)
        self._failures.pop(wanted, None)
        self._waiting.pop(wanted, None)
        return True

    def _fail(self, wanted: WantedMedia, now: float) -> str | None:
        failures = self._failures.get(wanted, 0)
        self._failures[wanted] = failures + 1
        if failures >= len(PAUSES):
            log.error("media.lost", owner=wanted.owner.value, id=wanted.id)
            return LOST
        self._waiting[wanted] = now + PAUSES[failures].total_seconds()
        return None

    async def _copy(self, wanted: WantedMedia) -> str | None:
        """The key under which the file lies now; LOST when it can never be had, None when it may work later."""
        try:
            content = await self._fetch(wanted.file_id)
            if content is None:
                return LOST
            return await self._files.put(await asyncio.to_thread(without_metadata, content))
        except (TooLarge, NotAPicture, BadInput) as error:
            log.warning("media.refused", owner=wanted.owner.value, id=wanted.id, reason=type(error).__name__)
            return LOST
        except (TelegramAPIError, ClientDecodeError, ClientError, TimeoutError, OSError) as error:
            log.warning("media.not_now", owner=wanted.owner.value, id=wanted.id, error=type(error).__name__)
            return None

    async def _fetch(self, file_id: str) -> bytes | None:
        """The bytes, asked of each bot in turn; None when no bot knows the file."""
        for bot in self._bots:
            try:
                file = await bot.get_file(file_id)
            except TelegramBadRequest as refusal:
                if "unavailable" in refusal.message:
                    raise
                continue
            if file.file_path is None or (file.file_size or 0) > LARGEST:
                raise TooLarge
            buffer = _Bounded()
            await bot.download_file(file.file_path, buffer)
            return buffer.getvalue()
        return None
