"""The program wired once, by hand: everything that the roles run, from one set of settings."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from pydantic import SecretStr

from backend.kernel.background import Nursery
from backend.kernel.clock import Clock, SystemClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.events import merged
from backend.kernel.files import DiskFileStore, FileStore
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts, load_texts
from backend.kernel.unit_of_work import Work
from backend.kernel.wakeup import WakeUp
from backend.messaging.claim import ChatPace
from backend.messaging.contents import ChannelName
from backend.messaging.deliver import DeliveryLoop
from backend.notify.audiences import AUDIENCES
from backend.notify.words import Voice
from backend.phone.wiring import Telephony, open_telephony
from bot.answers import Answers
from bot.dispatcher import build_dispatcher
from bot.doors import Doors, rung_by_commands
from bot.handling import UpdateHandler
from bot.keys import keys_of
from bot.patience import until_answered
from bot.reacting import all_reactions
from bot.senders.aiogram_pacing import Pacing
from bot.senders.bots import Speakers, make_speakers, share_rates
from bot.senders.limiter import LaneRateLimiter
from bot.telegram_session import TelegramSession
from bot.throttle import Throttle
from handlers.common.links import Links


@dataclass(frozen=True)
class App:
    """What the roles need. `bots` are by door: `main`, and `duty` where a second token is set."""

    settings: Settings
    database: Database
    texts: Texts
    work: Work
    files: FileStore
    nursery: Nursery
    bell: WakeUp
    bots: Mapping[str, Bot]
    speakers: Speakers
    telephony: Telephony
    doors: Doors
    answers: Answers
    updates: UpdateHandler
    links: Links
    metrics: Metrics

    def delivery_loop(self) -> DeliveryLoop:
        """A delivery loop of this process; its name tells processes of several machines apart."""
        name = f"{socket.gethostname()[:40]}:{os.getpid()}"
        channels = {ChannelName.TELEGRAM: self.speakers.channel, **self.telephony.channels}
        # One process paces its chats in memory; several must look at what the others have sent.
        per_minute = max(self.settings.group_messages_per_minute - 3, 1)
        pace = None if self.database.is_sqlite else ChatPace(group_messages_per_minute=per_minute)
        return DeliveryLoop(
            self.work,
            channels,
            bell=self.bell,
            nursery=self.nursery,
            name=name,
            audiences=AUDIENCES,
            pace=pace,
        )

    def share_rates(self) -> None:
        """Agree with the other processes on shares of each token's rate."""
        tokens = {door: token.get_secret_value() for door, token in tokens_of(self.settings).items()}
        share_rates(self.work, self.nursery, self.speakers, tokens, self.settings.messages_per_second)


def open_work(
    settings: Settings,
    texts: Texts,
    *,
    clock: Clock | None = None,
    bell: WakeUp | None = None,
    doorbell: WakeUp | None = None,
) -> Work:
    """What a command of the shell needs: the database, the reactions, no network. Close `work.database` afterwards.

    `bell` wakes the delivery loop of this process, `doorbell` who brings commands to devices.
    """
    return Work(
        database=Database(settings.database_url),
        clock=clock or SystemClock(),
        vault=Vault(keys_of(settings)),
        reactions=merged(all_reactions(texts, settings), rung_by_commands(doorbell or WakeUp())),
        ring_outbox=(bell or WakeUp()).ring,
    )


@asynccontextmanager
async def open_app(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[App]:
    """Wire the program for `settings`, which must name a bot's token, and take it apart again in order.

    Raises aiogram's TelegramAPIError when the Bot API does not answer or does not know the token.
    """
    async with AsyncExitStack() as stack:
        texts, nursery, metrics = load_texts(), Nursery(), Metrics()
        bell, doorbell = WakeUp(), WakeUp()
        work = open_work(settings, texts, clock=clock, bell=bell, doorbell=doorbell)
        stack.push_async_callback(work.database.close)
        files = DiskFileStore(settings.home / "media")
        voice = Voice(texts, settings.video_base_url)
        telephony = open_telephony(settings, work, texts, files, voice)
        stack.push_async_callback(telephony.close)
        speakers = await _speakers(stack, settings, files, metrics)
        bots = _bots(stack, settings, speakers)
        links = await _links(settings, bots["main"])
        answers = Answers(work, nursery, metrics)
        zone = ZoneInfo(settings.time_zone)
        updates = UpdateHandler(
            dispatcher=build_dispatcher(texts, zone=zone, links=links, voice=voice),
            work=work,
            texts=texts,
            answers=answers,
            throttle=Throttle(settings.updates_per_person_per_minute),
            metrics=metrics,
        )
        stack.push_async_callback(nursery.close)
        yield App(
            settings=settings,
            database=work.database,
            texts=texts,
            work=work,
            files=files,
            nursery=nursery,
            bell=bell,
            bots=bots,
            speakers=speakers,
            telephony=telephony,
            doors=Doors(work, metrics, nursery, settings, doorbell),
            answers=answers,
            updates=updates,
            links=links,
            metrics=metrics,
        )


def tokens_of(settings: Settings) -> dict[str, SecretStr]:
    """The tokens by door."""
    tokens = {"main": settings.bot_token, "duty": settings.duty_bot_token}
    return {door: token for door, token in tokens.items() if token is not None}


async def _speakers(stack: AsyncExitStack, settings: Settings, files: FileStore, metrics: Metrics) -> Speakers:
    tokens = {door: token.get_secret_value() for door, token in tokens_of(settings).items()}
    return await make_speakers(
        stack,
        api=settings.telegram_api,
        main_token=tokens["main"],
        duty_token=tokens.get("duty"),
        per_second=settings.messages_per_second,
        group_per_minute=settings.group_messages_per_minute,
        store=files,
        metrics=metrics,
    )


def _bots(stack: AsyncExitStack, settings: Settings, speakers: Speakers) -> dict[str, Bot]:
    bots = {door: _bot(token, settings, speakers.limiters[door]) for door, token in tokens_of(settings).items()}
    for bot in bots.values():
        stack.push_async_callback(bot.session.close)
    return bots


def _bot(token: SecretStr, settings: Settings, limiter: LaneRateLimiter) -> Bot:
    session = TelegramSession(api=TelegramAPIServer.from_base(settings.telegram_api.rstrip("/")))
    # Replies draw from the same budget as the outbox: Telegram counts per token, not per library.
    session.middleware(Pacing(limiter))
    properties = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
    return Bot(token.get_secret_value(), session=session, default=properties)


async def _links(settings: Settings, bot: Bot) -> Links:
    me = await until_answered(bot.get_me, what="get_me")
    web = settings.public_url or f"http://{settings.http_host}:{settings.http_port}"
    return Links(bot_username=me.username or "", web=web.rstrip("/"))
