"""The bots that send: python-telegram-bot's ExtBot with our limiter, and the channel made of them."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache
from secrets import token_hex

import httpx
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from backend.kernel.background import Nursery
from backend.kernel.files import FileStore
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import Work
from backend.messaging.shares import Seat, keep_share
from bot.senders.attaching import Attaching, SendingBot
from bot.senders.limiter import LaneRateLimiter
from bot.senders.telegram import DUTY, MAIN, TelegramChannel

CONNECTIONS = 128

# The library gives periods as numbers or as timedeltas; the numbers come with a deprecation warning at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# httpx writes the address of every request into its log, and the address holds the token.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Speakers:
    """What the composition root gets: the channel, and the limiter of each token for aiogram's `Pacing`."""

    channel: TelegramChannel
    limiters: dict[str, LaneRateLimiter]
    """By bot: `main`, and `duty` where there is one."""
    bots: dict[str, SendingBot]


def make_bot(token: str, api: str, limiter: LaneRateLimiter) -> SendingBot:
    """A bot for sending only. `api` is the server's address, such as https://api.telegram.org."""
    request = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=5,
        read_timeout=15,
        write_timeout=10,
        pool_timeout=5,
        httpx_kwargs={"verify": certificates()},
    )
    base = api.rstrip("/")
    return ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=request,  # never asks; the library would make a second pool
        rate_limiter=limiter,
    )


@cache
def certificates() -> ssl.SSLContext:
    """Whom to trust. Reading the list takes longer than everything else about a bot, so all bots share it."""
    return httpx.create_ssl_context()


async def make_speakers(
    stack: AsyncExitStack,
    *,
    api: str,
    main_token: str,
    duty_token: str | None = None,
    per_second: float = 29.5,
    group_per_minute: int = 20,
    store: FileStore | None = None,
    metrics: Metrics | None = None,
) -> Speakers:
    """Connect the bots; they are closed with `stack`. The server need not answer yet."""
    tokens = {MAIN: main_token} | ({DUTY: duty_token} if duty_token else {})
    limiters = {
        name: LaneRateLimiter(
            per_second,
            group_per_minute=group_per_minute,
            on_refusal=metrics.too_many_requests.labels(bot=name).inc if metrics else None,
        )
        for name in tokens
    }
    bots: dict[str, SendingBot] = {}
    for name, token in tokens.items():
        bots[name] = make_bot(token, api, limiters[name])
        await bots[name].request.initialize()
        stack.push_async_callback(bots[name].request.shutdown)
        stack.push_async_callback(limiters[name].shutdown)
    channel = TelegramChannel(bots, Attaching(bots[MAIN], store))
    return Speakers(channel, limiters, bots)


def share_rates(work: Work, nursery: Nursery, speakers: Speakers, tokens: Mapping[str, str], per_second: float) -> None:
    """Agree on shares of each token's rate with the other processes. On SQLite there are none."""
    if work.database.is_sqlite:
        return
    process = f"{socket.gethostname()[:40]}:{os.getpid()}:{token_hex(4)}"
    for name, limiter in speakers.limiters.items():
        seat = Seat(token_digest(tokens[name]), process, per_second)
        nursery.start(keep_share(work, limiter, seat), name=f"share of {name}")


def token_digest(token: str) -> str:
    """By what processes that send with one token know each other; says nothing of the token."""
    return hashlib.sha256(b"youlin sender" + token.encode()).hexdigest()[:32]
