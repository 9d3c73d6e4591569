"""THE TABLES of what Telegram's refusals mean: repaired and tried again at once, or an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from enum import Enum, auto
from typing import Any

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from backend.messaging.channel import Later, Never, Outcome, Unknown
from bot.senders.limiter import seconds_of

WRONG_TOKEN_PAUSE = timedelta(minutes=1)
"""A token that Telegram does not know is put right by people; until then nothing is lost and little is asked."""


class Repair(Enum):
    """How a refused message is changed so that its words still arrive."""

    POST_ANEW = auto()
    WITHOUT_THREAD = auto()
    WITHOUT_MEDIA = auto()
    PLAIN_TEXT = auto()
    NOTHING_TO_DO = auto()
    """What was asked for is so already."""


REPAIRS: Mapping[str, Repair] = {
    "message is not modified": Repair.NOTHING_TO_DO,
    "message to delete not found": Repair.NOTHING_TO_DO,
    "message to edit not found": Repair.POST_ANEW,
    "message can't be edited": Repair.POST_ANEW,
    "message_id_invalid": Repair.POST_ANEW,
    "there is no text in the message to edit": Repair.POST_ANEW,
    "there is no caption in the message to edit": Repair.POST_ANEW,
    "message thread not found": Repair.WITHOUT_THREAD,
    "topic_closed": Repair.WITHOUT_THREAD,
    "topic_deleted": Repair.WITHOUT_THREAD,
    "wrong file identifier": Repair.WITHOUT_MEDIA,
    "wrong remote file": Repair.WITHOUT_MEDIA,
    "can't use file of type": Repair.WITHOUT_MEDIA,
    "photo_invalid_dimensions": Repair.WITHOUT_MEDIA,
    "image_process_failed": Repair.WITHOUT_MEDIA,
    "can't parse entities": Repair.PLAIN_TEXT,
}
"""Words of a 400 (lower case) -> what to do."""

UNREACHABLE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "group chat was deleted")
"""Words of a 400 that say the same as a 403."""

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""The request never left."""


def repair_of(error: TelegramError) -> Repair | None:
    """How to go on after `error`; None when nothing can be repaired."""
    if not isinstance(error, BadRequest):
        return None
    words = error.message.lower()
    return next((repair for needle, repair in REPAIRS.items() if needle in words), None)


def outcome_of(error: TelegramError) -> Outcome:
    """What `error` means for the message."""
    return next((meaning(error) for kind, meaning in MEANINGS if isinstance(error, kind)), Unknown(error.message))


def _never(error: Any) -> Outcome:
    is_unreachable = any(words in error.message.lower() for words in UNREACHABLE)
    return Never(error.message, blocked=is_unreachable or isinstance(error, Forbidden))


def _moved(error: Any) -> Outcome:
    return Later(error.message, timedelta(0), str(error.new_chat_id))


def _too_fast(error: Any) -> Outcome:
    return Later(error.message, timedelta(seconds=seconds_of(error.retry_after)))


def _wrong_token(_: Any) -> Outcome:
    return Later("Telegram does not know the bot's token", WRONG_TOKEN_PAUSE)


def _in_conflict(error: Any) -> Outcome:
    return Later(error.message)


def _lost_on_the_way(error: Any) -> Outcome:
    """A transport error has httpx's as its cause; an answer of 5xx has none and says that nothing was done."""
    cause = error.__cause__
    if isinstance(cause, NOT_SENT):
        return Later(type(cause).__name__)
    if isinstance(error, TimedOut) or isinstance(cause, httpx.HTTPError):
        return Unknown(type(cause or error).__name__)
    return Later(error.message)


MEANINGS: Sequence[tuple[type[TelegramError], Callable[[Any], Outcome]]] = (
    (Forbidden, _never),
    (ChatMigrated, _moved),
    (RetryAfter, _too_fast),
    (BadRequest, _never),
    (InvalidToken, _wrong_token),
    (Conflict, _in_conflict),
    (NetworkError, _lost_on_the_way),
)
"""The first kind that fits counts: in this library a bad request is a network error too."""
