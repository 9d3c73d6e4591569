"""Telegram may be away when we start: what must be said to it first waits until it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

AWAY = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter)
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds after the first, second, ... failure in a row; the last one from then on."""


async def until_answered(call: Callable[[], Awaitable[Answer]], *, what: str) -> Answer:
    """Make `call` again until Telegram answers. A refusal, such as a wrong token, is raised at once."""
    failures = 0
    while True:
        try:
            return await call()
        except AWAY as error:
            pause = PAUSES[min(failures, len(PAUSES) - 1)]
            failures += 1
            log.warning("telegram.away", what=what, error=type(error).__name__, seconds=pause)
            await asyncio.sleep(pause)
