"""The roles that a process can play: all of them together, or each as its own process, several of each."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog

from backend.kernel.settings import TelegramMode
from bot.app import App
from bot.auditing import Auditor
from bot.media import MediaKeeper
from bot.menus import publish_menus
from bot.patience import until_answered
from bot.polling import ALLOWED_UPDATES, Poller
from bot.rehearsing import rehearse_alarms
from bot.role_names import RoleDied, RoleName
from bot.web import serve_web

log = structlog.get_logger(__name__)

COLLECTOR_THRESHOLDS = (10_000, 10, 20)
"""New objects before a look at the youngest (Python's own choice is 700), then how many looks before an older one."""


async def run_roles(app: App, roles: Sequence[RoleName], *, until: asyncio.Event | None = None) -> None:
    """Play `roles` until the process is told to end (SIGTERM, SIGINT), or `until`. Raises RoleDied when one dies."""
    app.share_rates()
    for role in roles:
        await STARTERS[role](app)
    if needs_web(app, roles):
        app.nursery.start(serve_web(app), name="web")
    # In every process: one that has lost its clock is noticed by the others.
    app.nursery.start(Auditor(app.work, app.metrics, app.settings).run(), name="auditor")
    spare_the_collector()
    log.info("youlin.started", roles=[role.value for role in roles])
    await _told_to_end(app, until or asyncio.Event())


def spare_the_collector() -> None:
    """Look for garbage among what is made from now on, and less often: all that stands now stays until the end.

    Looking through everything would hold up whoever waits for an answer at that moment.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def needs_web(app: App, roles: Sequence[RoleName]) -> bool:
    """The web role listens, so does the ingest role for what is pushed, and the bot role where Telegram pushes too."""
    return bool({RoleName.WEB, RoleName.INGEST} & set(roles)) or (
        RoleName.BOT in roles and app.settings.telegram_mode is TelegramMode.WEBHOOK
    )


async def start_bot(app: App) -> None:
    """Answers left over first, then the menus, then updates."""
    app.nursery.start(app.answers.note_forever(), name="answers.note")
    app.nursery.start(app.answers.resume(dict(app.bots)), name="answers.resume")
    app.nursery.start(MediaKeeper(app.work, app.files, app.bots, app.nursery).run(), name="media")
    for door, bot in app.bots.items():
        await until_answered(partial(publish_menus, bot, app.texts), what="menus")
        if app.settings.telegram_mode is TelegramMode.POLLING:
            await until_answered(bot.delete_webhook, what="delete_webhook")
            app.nursery.start(Poller(bot, door, app.updates).run(), name=f"polling.{door}")
        else:
            assert app.settings.webhook_secret is not None
            set_webhook = partial(
                bot.set_webhook,
                app.links.page(f"telegram/{door}"),
                secret_token=app.settings.webhook_secret.get_secret_value(),
                allowed_updates=ALLOWED_UPDATES,
            )
            await until_answered(set_webhook, what="set_webhook")


async def start_delivery(app: App) -> None:
    """The loop that brings the outbox to people."""
    app.nursery.start(app.delivery_loop().run(), name="delivery")
    if app.telephony.carriers:
        app.nursery.start(app.telephony.recordings.run(), name="recordings")
        app.nursery.start(app.telephony.asker.run(), name="receipts")


async def start_clock(app: App) -> None:
    """The schedule; on PostgreSQL one of several clocks leads."""
    from scheduler.runner import ClockRunner

    app.nursery.start(ClockRunner(app.work, app.texts, app.settings, files=app.files).run(), name="clock")


async def start_ingest(app: App) -> None:
    """The doors of devices by TCP and MQTT; what is pushed over HTTP comes in where this process listens."""
    await rehearse_alarms(app.work)
    await app.doors.open()


async def start_nothing(app: App) -> None:
    """The web role is one server for all that listens; see `serve_web`."""


STARTERS: Mapping[RoleName, Callable[[App], Awaitable[None]]] = {
    RoleName.BOT: start_bot,
    RoleName.DELIVERY: start_delivery,
    RoleName.CLOCK: start_clock,
    RoleName.WEB: start_nothing,
    RoleName.INGEST: start_ingest,
}


async def _told_to_end(app: App, until: asyncio.Event) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    waiting = [loop.create_task(event.wait()) for event in (told, until, app.nursery.failed)]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    if app.nursery.failed.is_set():
        raise RoleDied
    if not told.is_set():
        # Whoever goes on without us must still be able to be told.
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
