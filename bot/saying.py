"""THE TABLE of what a failed reply means: refused, certainly not done, or in doubt; and how often it is said again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from enum import Enum, auto
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from backend.kernel.clock import Clock

log = structlog.get_logger(__name__)

STALE_AFTER = timedelta(minutes=10)
"""An answer from longer ago would only confuse."""

PAUSES = (0.5, 1.0, 2.0, 5.0)
"""Seconds after the first, second, ... failure of one reply; the last repeats."""

MOST_DOUBTS = 2
"""Somebody stands there and waits: a question that may not have come is asked once more, then no more."""

NOT_SENT = (ClientConnectorError, ConnectionTimeoutError)
"""The request never left."""

SAYS_ANEW = ("send", "copy", "forward")
"""Methods that leave one more message each time; all others are the same twice."""


class Failure(Enum):
    REFUSED = auto()
    NOT_DONE = auto()
    IN_DOUBT = auto()


def failure_of(error: AiogramError) -> Failure:
    """What `error` says about the call."""
    return next((meaning(error) for kind, meaning in MEANINGS if isinstance(error, kind)), Failure.REFUSED)


def _undecoded(error: Any) -> Failure:
    """A gateway's page instead of an answer says that nothing was done; an answer that we misread was one."""
    return Failure.NOT_DONE if isinstance(error.data, str) else Failure.REFUSED


def _network(error: Any) -> Failure:
    return Failure.NOT_DONE if isinstance(error.__cause__, NOT_SENT) else Failure.IN_DOUBT


MEANINGS: tuple[tuple[type[AiogramError], Callable[[Any], Failure]], ...] = (
    (TelegramRetryAfter, lambda _: Failure.NOT_DONE),
    (TelegramServerError, lambda _: Failure.NOT_DONE),
    (ClientDecodeError, _undecoded),
    (TelegramEntityTooLarge, lambda _: Failure.REFUSED),
    (TelegramNetworkError, _network),
)
"""The first kind that fits counts. Whatever is not here was refused: the person blocked the bot, the button is old."""


async def say(bot: Bot, method: TelegramMethod[Any], clock: Clock) -> None:
    """Make one call of a reply; while Telegram is away it is repeated until it would be stale."""
    given_at, tries, doubts = clock.now(), 0, 0
    while True:
        try:
            await bot(method)
            return
        except (TelegramAPIError, ClientDecodeError) as error:
            failure = failure_of(error)
            doubts += failure is Failure.IN_DOUBT and _says_anew(method)
            is_stale = clock.now() - given_at > STALE_AFTER
            if failure is Failure.REFUSED or doubts >= MOST_DOUBTS or is_stale:
                log.info("reply.dropped", method=type(method).__name__, reason=type(error).__name__)
                return
            await asyncio.sleep(getattr(error, "retry_after", None) or PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1


def _says_anew(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__.startswith(SAYS_ANEW)
