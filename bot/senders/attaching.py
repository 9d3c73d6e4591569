"""Files made ready to leave with one bot: a file id belongs to the bot that got it, others need the bytes."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from backend.kernel.files import FileStore
from backend.messaging.contents import Media, MediaKind
from bot.senders.drafts import Attachment
from bot.senders.limiter import LaneArgs

LARGEST_PHOTO = 10 * 1024 * 1024
"""A larger one leaves as a document."""

log = structlog.get_logger(__name__)

SendingBot = ExtBot[LaneArgs]


class Attaching:
    """`receiver` is the bot whose file ids our rows hold: the one that residents and workers write to."""

    def __init__(self, receiver: SendingBot, store: FileStore | None = None) -> None:
        self._receiver = receiver
        self._store = store

    async def attachments(self, media: Sequence[Media], bot: SendingBot) -> tuple[Attachment, ...]:
        """The files that can be had; what is gone is left out, because the words matter more."""
        found = [await self._attachment(one, bot) for one in media]
        return tuple(one for one in found if one is not None)

    async def _attachment(self, media: Media, bot: SendingBot) -> Attachment | None:
        if media.file_id is not None and bot is self._receiver:
            return Attachment(media.kind, media.file_id)
        content = await self._content(media)
        if content is None:
            log.warning("telegram.file_missing", kind=media.kind.value)
            return None
        is_large = media.kind is MediaKind.PHOTO and len(content) > LARGEST_PHOTO
        return Attachment(MediaKind.DOCUMENT if is_large else media.kind, content)

    async def _content(self, media: Media) -> bytes | None:
        if media.store_key is not None and self._store is not None:
            try:
                return await self._store.get(media.store_key)
            except KeyError:
                pass
        if media.file_id is None:
            return None
        try:
            file = await self._receiver.get_file(media.file_id)
            return bytes(await file.download_as_bytearray())
        except TelegramError:
            return None
